// The state of one map and everything that may change it; every change asks for one picture at the next frame.

import { calm, pick, rgb } from "../shared/theme.js";
import { clip, rest } from "./camera.js";
import { createGrid } from "./grid.js";
import { anchors, words } from "./labels.js";
import { count, legend } from "./legend.js";
import { arrange, frame } from "./layout.js";
import { overlay } from "./overlay.js";
import { extent, shuffled, unpackBits } from "./points.js";
import { createPace, watch } from "./pace.js";
import { paint, uploadPalette, uploadPoints, uploadState } from "./renderer.js";
import { STATE } from "./shaders.js";
import { tooltip } from "./tooltip.js";

const GLIDE = 400; // ms
const SETTLE = 150; // ms without movement until words look for a new place

export function createScene(root) {
  const scene = {
    root, dom: frame(root), renderer: null, data: null, theme: null, points: null,
    homes: [], camera: null, grids: [], spots: [], order: null,
    selected: null, total: 0, counts: null, isolated: -1, active: 0,
    hover: { panel: -1, row: -1 }, pending: null, draft: null, glide: null, stale: false, queued: 0, settling: 0, pace: null,
  };
  scene.sketch = () => (scene.queued ||= requestAnimationFrame(() => picture(scene))); // what lies over the points
  scene.draw = () => ((scene.stale = true), scene.sketch()); // the points as well
  scene.grid = (panel) => (scene.grids[panel] ??= createGrid(scene.points.xy[panel]));
  scene.move = (camera) => move(scene, camera);
  scene.point = (panel, row) => point(scene, panel, row);
  scene.isolate = (k) => ((scene.isolated = k), relight(scene));
  scene.show = (index) => ((scene.active = index), resized(scene));
  return scene;
}

/** Take in new points: they glide from where they were if they are the same clips. */
export function setPoints(scene, points) {
  const before = scene.points;
  const same = before?.n === points.n && before.panels === points.panels;
  scene.points = points;
  Object.assign(scene, { homes: points.xy.map(extent), grids: [], spots: [], hover: { panel: -1, row: -1 } });
  if (!same) scene.order = shuffled(points.n);
  if (!same || scene.camera.zoom === 1) scene.camera = rest();
  scene.glide = same && !calm() ? { from: before, start: performance.now() } : null;
  if (!same) scene.pace = createPace(points.n * points.panels);
  uploadPoints(scene.renderer, points, scene.glide?.from);
}

/** Take in what Python said is selected, and the classes' colours of the theme. */
export function relight(scene) {
  const { data, points, renderer, theme } = scene;
  scene.selected = unpackBits(data.selected, points.n);
  scene.counts = count(points, scene.selected, data.classes.names);
  scene.total = scene.counts.selected.reduce((a, b) => a + b, 0);
  const state = new Uint8Array(points.n);
  for (let i = 0; i < points.n; i++) {
    const chosen = scene.selected ? scene.selected[i] === 1 : true;
    const shown = scene.isolated < 0 || points.classes[i] === scene.isolated;
    state[i] = !(chosen && shown) ? STATE.dim : scene.selected ? STATE.lit : STATE.plain;
  }
  uploadState(renderer, state, scene.order);
  uploadPalette(renderer, data.classes.colours.map((pair) => rgb(pick(pair, theme.dark))), rgb(theme.faint));
  legend(scene);
  resized(scene);
}

/** Give everything back to the card after its context was lost. */
export function restore(scene) {
  if (!scene.points) return;
  uploadPoints(scene.renderer, scene.points);
  relight(scene);
}

/** Fit to the room there is and draw. */
export function resized(scene) {
  if (!arrange(scene) || !scene.points) return;
  settle(scene);
  scene.draw();
}

function move(scene, camera) {
  scene.camera = camera;
  clearTimeout(scene.settling);
  scene.settling = setTimeout(() => {
    scene.settling = 0;
    settle(scene);
    scene.draw();
  }, SETTLE);
  scene.draw();
}

/** Words look for their places; an untrained backbone's clusters have none, for they mean nothing. */
function settle(scene) {
  const { points, data, dom } = scene;
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.font = `500 12.5px ${getComputedStyle(scene.root).fontFamily}`;
  for (const cell of dom.cells) {
    cell.words = [];
    if (!cell.visible || cell.panel.untrained) continue;
    const spots = (scene.spots[cell.index] ??= anchors(points.xy[cell.index], points.classes, data.classes.names.length));
    cell.words = words(scene, cell, scene.grid(cell.index), spots, (text) => pen.measureText(text).width);
  }
}

function point(scene, panel, row) {
  if (scene.hover.row === row && (row < 0 || scene.hover.panel === panel)) return;
  scene.hover = { panel, row };
  if (panel >= 0) scene.active = panel;
  for (const { cell, index } of scene.dom.cells) cell.classList.toggle("active", index === scene.active);
  scene.root.dataset.hover = row < 0 ? "" : scene.data.points[row]?.id ?? String(row);
  scene.sketch();
}

function picture(scene) {
  scene.queued = 0;
  const { data, points, renderer, root } = scene;
  if (!points || renderer.gl.isContextLost()) return;
  if (scene.stale) paintPoints(scene);
  overlay(scene);
  tooltip(scene);
  Object.assign(root.dataset, { points: points.n, panels: data.panels.length, selected: scene.total, ready: "true" });
  root.dataset.camera = [scene.camera.x, scene.camera.y, scene.camera.zoom].map((v) => v.toFixed(4)).join(" ");
}

function paintPoints(scene) {
  const { dom, points, renderer, theme } = scene;
  scene.stale = false;
  fitCanvas(dom.canvas);
  const ratio = dom.canvas.width / Math.max(1, dom.canvas.clientWidth);
  const sizes = radii(points.n, scene.camera.zoom);
  const frames = dom.cells.filter((cell) => cell.visible).map((cell) => view(scene, cell, ratio, sizes[0]));
  const progress = scene.glide ? Math.min(1, (performance.now() - scene.glide.start) / GLIDE) : 1;
  const moving = progress < 1 || scene.settling > 0;
  const some = moving ? Math.ceil(points.n * scene.pace.share) : points.n;
  const ease = progress * (2 - progress);
  const look = { sizes: sizes.map((v) => v * ratio), card: rgb(theme.card), progress: ease, fallen: fallen(points.n) };
  paint(renderer, { frames, n: points.n, some, ...look });
  if (moving) watch(scene.pace);
  if (progress < 1) scene.draw();
  else scene.glide = null;
}

function view(scene, cell, ratio, radius) {
  const [left, width, height] = [cell.x, cell.w, cell.h].map((v) => Math.round(v * ratio));
  const bottom = scene.dom.canvas.height - Math.round(cell.y * ratio) - height;
  const stroke = cell.panel.untrained ? Math.max(0.7, Math.min(1.3, radius * 0.36)) * ratio : 0;
  const box = [left, bottom, width, height];
  return { panel: cell.index, box, view: clip(cell, scene.camera), hollow: stroke };
}

/** Radii in px of a plain and of a lit point, and the lit one's edge: fewer points, larger ones; zoom grows them. */
function radii(n, zoom) {
  const plain = Math.max(0.9, 3.7 - Math.max(0, Math.log10(n / 300))) * Math.min(2, zoom ** 0.3);
  return [plain, plain * 1.27, plain > 2.5 ? 1.2 : 0.4];
}

/** How much of a point not selected is left: 26 %, and less where many of them lie over one another. */
const fallen = (n) => Math.max(0.03, 0.26 / Math.max(1, Math.sqrt(n / 2000)));

function fitCanvas(canvas) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
