/**
 * The one sound of the app: whatever starts, everything else stops.
 *
 * It lives on `globalThis`, so it outlasts reruns and page switches. Times are seconds into the clip, whose `start`
 * and `end` cut it out of the file behind `url`. A clip is {id, url, start = 0, end = null, owner = null}; `owner` is
 * the component that started it. A part of a clip plays `until` a second of it, and stops there. A sound stops when its owner has gone and nothing else on the page shows that clip.
 */

import { keptLoudness, keepLoudness } from "./loudness.js";

const NEAR = 0.02; // s: closer to its end than this, a clip is over
const GRACE = 300; // ms: Streamlit takes a component down and up again when something is put above it

// HTMLMediaElement.error.code -> what happened and what to do next
const SENTENCES = {
  2: "The sound broke off: the connection to the server was lost. Check that the server runs, then press play again.",
  3: "This browser could not decode the sound. Choose another track, or convert the file to WAV.",
  4: "The sound could not be opened: its file is missing, or of a kind this browser does not play. Choose another track.",
};

function create() {
  const media = new Audio();
  media.preload = "auto";
  Object.assign(media, { volume: keptLoudness().level, muted: keptLoudness().muted });
  const sound = { media, clip: null, wanted: 0, until: null, blocked: false, error: "" };
  Object.assign(sound, { listeners: new Set(), guests: new Set(), shown: new Map() });
  media.addEventListener("loadedmetadata", () => moveTo(sound, sound.wanted));
  media.addEventListener("ended", () => finish(sound));
  media.addEventListener("timeupdate", () => tick(sound));
  media.addEventListener("error", () => fail(sound));
  media.addEventListener("playing", () => frames(sound));
  for (const event of ["play", "pause", "seeked", "durationchange"]) media.addEventListener(event, () => tell(sound));
  // Players that are not ours (st.audio) sit in the page itself; their events reach the document while capturing.
  document.addEventListener("play", (event) => event.target !== media && media.pause(), true);
  return sound;
}

function one() {
  return (globalThis.quintetSound ??= create());
}

function moveTo(sound, seconds) {
  sound.wanted = seconds;
  const at = (sound.clip?.start ?? 0) + seconds;
  if (sound.media.readyState > 0) sound.media.currentTime = at; // before that, `loadedmetadata` comes back here
}

function finish(sound) {
  sound.media.pause();
  moveTo(sound, 0);
  tell(sound);
}

function tick(sound) {
  const { end, start } = sound.clip ?? {};
  if (sound.until != null && !sound.media.paused && sound.media.currentTime >= start + sound.until) rest(sound);
  else if (end != null && !sound.media.paused && sound.media.currentTime >= end - NEAR) finish(sound);
  else tell(sound);
}

/** A part is over: the clip stays where that part ends. */
function rest(sound) {
  const at = sound.until;
  sound.until = null;
  sound.media.pause();
  moveTo(sound, at);
  tell(sound);
}

function frames(sound) {
  if (sound.media.paused || sound.ticking) return;
  sound.ticking = true; // one loop, however often "playing" fires
  const next = () => {
    sound.ticking = !sound.media.paused;
    tick(sound);
    if (sound.ticking) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

function fail(sound) {
  if (!sound.clip || !sound.media.error) return; // taking the source away is no failure
  sound.error = SENTENCES[sound.media.error.code] ?? "";
  sound.media.pause();
  tell(sound);
}

function tell(sound) {
  const now = state();
  for (const listener of [...sound.listeners]) listener(now);
}

function hush(sound) {
  const others = [...document.querySelectorAll("audio, video"), ...sound.guests];
  for (const other of others) if (other !== sound.media) other.pause();
}

function load(sound, clip) {
  const same = sound.clip?.url === clip.url && !sound.media.error;
  sound.clip = { start: 0, end: null, owner: null, ...clip };
  sound.wanted = 0;
  sound.error = "";
  if (!same) sound.media.src = clip.url;
  else sound.media.pause();
}

/** Play this clip, from `clip.at` seconds and until `clip.until` where given; a paused clip goes on where it was. */
export function play(clip) {
  const sound = one();
  const { at, until, ...facts } = clip;
  if (sound.clip?.id !== facts.id || sound.media.error) {
    load(sound, facts);
    moveTo(sound, at ?? 0);
  } else if (at != null) moveTo(sound, at);
  sound.until = until ?? null;
  sound.clip.owner = facts.owner ?? null; // who pressed last answers for the sound
  hush(sound);
  const started = sound.media.play();
  started.then(() => void (sound.blocked = false)).catch((error) => refused(sound, error));
}

function refused(sound, error) {
  if (error.name === "NotAllowedError") sound.blocked = true; // no gesture in this page yet
  else if (error.name !== "AbortError") sound.error ||= SENTENCES[4]; // AbortError: another clip or a pause came first
  tell(sound);
}

/** Pause this clip if it plays, else play it. */
export function toggle(clip) {
  const now = state();
  if (now.id === clip.id && now.playing) pause();
  else play(clip);
}

export function pause() {
  one().media.pause();
}

/** Stop and forget the clip. */
export function stop() {
  const sound = one();
  sound.clip = null;
  sound.wanted = 0;
  sound.error = "";
  sound.blocked = false;
  sound.media.pause();
  sound.media.removeAttribute("src");
  sound.media.load();
  tell(sound);
}

/** `owner` is in the page and shows the clips for whose id `has` is true. */
export function show(owner, has) {
  one().shown.set(owner, has);
}

/** `owner` has left the page: its sound stops, unless another component, perhaps its successor, shows that clip. */
export function release(owner) {
  const { shown, clip } = one();
  const has = shown.get(owner);
  shown.delete(owner);
  if (!clip || (clip.owner !== owner && !has?.(clip.id))) return;
  setTimeout(() => {
    const orphan = one().clip === clip && ![...shown.values()].some((shows) => shows(clip.id));
    if (orphan) stop();
  }, GRACE);
}

/** Go to `seconds` into the clip. */
export function seek(seconds) {
  const sound = one();
  const { duration } = state();
  if (sound.until != null && seconds >= sound.until) sound.until = null; // past the part that was to be heard
  moveTo(sound, Math.max(0, Math.min(seconds, duration || seconds)));
  tell(sound);
}

/** {id, playing, time, duration, blocked, error}: time and duration in seconds of the clip, duration 0 until known. */
export function state() {
  const { media, clip, wanted, blocked, error } = one();
  const start = clip?.start ?? 0;
  const end = clip?.end ?? (Number.isFinite(media.duration) ? media.duration : start);
  const time = media.readyState > 0 && !media.seeking ? media.currentTime - start : wanted;
  const duration = Math.max(0, end - start);
  return { id: clip?.id ?? null, playing: Boolean(clip) && !media.paused, time: Math.max(0, time), duration, blocked, error };
}

/** {level, muted}: how loud the app's sound is, 0 to 1. */
export function loudness() {
  const { media } = one();
  return { level: media.volume, muted: media.muted };
}

/** Make it so, and remember it for the next visit. */
export function setLoudness({ level, muted }) {
  Object.assign(one().media, { volume: level, muted });
  keepLoudness({ level, muted });
}

/** Call `listener(state)` at every change and, while playing, at every frame. Returns what ends that. */
export function subscribe(listener) {
  const { listeners } = one();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Let another media element take part: it pauses when a sound starts, and starting it pauses the sound. */
export function attach(element) {
  const sound = one();
  const yieldTo = () => {
    sound.media.pause();
    for (const guest of sound.guests) if (guest !== element) guest.pause();
  };
  sound.guests.add(element);
  element.addEventListener("play", yieldTo);
  return () => {
    sound.guests.delete(element);
    element.removeEventListener("play", yieldTo);
  };
}
