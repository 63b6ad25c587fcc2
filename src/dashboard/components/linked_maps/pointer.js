// Mouse, pen and fingers: hover, draw around points, pan, zoom and pinch.

import { panned, project, scale, unproject, zoomed } from "./camera.js";
import { nearest } from "./grid.js";

const REACH = { mouse: 12, pen: 16, touch: 24 }; // px from which a point is taken
const START = 4; // px of movement that make a drag
const STEP = 3; // px between corners of an outline
const MOST = 1000; // corners of an outline
const SWIPE = 40; // px

/** Listen on one cell: its plot, and its header, where a finger swipes to the next backbone. */
export function attachPointer(scene, cell) {
  const { plot } = cell;
  swipe(scene, cell.cell.firstChild);
  plot.onpointerdown = (event) => down(scene, cell, event);
  plot.onpointermove = (event) => moved(scene, cell, event);
  plot.onpointerup = (event) => up(scene, cell, event);
  plot.onpointercancel = () => drop(scene);
  // a finger leaves whenever it is lifted: what it tapped stays
  plot.onpointerleave = ({ pointerType }) => pointerType !== "touch" && !scene.gesture && hover(scene, -1, -1);
  plot.ondblclick = () => ready(scene) && scene.reset(cell);
  plot.onwheel = (event) => wheel(scene, cell, event);
}

const ready = (scene) => scene.points && scene.colours;

function swipe(scene, header) {
  header.ontouchstart = ({ touches }) => (scene.swipe = touches[0].clientX);
  header.ontouchend = ({ changedTouches }) => {
    const by = changedTouches[0].clientX - scene.swipe;
    const next = scene.active - Math.sign(by);
    if (scene.root.dataset.size === "phone" && Math.abs(by) > SWIPE && scene.dom.cells[next]) scene.show(next);
  };
}

function at({ plot }, event) {
  const box = plot.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function hover(scene, panel, row) {
  scene.point(panel, row);
  scene.listening.hovered(row);
}

function rowAt(scene, cell, px, event) {
  const reach = REACH[event.pointerType] ?? REACH.mouse;
  const [x, y] = unproject(px, cell, scene.eye(cell)).map((v) => ((v + 1) / 2) * 65535);
  const s = scale(cell, scene.eye(cell));
  const reaches = [reach / s.x, reach / s.y].map((v) => (v / 2) * 65535);
  return nearest(scene.grid(cell.index), [x, y], reaches, scene.there(cell.index));
}

function down(scene, cell, event) {
  if (!ready(scene) || event.button > 1) return;
  event.preventDefault(); // no text selection, no autoscroll of the middle button
  scene.root.dataset.pointer = "true"; // no focus ring: browsers would show one for a focus set by script
  scene.dom.canvas.focus({ preventScroll: true });
  cell.plot.setPointerCapture(event.pointerId);
  const px = at(cell, event);
  const pointers = scene.gesture?.pointers ?? new Map();
  pointers.set(event.pointerId, px);
  const pans = event.shiftKey || event.button === 1 || scene.tool === "pan";
  const kind = pointers.size > 1 ? "pinch" : pans ? "pan" : scene.tool;
  const mode = event.ctrlKey || event.metaKey ? "add" : event.altKey ? "remove" : scene.stroking;
  scene.draft = null;
  const dragged = kind === "pinch";
  scene.gesture = { pointers, kind, mode, start: px, last: px, trail: [px], dragged, span: span(pointers) };
  scene.sketch();
}

/** Middle and distance of two fingers. */
function span(pointers) {
  const [a, b] = [...pointers.values()];
  return b ? { middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], length: Math.hypot(a[0] - b[0], a[1] - b[1]) } : null;
}

function moved(scene, cell, event) {
  if (!ready(scene)) return;
  const { gesture } = scene;
  const px = at(cell, event);
  if (!gesture) {
    const row = rowAt(scene, cell, px, event);
    return hover(scene, row < 0 ? -1 : cell.index, row);
  }
  if (!gesture.pointers.has(event.pointerId)) return;
  gesture.pointers.set(event.pointerId, px);
  gesture.dragged ||= Math.hypot(px[0] - gesture.start[0], px[1] - gesture.start[1]) > START;
  if (gesture.dragged) DRAGS[gesture.kind](scene, cell, px);
}

const DRAGS = {
  pan(scene, cell, px) {
    const { last } = scene.gesture;
    scene.gesture.last = px;
    scene.move(panned(scene.eye(cell), cell, [px[0] - last[0], px[1] - last[1]]), cell);
  },
  pinch(scene, cell) {
    const { gesture } = scene;
    const [before, now] = [gesture.span, span(gesture.pointers)];
    gesture.span = now;
    if (!before || !now) return;
    const turned = zoomed(scene.eye(cell), cell, now.middle, now.length / Math.max(1, before.length));
    scene.move(panned(turned, cell, [now.middle[0] - before.middle[0], now.middle[1] - before.middle[1]]), cell);
  },
  lasso(scene, cell, px) {
    const { trail } = scene.gesture;
    const end = trail.at(-1);
    if (Math.hypot(px[0] - end[0], px[1] - end[1]) >= STEP && trail.length < MOST) trail.push(px);
    draft(scene, cell, trail);
  },
  box(scene, cell, px) {
    const [x, y] = scene.gesture.start;
    draft(scene, cell, [[x, y], [px[0], y], px, [x, px[1]]]);
  },
};

function draft(scene, cell, trail) {
  const polygon = trail.map((px) => unproject(px, cell, scene.eye(cell)).map((v) => Number(v.toFixed(7))));
  scene.draft = { panel: cell.panel.key, polygon, mode: scene.gesture.mode };
  scene.sketch();
}

function up(scene, cell, event) {
  const { gesture, draft: drawn } = scene;
  if (!gesture) return;
  gesture.pointers.delete(event.pointerId);
  if (gesture.pointers.size) return; // the other finger of a pinch: nothing is drawn with it
  drop(scene);
  if (!gesture.dragged) return press(scene, cell, event);
  if (drawn?.polygon.length >= 3) scene.selection.drawn(drawn);
}

function press(scene, cell, event) {
  const px = at(cell, event);
  if (onMarker(scene, cell, px, event)) return scene.listening.marker();
  const row = rowAt(scene, cell, px, event);
  scene.point(row < 0 ? -1 : cell.index, row);
  scene.choose(row);
  if (row >= 0) scene.listening.pressed(row);
}

/** Is the visitor's own clip there? */
function onMarker(scene, cell, px, event) {
  const place = scene.data.marker?.xy[cell.index];
  if (!place) return false;
  const [x, y] = project(place, cell, scene.eye(cell));
  return Math.hypot(px[0] - x, px[1] - y) <= (REACH[event.pointerType] ?? REACH.mouse);
}

function drop(scene) {
  scene.gesture = null;
  scene.draft = null;
  scene.sketch();
}

function wheel(scene, cell, event) {
  if (!ready(scene)) return;
  const camera = scene.eye(cell);
  const lines = event.deltaMode === 1 ? 16 : 1; // px a line
  const factor = Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400)); // a trackpad's pinch comes with ctrl
  if (factor < 1 && camera.zoom === 1) return; // at rest the page scrolls on
  event.preventDefault();
  scene.move(zoomed(camera, cell, at(cell, event), factor), cell);
}
