// The state of one map and everything that may change it; every change asks for one picture at the next frame.

import { calm } from "../shared/theme.js";
import { rest } from "./camera.js";
import { allShown, count, texels, told, valueOf, wheel } from "./colours.js";
import { createGrid } from "./grid.js";
import { anchors, words } from "./labels.js";
import { legend } from "./legend.js";
import { arrange, frame } from "./layout.js";
import { createPace } from "./pace.js";
import { picture } from "./paint.js";
import { extent, litOf, shuffled, unpackBits } from "./points.js";
import { uploadChosen, uploadColours, uploadPalette, uploadPoints } from "./renderer.js";
import { MODE } from "./shaders.js";

const SETTLE = 150; // ms without movement until all is drawn and words look for a new place
const MANY = 50_000; // points: from here on words are looked for after the first picture

export function createScene(root) {
  const scene = {
    root, dom: frame(root), renderer: null, data: null, theme: null, points: null, colours: null, wheel: [],
    modes: allShown(), used: [], homes: [], cameras: [], grids: [], spots: [], order: null,
    chosen: null, lit: null, total: 0, counts: [], active: 0, focus: -1, hover: { panel: -1, row: -1 },
    pending: null, draft: null, glide: null, stale: false, queued: 0, settling: 0, pace: null, mel: false, tool: "lasso",
  };
  scene.sketch = () => (scene.queued ||= requestAnimationFrame(() => picture(scene))); // what lies over the points
  scene.draw = () => ((scene.stale = true), scene.sketch()); // the points as well
  scene.grid = (panel) => (scene.grids[panel] ??= createGrid(scene.points.xy[panel], scene.points.away[panel]));
  scene.eye = (cell) => scene.cameras[cell.index];
  scene.move = (camera, cell) => move(scene, camera, cell);
  scene.point = (panel, row) => point(scene, panel, row);
  scene.show = (index) => (activate(scene, index), resized(scene));
  scene.placed = (panel, row) => row >= 0 && !scene.points.away[panel]?.[row];
  scene.there = (panel) => (row) => scene.placed(panel, row) && scene.modes[scene.colours.of(panel)[row]] !== MODE.hidden;
  scene.mode = (modes, anew = true) => mode(scene, modes, anew);
  return scene;
}

/** Take in new points: they glide from where they were if they are the same clips. */
export function setPoints(scene, points) {
  const before = scene.points;
  const rows = before?.n === points.n;
  const same = rows && before.panels === points.panels;
  scene.points = points;
  Object.assign(scene, { homes: points.xy.map((xy, panel) => extent(xy, points.away[panel])), grids: [], spots: [], hover: { panel: -1, row: -1 } });
  if (!rows) {
    scene.order = shuffled(points.n);
    scene.chosen = new Uint8Array(points.n);
    scene.unpacked = null;
  }
  if (!same) scene.pace = createPace(points.n * points.panels);
  if (!same || scene.cameras.every(({ zoom }) => zoom === 1)) {
    const kept = rows && scene.data.linked && scene.cameras[0];
    scene.cameras = points.xy.map(() => kept || rest());
  }
  scene.glide = same && !calm() ? { from: before, start: performance.now() } : null;
  uploadPoints(scene.renderer, points, scene.order, scene.glide?.from);
}

/** Take in what colours the points; what the legend hid or dimmed was of other colours, and is shown again. */
export function setColours(scene, colours) {
  scene.colours = colours;
  scene.modes = allShown();
  scene.range = null;
  scene.spots = [];
  uploadColours(scene.renderer, colours);
}

/** Take in what Python said is selected, and the colours in the theme. */
export function relight(scene) {
  const { data, points, colours, renderer, theme } = scene;
  if (scene.unpacked !== data.selected) {
    scene.total = unpackBits(data.selected, scene.chosen);
    scene.unpacked = data.selected;
    scene.choosing = Boolean(data.selected);
    scene.lit = litOf(scene.chosen, scene.order, scene.total);
    uploadChosen(renderer, scene.chosen, scene.lit, scene.choosing);
  }
  scene.apart = colours.rows > 1 || points.away.some(Boolean); // do maps differ in what they count
  const counted = (panel) => count(colours.of(panel), points.away[panel], scene.choosing && scene.chosen);
  const rows = (scene.apart ? points.xy : [0]).map((_, panel) => counted(panel));
  scene.counts = points.xy.map((_, panel) => rows[scene.apart ? panel : 0]);
  scene.used = Array.from({ length: 256 }, (_, k) => k).filter((k) => rows.some(({ all }) => all[k]));
  scene.wheel = wheel(data.coloured, theme);
  coloured(scene);
  legend(scene);
  resized(scene);
}

/** What the legend shows, dims and hides; `anew`: is the legend itself to be drawn again. */
function mode(scene, modes, anew) {
  scene.modes = modes;
  coloured(scene);
  if (anew) legend(scene);
  if (anew) settle(scene);
  scene.draw();
}

function coloured(scene) {
  const { data, used, range, modes } = scene;
  scene.parted = used.some((k) => modes[k] !== MODE.shown);
  const span = range && [range.low, range.high].map((k) => valueOf(data.coloured, k)).join(" to ");
  scene.root.dataset.legend = span ? `range:${span}` : told(modes, used);
  uploadPalette(scene.renderer, texels(scene.wheel, modes));
}

/** Give everything back to the card after its context was lost. */
export function restore(scene) {
  const { renderer, points, colours } = scene;
  if (!points) return;
  uploadPoints(renderer, points, scene.order);
  uploadColours(renderer, colours);
  uploadChosen(renderer, scene.chosen, scene.lit, scene.choosing);
  scene.glide = null;
  coloured(scene);
  scene.draw();
}

/** Fit to the room there is and draw. */
export function resized(scene) {
  if (!arrange(scene) || !scene.points) return;
  settle(scene);
  scene.draw();
}

function move(scene, camera, cell) {
  if (scene.data.linked || !cell) scene.cameras.fill(camera);
  else scene.cameras[cell.index] = camera;
  clearTimeout(scene.settling);
  scene.settling = setTimeout(() => rested(scene), SETTLE);
  scene.moved?.();
  scene.draw();
}

/** On a slow machine a hand may still move while the last frame is on its way: then this is no rest yet. */
function rested(scene) {
  scene.settling = scene.pace.waiting ? setTimeout(() => rested(scene), SETTLE) : 0;
  if (scene.settling) return;
  settle(scene);
  scene.draw();
}

/** Words look for their places; among very many points only once those are on screen. */
function settle(scene) {
  const first = scene.dom.cells.every((cell) => !cell.words);
  clearTimeout(scene.wording);
  if (first && scene.points.n > MANY) scene.wording = setTimeout(() => (worded(scene), scene.sketch()), 50);
  else worded(scene);
}

function worded(scene) {
  for (const cell of scene.dom.cells) cell.words = cell.visible ? wordsOf(scene, { ...cell, camera: scene.eye(cell) }) : [];
}

/** Words of one cell with its camera. An untrained backbone's clusters have none: they mean nothing; nor has a scale. */
export function wordsOf(scene, cell) {
  const { points, data, colours } = scene;
  const names = data.coloured.names.length;
  if (cell.panel.untrained || !names) return [];
  const pen = (scene.pen ??= new OffscreenCanvas(1, 1).getContext("2d"));
  pen.font = `500 12.5px ${getComputedStyle(scene.root).fontFamily}`;
  const spots = (scene.spots[cell.index] ??= anchors(points.xy[cell.index], colours.of(cell.index), names, points.away[cell.index]));
  return words(scene, cell, spots, (text) => pen.measureText(text).width);
}

function point(scene, panel, row) {
  if (scene.hover.row === row && (row < 0 || scene.hover.panel === panel)) return;
  scene.hover = { panel, row };
  if (panel >= 0) activate(scene, panel);
  scene.root.dataset.hover = row < 0 ? "" : row;
  scene.sketch();
}

/** The panel the keys act in, whose colours the legend counts. */
function activate(scene, index) {
  const before = scene.active;
  scene.active = index;
  for (const { cell, index: at } of scene.dom.cells) cell.classList.toggle("active", at === index);
  if (before !== index && scene.apart) legend(scene);
}
