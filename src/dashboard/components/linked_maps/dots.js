// Points as SVG paths: a dot is a segment of no length with round caps, a ring is two arcs; one path a colour.
// What is selected is square: such a segment with square caps, or an open square.

import { shape } from "../shared/svg.js";
import { css, isScale, NONE } from "./colours.js";
import { where } from "./overlay.js";
import { fallen, radii, stroke } from "./paint.js";
import { MODE } from "./shaders.js";

const TURNS = 6; // times the colours take turns, so that none lies over all others
const SHADES = 4; // neighbouring colours of a scale drawn as one

/** The paths of one cell's points, what fell back first. */
export function dots(scene, cell) {
  const { points, order } = scene;
  const layers = [[], []];
  const size = Math.ceil(points.n / TURNS);
  for (let start = 0; start < points.n; start += size) {
    const found = sorted(scene, cell, order.subarray(start, start + size));
    layers.forEach((paths, front) => paths.push(...[...found[front]].map(([k, rows]) => path(scene, cell, { k, rows, front }))));
  }
  return layers.flat();
}

/** Rows by colour, [what fell back, what did not]: two Maps from byte to rows. */
function sorted({ colours, modes, choosing, chosen, data, placed }, cell, rows) {
  const kinds = colours.of(cell.index);
  const scale = isScale(data.coloured);
  const found = [new Map(), new Map()];
  for (const row of rows) {
    const mode = modes[kinds[row]];
    if (mode === MODE.hidden || !placed(cell.index, row)) continue;
    const front = mode === MODE.shown && (!choosing || chosen[row]) ? 1 : 0;
    const k = scale && kinds[row] !== NONE ? Math.min(254, kinds[row] - (kinds[row] % SHADES) + SHADES / 2) : kinds[row];
    const list = found[front].get(k);
    if (list) list.push(row);
    else found[front].set(k, [row]);
  }
  return found;
}

function path(scene, cell, { k, rows, front }) {
  const { points, wheel, choosing, data } = scene;
  const [plain, lit] = radii(points.n, cell.camera.zoom);
  const square = front && choosing;
  const r = square ? lit : plain;
  const ring = stroke(scene, cell);
  const open = square ? box : circle;
  const one = ring ? open(r - ring / 2) : () => "h0";
  const d = rows.map((row) => {
    const [x, y] = where(points, cell, row);
    return ring ? one(x, y) : `M${x.toFixed(1)} ${y.toFixed(1)}${one()}`;
  });
  const width = (ring || 2 * r).toFixed(2);
  const name = k === NONE ? data.coloured.none : data.coloured.names[k] ?? "";
  const ends = square ? "square" : "round";
  const line = { fill: "none", stroke: css(wheel[k]), "stroke-width": width, "stroke-linecap": ends, "stroke-linejoin": "round" };
  const facts = { d: d.join(""), ...line, "data-class": name };
  return shape("path", front ? facts : { ...facts, "stroke-opacity": fallen(points.n).toFixed(3) });
}

const circle = (radius) => {
  const r = radius.toFixed(2);
  const arcs = `a${r} ${r} 0 1 0 ${(2 * radius).toFixed(2)} 0a${r} ${r} 0 1 0 ${(-2 * radius).toFixed(2)} 0`;
  return (x, y) => `M${(x - radius).toFixed(1)} ${y.toFixed(1)}${arcs}`;
};

const box = (half) => {
  const side = (2 * half).toFixed(2);
  return (x, y) => `M${(x - half).toFixed(1)} ${(y - half).toFixed(1)}h${side}v${side}h-${side}z`;
};
