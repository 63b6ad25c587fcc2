// What lies over the points: what was drawn, neighbours, rings, a clip of the visitor's own, words at the clusters.

import { shape } from "../shared/svg.js";
import { project } from "./camera.js";
import { place } from "./points.js";

const RING = { hover: 8, focus: 10.5, near: 5.5 }; // px
const ARM = 3.2; // px: half the cross in the marker

/** Draw the overlay of every visible cell. */
export function overlay(scene) {
  for (const cell of scene.dom.cells) {
    if (cell.visible) cell.over.replaceChildren(...drawing(scene, { ...cell, camera: scene.eye(cell) }));
  }
}

/** Everything that lies over one cell {index, panel, w, h, home, camera, words}, lowest first. */
export function drawing(scene, cell) {
  return [...outlines(scene, cell), ...kin(scene, cell), ...texts(cell), ...rings(scene, cell), ...own(scene, cell)];
}

function outlines({ selection, draft }, cell) {
  const here = [...selection.ops, draft].filter((op) => op?.panel === cell.panel.key && op.polygon);
  const since = Math.max(0, here.findLastIndex((op) => op.mode === "new"));
  return here.slice(since).map((stroke) => {
    const corners = stroke.polygon.map((at) => project(at, cell, cell.camera).map((v) => v.toFixed(1)).join(" "));
    return shape("path", { class: "lasso", "data-mode": stroke.mode, d: `M${corners.join("L")}Z` });
  });
}

/** Thin lines to the neighbours of the chosen point: solid where all maps have them, dashed where only this one has. */
function kin({ data, points, focus, placed }, cell) {
  const { near } = data;
  if (!near || near.row !== focus || !placed(cell.index, focus)) return [];
  const [x1, y1] = where(points, cell, focus);
  return near.rows[cell.index].filter((row) => placed(cell.index, row)).flatMap((row) => {
    const [x2, y2] = where(points, cell, row);
    const shared = sharing(near.rows, row);
    const line = shape("line", { class: "kin", "data-shared": shared, "data-row": row, x1, y1, x2, y2 });
    return [line, shape("circle", { class: "kin", "data-shared": shared, cx: x2, cy: y2, r: RING.near })];
  });
}

/** "all", "some" or "only" one of the maps that have neighbours at all count this row among them. */
export function sharing(rows, row) {
  const asked = rows.filter((list) => list.length);
  const having = asked.filter((list) => list.includes(row)).length;
  return having === asked.length ? "all" : having > 1 ? "some" : "only";
}

function rings({ points, hover, focus, placed }, cell) {
  const made = [];
  for (const [kind, row] of [["focus", focus], ["hover", hover.row]]) {
    if (!placed(cell.index, row)) continue;
    const [cx, cy] = where(points, cell, row);
    made.push(shape("circle", { class: `ring ${kind}`, cx, cy, r: RING[kind] }));
  }
  return made;
}

/** The visitor's own clip: a crossed ring, a sign no backbone wears, with its title. */
function own({ data }, cell) {
  const at = data.marker?.xy[cell.index];
  if (!at) return [];
  const [x, y] = project(at, cell, cell.camera);
  const d = `M${x - ARM} ${y - ARM}l${2 * ARM} ${2 * ARM}M${x - ARM} ${y + ARM}l${2 * ARM} ${-2 * ARM}`;
  const below = y < 30;
  return [
    shape("circle", { class: "own", cx: x, cy: y, r: 7.5 }),
    shape("path", { class: "own", d }),
    shape("text", { class: "mine", x: x.toFixed(1), y: (below ? y + 22 : y - 12).toFixed(1) }, short(data.marker.title)),
  ];
}

const short = (title) => (title.length > 24 ? `${title.slice(0, 23)}…` : title);

function texts(cell) {
  return (cell.words ?? []).map(({ text, at }) => {
    const [x, y] = project(at, cell, cell.camera);
    return shape("text", { class: "word", x: x.toFixed(1), y: (y + 4.5).toFixed(1) }, text);
  });
}

/** Px of a row in a cell with its camera. */
export function where({ xy }, cell, row) {
  const own = xy[cell.index];
  return project([place(own[2 * row]), place(own[2 * row + 1])], cell, cell.camera);
}
