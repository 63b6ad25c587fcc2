// One track as a wave, with its spectrogram and what the backbones hear, all in step with the sound.

import * as sound from "../shared/sound.js";
import { showPlaying } from "../shared/play.js";
import { h } from "../shared/dom.js";
import { applyTheme } from "../shared/theme.js";
import { bars } from "./bars.js";
import { paint } from "./canvas.js";
import * as choose from "./choose.js";
import { exact, short, ticks } from "./clock.js";
import { decode } from "./frames.js";
import { attach } from "./hands.js";
import { drawLane, drawParting, words } from "./lanes.js";
import { build } from "./layout.js";
import { dock, read, readout } from "./readout.js";
import { showPart, trim } from "./trim.js";
import { twin } from "./twin.js";

const NARROW = 600; // px: below, names stand above the lanes

const waves = new WeakMap(); // parentElement -> what it shows

export default function (component) {
  const { parentElement } = component;
  const wave = waves.get(parentElement) ?? mount(parentElement);
  waves.set(parentElement, wave);
  update(wave, component);
  return () => {
    wave.unsubscribe();
    wave.observer.disconnect();
    wave.bars?.destroy();
    clearTimeout(wave.resting);
    sound.release(parentElement);
    waves.delete(parentElement);
  };
}

function mount(owner) {
  const root = owner.querySelector(".q-root");
  const wave = { root, owner, drawn: "", data: null, width: 0, at: 0, hovered: null, chosen: null, part: null };
  root.classList.add("wave");
  wave.clip = () => ({ id: wave.data.id, url: wave.data.url, start: wave.data.start, end: wave.data.start + wave.data.seconds, owner });
  wave.point = (seconds) => point(wave, seconds);
  wave.secondsAt = (clientX) => secondsAt(wave, clientX);
  wave.moved = () => moveCursor(wave);
  attach(wave);
  sound.show(owner, (id) => wave.data?.id === id);
  wave.observer = new ResizeObserver(() => wave.data && measure(wave));
  wave.observer.observe(root);
  wave.unsubscribe = sound.subscribe((now) => follow(wave, now));
  return wave;
}

function update(wave, { data, setStateValue }) {
  wave.say = (span) => setStateValue("span", span);
  wave.sayPart = (part) => setStateValue("trim", part);
  const look = applyTheme(wave.root);
  const { span, part, ...shown } = data;
  const drawn = JSON.stringify([shown, Boolean(part), look.dark]);
  if (drawn === wave.drawn) return; // a rerun that changes nothing keeps focus
  if (wave.data?.id !== data.id) Object.assign(wave, { at: 0, hovered: null, chosen: span, part: null });
  wave.part = part && (wave.part ?? { start: part[0], end: part[1] });
  Object.assign(wave, { data, look, drawn, width: 0, shown: null });
  redraw(wave);
}

function redraw(wave) {
  const { root, data, look } = wave;
  const focused = root.getRootNode().activeElement?.closest?.(".box")?.dataset.key;
  const lanes = data.lanes.map((lane) => ({ ...lane, data: decode(lane) }));
  wave.parts = build(data, lanes, look.dark);
  const { parts } = wave;
  readout(parts, lanes, data, look.dark);
  if (data.part) trim(wave, parts);
  root.replaceChildren(...[parts.grid, parts.dock, parts.form, twin(parts.rows), parts.status, parts.spoken].filter(Boolean));
  if (data.image) paint(parts.image, data.image, look.dark);
  Object.assign(root.dataset, { id: data.id, lanes: data.lanes.length, ready: "false" });
  root.toggleAttribute("data-untrained", data.lanes.some(({ mark }) => mark.untrained));
  measure(wave);
  drawBars(wave);
  choose.mark(wave);
  if (data.part) showPart(wave);
  follow(wave, sound.state());
  parts.rows.find(({ key }) => key === focused)?.box.focus({ preventScroll: true });
}

/** The same sound keeps its wave when a lane joins: it would flash. */
function drawBars(wave) {
  const { root, data, parts, look } = wave;
  const drawn = JSON.stringify([data.id, data.seconds, data.peaks, data.lanes.length > 0 || Boolean(data.part), look.dark]);
  if (drawn === wave.barsDrawn) {
    parts.wave.replaceWith(wave.host);
    root.dataset.ready = "true";
    return wave.bars.setTime(wave.at);
  }
  wave.bars?.destroy();
  wave.host = parts.wave;
  wave.barsDrawn = drawn;
  wave.bars = bars(wave.host, wave, () => {
    root.dataset.ready = "true";
    wave.bars.setTime(wave.at);
  });
}

function measure(wave) {
  const { root, data, parts, look } = wave;
  const narrow = !data.lanes.length || root.clientWidth < NARROW;
  const layout = narrow ? "stacked" : "side";
  if (root.dataset.layout !== layout || !wave.width) dock(wave, narrow);
  root.dataset.layout = layout;
  const width = parts.slider.clientWidth;
  if (!width || width === wave.width) return; // hidden, or only the height changed
  wave.width = width;
  const frame = { width, seconds: data.seconds, classes: data.classes, look };
  for (const { lane, pieces, canvas, words: place } of parts.rows) {
    if (!lane) drawParting(canvas, pieces, frame);
    else {
      drawLane(canvas, lane, frame);
      place.replaceChildren(...words(lane, pieces, frame));
    }
  }
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

function moveCursor(wave) {
  const { parts, data, root, at, width } = wave;
  parts.cursor.hidden = at === 0 && root.dataset.playing !== "true";
  parts.cursor.style.transform = `translateX(${((at / data.seconds) * width).toFixed(2)}px)`;
  parts.time.textContent = exact(at);
  root.dataset.time = at.toFixed(2);
  parts.slider.setAttribute("aria-valuenow", at.toFixed(0)); // whole seconds: a spoken value must not race
  parts.slider.setAttribute("aria-valuetext", `${short(at)} of ${short(data.seconds)}`);
  if (wave.hovered == null) read(wave, at);
}

/** Point at `seconds` (null: nowhere): the docked line says what is heard there. */
function point(wave, seconds) {
  const { parts, data } = wave;
  wave.hovered = seconds ?? null;
  parts.hair.hidden = seconds == null;
  if (seconds != null) parts.hair.style.left = `${(100 * seconds) / data.seconds}%`;
  read(wave, seconds ?? wave.at);
}

function secondsAt({ parts, data }, clientX) {
  const { left, width } = parts.slider.getBoundingClientRect();
  return Math.max(0, Math.min(1, (clientX - left) / width)) * data.seconds;
}
