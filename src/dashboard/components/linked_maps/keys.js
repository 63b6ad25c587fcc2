// The keyboard: arrows walk from clip to clip, Enter chooses and plays, Space pauses, letters select, slash goes to Find.

import { panned, scale, zoomed } from "./camera.js";
import { wordOf } from "./colours.js";
import { towards } from "./grid.js";
import { where } from "./overlay.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FIND = ".st-key-find input"; // the page's field above the maps
const ZOOMS = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };

/** Listen on the canvas, and for Escape and undo on all of the component. */
export function attachKeys(scene) {
  scene.dom.canvas.onblur = () => delete scene.root.dataset.pointer;
  scene.dom.canvas.onkeydown = (event) => {
    delete scene.root.dataset.pointer;
    if (!scene.points || !scene.colours || event.altKey) return;
    if (handle(scene, event)) event.preventDefault();
  };
  scene.root.onkeydown = (event) => scene.points && scene.colours && !event.defaultPrevented && anywhere(scene, event);
}

/** Wherever in the component the focus is; a field keeps its own ctrl Z. */
function anywhere(scene, event) {
  if (event.key === "Escape") return escape(scene);
  const undoes = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && event.target.type !== "search";
  if (!undoes) return;
  event.preventDefault();
  scene.selection.undo();
}

function handle(scene, { key, ctrlKey, metaKey }) {
  const cell = scene.dom.cells[scene.active];
  if (ctrlKey || metaKey) return false;
  if (key in ARROWS) return walk(scene, cell, ARROWS[key]);
  if (key in ZOOMS) return zoom(scene, cell, ZOOMS[key]);
  if (key === "0") return scene.reset(cell), true;
  if (Number(key) >= 1 && Number(key) <= scene.dom.cells.length) return activate(scene, Number(key) - 1);
  const act = LETTERS[key.toLowerCase()];
  return act ? (act(scene), true) : false;
}

const LETTERS = {
  enter(scene) {
    if (scene.hover.row < 0) return;
    scene.choose(scene.hover.row);
    scene.listening.pressed(scene.hover.row);
  },
  " ": (scene) => scene.listening.paused(scene.hover.row),
  i: (scene) => scene.selection.invert(),
  g: (scene) => scene.selection.grow(),
  s: (scene) => scene.spectrogram(),
  m: (scene) => scene.listening.marker(),
  "/": () => document.querySelector(FIND)?.focus(),
};

/** Zoom about the middle of the active panel. */
export function zoom(scene, cell, factor) {
  scene.move(zoomed(scene.eye(cell), cell, [cell.w / 2, cell.h / 2], factor), cell);
  return true;
}

function walk(scene, cell, direction) {
  const s = scale(cell, scene.eye(cell));
  const from = scene.hover.row >= 0 ? scene.hover.row : scene.focus;
  const field = { xy: scene.points.xy[cell.index], there: scene.there(cell.index), scale: [s.x, s.y] };
  const row = scene.placed(cell.index, from) ? towards(field, from, direction) : middle(scene, cell);
  if (row < 0) return true;
  scene.point(cell.index, row);
  follow(scene, cell, row);
  scene.listening.hovered(row);
  speak(scene, row);
  return true;
}

/** The row nearest to the middle of the view: where walking starts. */
function middle(scene, cell) {
  const there = scene.there(cell.index);
  const seen = { ...cell, camera: scene.eye(cell) };
  let [best, least] = [-1, Infinity];
  for (let row = 0; row < scene.points.n; row++) {
    const [x, y] = where(scene.points, seen, row);
    const d = Math.hypot(x - cell.w / 2, y - cell.h / 2);
    if (d < least && there(row)) [best, least] = [row, d];
  }
  return best;
}

/** Bring a point that lies outside the view to its middle. */
function follow(scene, cell, row) {
  const [x, y] = where(scene.points, { ...cell, camera: scene.eye(cell) }, row);
  if (x > 0 && y > 0 && x < cell.w && y < cell.h) return;
  scene.move(panned(scene.eye(cell), cell, [cell.w / 2 - x, cell.h / 2 - y]), cell);
}

/** Say the title once it is known, and what it is at once. */
async function speak(scene, row) {
  const found = await scene.details.wait(row);
  if (scene.hover.row !== row) return;
  const { data, colours, chosen, choosing, dom, active } = scene;
  const word = wordOf(data.coloured, colours.of(active)[row]);
  const parts = [found?.title ?? `Number ${row + 1}`, found?.artist, found?.note, word, choosing && chosen[row] ? "selected" : ""];
  dom.spoken.textContent = parts.filter(Boolean).join(", ");
}

function activate(scene, index) {
  scene.show(index);
  if (scene.placed(index, scene.hover.row)) scene.point(index, scene.hover.row);
  else scene.point(-1, -1);
  scene.dom.spoken.textContent = scene.data.panels[index].title;
  return true;
}

/** First what was drawn goes, then what the legend dims, then the chosen point, then the ring and the sound. */
function escape(scene) {
  if (scene.selection.ops.length) return scene.selection.clear();
  if (scene.parted) return scene.showAll();
  if (scene.focus >= 0) scene.choose(-1);
  scene.point(-1, -1);
  scene.listening.silence();
}
