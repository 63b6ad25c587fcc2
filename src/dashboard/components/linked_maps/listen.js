// Hearing a clip: after a moment's hover or at a click, through the app's one sound.

import { pause, play, release, show, state, subscribe, toggle } from "../shared/sound.js";
import { sounding } from "./tooltip.js";

const DELAY = 120; // ms a pointer must rest on a clip
const LINGER = 250; // ms a clip sounds on after the pointer left it
const LONG = 15; // s: a longer sound is heard from its middle,
const EXCERPT = 10; // s of it
export const OWN = "own clip"; // the id under which a visitor's own clip sounds

/** What the scene does with sound: `hovered` after every move of the pointer, `pressed` at a click or Enter. */
export function createListening(scene) {
  const ear = { scene, timer: 0, waits: -1, byHover: null, wants: null };
  const end = subscribe((now) => {
    middle(ear, now);
    sounding(scene);
  });
  show(scene.root, (id) => id != null && (id === OWN ? Boolean(scene.data?.marker) : id === scene.sounds?.id));
  return {
    hovered: (row) => hovered(ear, row),
    pressed: (row) => pressed(ear, row),
    paused: (row) => paused(ear, row),
    marker: () => marker(ear),
    silence: () => (pause(), hovered(ear, -1)),
    close() {
      clearTimeout(ear.timer);
      end();
      release(scene.root);
    },
  };
}

const off = ({ scene }) => scene.data.listen === "off";

/** The sound of an answer about a point, or null. */
function clip({ scene }, found) {
  return found?.url ? { id: found.id, url: found.url, start: found.start ?? 0, end: found.end ?? null, owner: scene.root } : null;
}

/** Play, from the middle where it is long; where its length is not known yet, `middle` sees to it. */
function excerpt(ear, sound) {
  const { scene } = ear;
  scene.sounds = sound;
  const seconds = sound.end == null ? 0 : sound.end - sound.start;
  ear.wants = sound.end == null ? sound.id : null;
  play({ ...sound, ...part(seconds) });
}

const part = (seconds) => (seconds > LONG ? { at: (seconds - EXCERPT) / 2, until: (seconds + EXCERPT) / 2 } : { at: 0 });

function middle(ear, now) {
  if (!ear.wants || now.id !== ear.wants || !now.duration) return;
  ear.wants = null;
  if (now.duration > LONG && now.time < 1) play({ ...ear.scene.sounds, ...part(now.duration) });
}

function hovered(ear, row) {
  if (row === ear.waits) return;
  ear.waits = row;
  clearTimeout(ear.timer);
  if (row >= 0 && ear.scene.data.listen === "hover") ear.timer = setTimeout(() => heard(ear, row), DELAY);
  else if (ear.byHover) ear.timer = setTimeout(() => quiet(ear), LINGER);
}

async function heard(ear, row) {
  const sound = clip(ear, await ear.scene.details.wait(row));
  if (ear.waits !== row || ear.scene.gone) return; // the pointer has moved on
  if (!sound) return quiet(ear);
  ear.byHover = sound.id;
  if (!(state().playing && state().id === sound.id)) excerpt(ear, sound);
}

/** Only what the hover started stops with it. */
function quiet(ear) {
  if (ear.byHover && state().id === ear.byHover) pause();
  ear.byHover = null;
}

/** A click starts and stops; what a hover started goes on to its end. */
async function pressed(ear, row) {
  if (row < 0 || off(ear)) return;
  clearTimeout(ear.timer);
  const sound = clip(ear, await ear.scene.details.wait(row));
  if (!sound || ear.scene.gone) return;
  const mine = state().id === sound.id && state().playing;
  const held = mine && ear.byHover === sound.id;
  ear.byHover = null;
  if (held) play(sound); // without a last second
  else if (mine) pause();
  else excerpt(ear, sound);
}

/** Space: what sounds pauses, what paused goes on; else what is pointed at. */
function paused(ear, row) {
  if (off(ear)) return;
  const now = state();
  const known = ear.scene.details.peek(row)?.id;
  if (now.playing) return pause();
  const goesOn = now.id != null && now.id === ear.scene.sounds?.id && (row < 0 || now.id === known);
  if (goesOn) play(ear.scene.sounds);
  else pressed(ear, row);
}

function marker(ear) {
  const { marker: own } = ear.scene.data;
  if (!own?.url || off(ear)) return;
  ear.byHover = null;
  const sound = { id: OWN, url: own.url, start: 0, end: null, owner: ear.scene.root };
  ear.scene.sounds = sound;
  toggle(sound);
}
