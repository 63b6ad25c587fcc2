// One picture: the points, what lies over them, and what the page may read off the map.

import { rgb } from "../shared/theme.js";
import { clip } from "./camera.js";
import { overlay } from "./overlay.js";
import { watch } from "./pace.js";
import { arrived, paint } from "./renderer.js";
import { tooltip } from "./tooltip.js";

const GLIDE = 400; // ms

/** Paint what has changed. */
export function picture(scene) {
  scene.queued = 0;
  const { points, renderer } = scene;
  if (!points || !scene.colours || renderer.gl.isContextLost()) return;
  if (scene.stale) paintPoints(scene);
  overlay(scene);
  tooltip(scene);
  report(scene);
  if (!scene.painted) requestAnimationFrame(() => requestAnimationFrame(() => seen(scene)));
  scene.painted = true;
}

/** How long the first picture took, ms since the map was mounted: two frames later it is on screen. */
function seen({ root, born }) {
  root.dataset.painted = Math.round(performance.now() - born);
}

function report({ root, data, points, total, focus, cameras }) {
  const told = { n: points.n, points: points.n, panels: data.panels.length, selected: total, focus: focus < 0 ? "" : focus };
  const seen = data.linked ? cameras.slice(0, 1) : cameras;
  told.zoom = seen.map(({ zoom }) => zoom.toFixed(2)).join(" ");
  told.camera = seen.map(({ x, y, zoom }) => [x, y, zoom].map((v) => v.toFixed(4)).join(" ")).join(", ");
  told.linked = String(data.linked);
  told.ready = "true";
  for (const [name, value] of Object.entries(told)) if (root.dataset[name] !== String(value)) root.dataset[name] = value;
}

function paintPoints(scene) {
  const { dom, points, renderer } = scene;
  scene.stale = false;
  fitCanvas(dom.canvas);
  const ratio = dom.canvas.width / Math.max(1, dom.canvas.clientWidth);
  const progress = scene.glide ? Math.min(1, (performance.now() - scene.glide.start) / GLIDE) : 1;
  const moving = progress < 1 || scene.settling > 0;
  const some = moving ? Math.ceil(points.n * scene.pace.share) : points.n;
  const shown = dom.cells.filter((cell) => cell.visible).map((cell) => ({ ...cell, camera: scene.eye(cell) }));
  draw(scene, shown, { ratio, some, progress: progress * (2 - progress) });
  if (moving) watch(scene.pace);
  if (progress < 1) return scene.draw();
  if (scene.glide) arrived(renderer);
  scene.glide = null;
}

/** Draw points into cells {index, panel, x, y, w, h, home, camera} of the canvas, `ratio` device px to one of theirs. */
export function draw(scene, cells, { ratio, some = scene.points.n, progress = 1 }) {
  const { points, theme, renderer } = scene;
  const frames = cells.map((cell) => view(scene, cell, ratio));
  const zoom = Math.max(1, ...cells.map(({ camera }) => camera.zoom));
  const sizes = radii(points.n, zoom).map((v) => v * ratio);
  const look = { sizes, card: rgb(theme.card), progress, fallen: fallen(points.n), parted: scene.parted };
  paint(renderer, { frames, n: points.n, some, ...look });
}

function view(scene, cell, ratio) {
  const [left, width, height] = [cell.x, cell.w, cell.h].map((v) => Math.round(v * ratio));
  const bottom = scene.dom.canvas.height - Math.round(cell.y * ratio) - height;
  const box = [left, bottom, width, height];
  return { panel: cell.index, box, view: clip(cell, cell.camera), hollow: stroke(scene, cell) * ratio };
}

/** Width in px of an untrained panel's rings, 0 for discs. */
export function stroke({ points }, { panel, camera }) {
  return panel.untrained ? Math.max(0.7, Math.min(1.3, radii(points.n, camera.zoom)[0] * 0.36)) : 0;
}

/** Radii in px of a plain and of a lit point, and the lit one's edge: fewer points, larger ones; zoom grows them. */
export function radii(n, zoom) {
  const plain = Math.max(0.9, 3.7 - Math.max(0, Math.log10(n / 300))) * Math.min(2, zoom ** 0.3);
  return [plain, plain * 1.27, plain > 2.5 ? 1.2 : 0.4];
}

/** How much of a point not selected is left: 26 %, and less where many of them lie over one another. */
export const fallen = (n) => Math.max(0.03, 0.26 / Math.max(1, Math.sqrt(n / 2000)));

function fitCanvas(canvas) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
