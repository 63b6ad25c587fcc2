// One track as a wave, with its spectrogram and what the backbones hear, all in step with the sound.

import * as sound from "../shared/sound.js";
import { showPlaying } from "../shared/play.js";
import { h } from "../shared/dom.js";
import { applyTheme } from "../shared/theme.js";
import WaveSurfer from "./vendor/wavesurfer.esm.js"; // 8.0.1, unchanged: dist/wavesurfer.esm.js of `npm pack wavesurfer.js@8.0.1`
import { paint } from "./canvas.js";
import { exact, short, ticks } from "./clock.js";
import { drawLane, drawParting, words } from "./lanes.js";
import { build } from "./layout.js";

const NARROW = 600; // px: below, names stand above the lanes
const SEEK = { ArrowLeft: -1, ArrowRight: 1 }; // s

const waves = new WeakMap(); // parentElement -> what it shows

export default function (component) {
  const { parentElement, data } = component;
  const wave = waves.get(parentElement) ?? mount(parentElement);
  waves.set(parentElement, wave);
  update(wave, data);
  return () => {
    wave.unsubscribe();
    wave.observer.disconnect();
    wave.bars?.destroy();
    sound.release(parentElement);
    waves.delete(parentElement);
  };
}

function mount(owner) {
  const root = owner.querySelector(".q-root");
  const wave = { root, owner, drawn: "", data: null, width: 0, at: 0 };
  root.classList.add("wave");
  root.onclick = (event) => onClick(wave, event);
  root.onkeydown = (event) => onKey(wave, event);
  sound.show(owner, (id) => wave.data?.id === id);
  wave.observer = new ResizeObserver(() => wave.data && measure(wave));
  wave.observer.observe(root);
  wave.unsubscribe = sound.subscribe((now) => follow(wave, now));
  return wave;
}

function update(wave, data) {
  const look = applyTheme(wave.root);
  const drawn = JSON.stringify([data, look.dark]);
  if (drawn === wave.drawn) return; // a rerun that changes nothing keeps focus
  if (wave.data?.id !== data.id) wave.at = 0;
  Object.assign(wave, { data, look, drawn, width: 0, shown: null });
  wave.parts = build(data, look.dark);
  wave.root.replaceChildren(wave.parts.grid, wave.parts.status);
  if (data.image) paint(wave.parts.image, data.image, look.dark);
  Object.assign(wave.root.dataset, { id: data.id, lanes: data.lanes.length, ready: "false" });
  measure(wave);
  drawBars(wave);
  follow(wave, sound.state());
}

function drawBars(wave) {
  const { data, look, parts } = wave;
  wave.bars?.destroy();
  wave.bars = WaveSurfer.create({
    container: parts.wave,
    height: data.lanes.length ? 62 : 50,
    peaks: [data.peaks.length ? data.peaks : [0]],
    duration: data.seconds, // with peaks and no url it draws and never fetches: sound.js plays
    waveColor: look.wave,
    progressColor: look.played,
    barWidth: 2,
    barGap: 2,
    barRadius: 1,
    barMinHeight: 2,
    cursorWidth: 0,
    interact: false,
    normalize: true,
  });
  wave.bars.on("redrawcomplete", () => {
    wave.root.dataset.ready = "true";
    wave.bars.setTime(wave.at);
  });
}

function measure(wave) {
  const { root, data, parts, look } = wave;
  root.dataset.layout = data.lanes.length && root.clientWidth >= NARROW ? "side" : "stacked";
  const width = parts.slider.clientWidth;
  if (!width || width === wave.width) return; // hidden, or only the height changed
  wave.width = width;
  const frame = { width, seconds: data.seconds, classes: data.classes, look };
  for (const { lane, canvas, words: place } of parts.lanes) {
    drawLane(canvas, lane, frame);
    place.replaceChildren(...words(lane, frame));
  }
  if (parts.strip) drawParting(parts.strip, data.lanes, frame);
  drawAxis(wave);
  moveCursor(wave);
}

function drawAxis({ parts, data, width }) {
  const labels = ticks(data.seconds, width).map((second) => {
    const x = (second / data.seconds) * width;
    const edge = x < 14 ? ".first" : x > width - 14 ? ".last" : ""; // px: half a label
    const label = h(`span.tick${edge}`, {}, short(second));
    label.style.left = `${x}px`;
    return label;
  });
  parts.axis.replaceChildren(...labels);
}

function follow(wave, now) {
  const { parts, data, root } = wave;
  if (!data) return;
  const mine = now.id === data.id;
  const playing = mine && now.playing;
  if (mine) wave.at = Math.min(now.time, data.seconds);
  const shown = `${mine} ${playing} ${wave.at} ${now.error} ${now.blocked}`;
  if (shown === wave.shown) return; // another track's frames are no concern of this one
  wave.shown = shown;
  showPlaying(parts.button, playing);
  root.dataset.playing = String(playing);
  const text = mine ? now.error || (now.blocked ? "The browser waits for a click in this page: press play again." : "") : "";
  if (parts.status.textContent !== text) parts.status.textContent = text;
  wave.bars?.setTime(wave.at);
  moveCursor(wave);
}

function moveCursor({ parts, data, root, at, width }) {
  parts.cursor.hidden = at === 0 && root.dataset.playing !== "true";
  parts.cursor.style.transform = `translateX(${((at / data.seconds) * width).toFixed(2)}px)`;
  parts.time.textContent = exact(at);
  root.dataset.time = at.toFixed(2);
  parts.slider.setAttribute("aria-valuenow", at.toFixed(0)); // whole seconds: a spoken value must not race
  parts.slider.setAttribute("aria-valuetext", `${short(at)} of ${short(data.seconds)}`);
}

function clip({ data, owner }) {
  return { id: data.id, url: data.url, start: data.start, end: data.start + data.seconds, owner };
}

function toggle(wave) {
  const now = sound.state();
  sound.toggle(now.id === wave.data.id ? clip(wave) : { ...clip(wave), at: wave.at });
}

function onClick(wave, event) {
  if (event.target.closest(".play")) return toggle(wave);
  if (!event.target.closest(".over")) return;
  const { left, width } = wave.parts.slider.getBoundingClientRect();
  const part = Math.max(0, Math.min(1, (event.clientX - left) / width));
  sound.play({ ...clip(wave), at: part * wave.data.seconds });
}

function onKey(wave, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && !event.target.closest(".play")) toggle(wave);
  else if (event.key in SEEK) step(wave, SEEK[event.key]);
  else return;
  event.preventDefault(); // space and arrows would scroll the page
}

function step(wave, seconds) {
  const at = Math.max(0, Math.min(wave.data.seconds, wave.at + seconds));
  if (sound.state().id === wave.data.id) return sound.seek(at);
  wave.at = at; // not loaded yet: play starts here
  wave.bars.setTime(at);
  moveCursor(wave);
}
