// What lies over the points: what was drawn, the ring on the clip in question, the words at the clusters.

import { shape } from "../shared/svg.js";
import { project } from "./camera.js";
import { place } from "./points.js";

/** Draw the overlay of every visible cell. */
export function overlay(scene) {
  for (const cell of scene.dom.cells) {
    if (cell.visible) cell.over.replaceChildren(...outlines(scene, cell), ...texts(scene, cell), ...ring(scene, cell));
  }
}

function outlines({ data, pending, draft, camera }, cell) {
  const drawn = pending ? (pending.mode === "new" ? [pending] : [...data.strokes, pending]) : data.strokes;
  return [...drawn, draft].filter((stroke) => stroke?.panel === cell.panel.key).map((stroke) => {
    const corners = stroke.polygon.map((at) => project(at, cell, camera).map((v) => v.toFixed(1)).join(" "));
    return shape("path", { class: "lasso", "data-mode": stroke.mode, d: `M${corners.join("L")}Z` });
  });
}

function ring({ hover, points, camera }, cell) {
  if (hover.row < 0) return [];
  const [cx, cy] = where(points, cell.index, hover.row, cell, camera);
  return [shape("circle", { class: "ring", cx, cy, r: 8 })];
}

function texts({ camera }, cell) {
  return (cell.words ?? []).map(({ text, at }) => {
    const [x, y] = project(at, cell, camera);
    return shape("text", { x: x.toFixed(1), y: (y + 4.5).toFixed(1) }, text);
  });
}

/** Px of a row in a plot. */
export function where(points, panel, row, plot, camera) {
  const xy = points.xy[panel];
  return project([place(xy[2 * row]), place(xy[2 * row + 1])], plot, camera);
}
