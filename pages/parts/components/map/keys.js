// The keyboard: arrows walk from clip to clip, Enter and Space play, Escape clears, digits choose the panel.

import { panned, scale, zoomed } from "./camera.js";
import { towards } from "./grid.js";
import { where } from "./overlay.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const ZOOMS = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 };

/** Listen on the canvas, and for Escape on all of the component. */
export function attachKeys(scene) {
  scene.dom.canvas.onblur = () => delete scene.root.dataset.pointer;
  scene.dom.canvas.onkeydown = (event) => {
    delete scene.root.dataset.pointer;
    if (!scene.points || event.altKey || event.metaKey) return;
    if (handle(scene, event)) event.preventDefault();
  };
  scene.root.onkeydown = (event) => event.key === "Escape" && scene.points && escape(scene);
}

function handle(scene, { key, ctrlKey }) {
  const cell = scene.dom.cells[scene.active];
  if (key === "z" && ctrlKey) return scene.undo();
  if (ctrlKey) return false;
  if (key in ARROWS) return walk(scene, cell, ARROWS[key]);
  if (key === "Enter" || key === " ") return scene.listening.pressed(scene.hover.row), true;
  if (key in ZOOMS) return scene.move(zoomed(scene.camera, cell, [cell.w / 2, cell.h / 2], ZOOMS[key])), true;
  if (key === "0") return scene.reset(), true;
  if (Number(key) >= 1 && Number(key) <= scene.dom.cells.length) return choose(scene, Number(key) - 1);
  return false;
}

function walk(scene, cell, direction) {
  const s = scale(cell, scene.camera);
  const from = scene.hover.row;
  const row = from < 0 ? middle(scene, cell) : towards(scene.points.xy[cell.index], from, direction, [s.x, s.y]);
  if (row < 0) return true;
  scene.point(cell.index, row);
  follow(scene, cell, row);
  scene.listening.hovered(row);
  speak(scene, row);
  return true;
}

/** The row nearest to the middle of the view: where walking starts. */
function middle(scene, cell) {
  let [best, least] = [-1, Infinity];
  for (let row = 0; row < scene.points.n; row++) {
    const [x, y] = where(scene.points, cell.index, row, cell, scene.camera);
    const d = Math.hypot(x - cell.w / 2, y - cell.h / 2);
    if (d < least) [best, least] = [row, d];
  }
  return best;
}

/** Bring a point that lies outside the view to its middle. */
function follow(scene, cell, row) {
  const [x, y] = where(scene.points, cell.index, row, cell, scene.camera);
  if (x > 0 && y > 0 && x < cell.w && y < cell.h) return;
  scene.move(panned(scene.camera, cell, [cell.w / 2 - x, cell.h / 2 - y]));
}

function speak(scene, row) {
  const { data, points, selected, dom } = scene;
  const found = data.points[row];
  const parts = [found?.title ?? `Number ${row + 1}`, found?.note, data.classes.names[points.classes[row]]];
  dom.spoken.textContent = [...parts, selected?.[row] ? "selected" : ""].filter(Boolean).join(", ");
}

function choose(scene, index) {
  scene.show(index);
  if (scene.hover.row >= 0) scene.point(index, scene.hover.row);
  scene.dom.spoken.textContent = scene.data.panels[index].title;
  return true;
}

/** First what was drawn goes, then the class shown alone, then the ring. */
function escape(scene) {
  if (scene.data.strokes.length) return scene.clear();
  if (scene.isolated >= 0) return scene.isolate(-1);
  scene.point(-1, -1);
  scene.listening.hovered(-1);
}
