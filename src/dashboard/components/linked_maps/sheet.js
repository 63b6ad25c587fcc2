// The maps as one sheet to take away: title, every panel with its words and foot, the legend; an SVG document.

import { mark } from "../shared/marks.js";
import { shape } from "../shared/svg.js";
import { pick } from "../shared/theme.js";
import { dots } from "./dots.js";
import { key } from "./keyed.js";
import { whole } from "./numbers.js";
import { drawing } from "./overlay.js";
import { wordsOf } from "./scene.js";

const PAD = 16; // px, as all below
const TITLE = 44;
const HEAD = 34;
const FOOT = 22;
const CELL = { w: 400, h: 300 };
const ALONE = { w: 860, h: 560 };
const FONT = 'system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

/** {width, height, cells, key}: where every panel lies on the sheet, {x, y, w, h} of its plot. */
export function plan(scene) {
  const { panels } = scene.data;
  const size = panels.length === 1 ? ALONE : CELL;
  const columns = panels.length === 4 ? 2 : Math.min(3, panels.length);
  const step = HEAD + size.h + FOOT;
  const cells = scene.dom.cells.map(({ panel, index }) => {
    const x = PAD + (index % columns) * (size.w + PAD);
    const y = TITLE + Math.floor(index / columns) * step + HEAD;
    const cell = { panel, index, x, y, ...size, home: scene.homes[index], camera: scene.cameras[index] };
    return { ...cell, words: wordsOf(scene, cell) };
  });
  const width = PAD + columns * (size.w + PAD);
  const bottom = TITLE + Math.ceil(panels.length / columns) * step + PAD;
  const made = key(scene, { x: PAD, y: bottom, width: width - 2 * PAD });
  return { width, height: Math.ceil(bottom + made.height + PAD), cells, key: made.parts };
}

/** The sheet as an <svg>. `points(cell)` makes what stands for its points; without it there are none, nor a ground. */
export function sheet(scene, { width, height, cells, key: legend }, points = dots) {
  const { theme } = scene;
  const root = shape("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` });
  root.append(shape("title", {}, heading(scene)), shape("style", {}, style(theme)));
  if (points) root.append(shape("rect", { width, height, fill: theme.card }));
  root.append(shape("text", { class: "title", x: PAD, y: 28 }, heading(scene)));
  for (const cell of cells) root.append(...panel(scene, cell, points));
  root.append(...legend);
  return root;
}

export function heading({ data, points }) {
  const what = `${whole(points.n)} ${data.noun} by ${data.coloured.label}`;
  return data.title ? `${data.title}: ${what}` : what;
}

function panel(scene, cell, points) {
  const id = `clip-${cell.index}`;
  const clip = shape("clipPath", { id });
  clip.append(shape("rect", { width: cell.w, height: cell.h }));
  const group = shape("g", { transform: `translate(${cell.x} ${cell.y})`, "data-panel": cell.panel.key });
  const inner = shape("g", { "clip-path": `url(#${id})` });
  if (points) inner.append(...points(scene, cell));
  inner.append(...drawing({ ...scene, hover: { row: -1 }, draft: null }, cell));
  group.append(shape("rect", { class: "frame", width: cell.w, height: cell.h }), inner);
  return [clip, ...header(scene, cell), group, ...foot(cell)];
}

function header({ theme }, { panel: one, x, y, w }) {
  const sign = mark(one.mark, { size: 13, colour: pick(one.colours, theme.dark), hollow: one.untrained });
  sign.setAttribute("x", x);
  sign.setAttribute("y", y - 24);
  const name = shape("text", { class: "name", x: x + 20, y: y - 13 }, one.title);
  if (one.untrained) name.append(shape("tspan", { class: "untrained", dx: 8 }, "untrained"));
  const figure = [one.term, one.figure].filter(Boolean).join(" ");
  return [sign, name, shape("text", { class: "small", x: x + w, y: y - 13, "text-anchor": "end" }, figure)];
}

function foot({ panel: one, x, y, h }) {
  return one.foot ? [shape("text", { class: "small", x, y: y + h + 15 }, one.foot)] : [];
}

/** What style.css says on screen, said again where there is none. */
function style({ ink, text, mute, amber, card, line }) {
  return `text{font:400 12px ${FONT};fill:${text}}
.title{font-size:15px;font-weight:600;fill:${ink}}.name{font-size:14px;font-weight:500;fill:${ink}}
.small{fill:${mute}}.untrained{font-size:12px;fill:${amber}}.frame{fill:none;stroke:${line}}
.word,.mine{font-size:12.5px;font-weight:500;text-anchor:middle;paint-order:stroke;stroke:${card};stroke-width:4px;stroke-linejoin:round}
.ring{fill:none;stroke:${ink};stroke-width:1.5px}.ring.focus{stroke-width:2px}
.kin{fill:none;stroke:${ink};stroke-width:1px;stroke-opacity:.75}.kin[data-shared=only]{stroke-dasharray:3 3}
.kin[data-shared=some]{stroke-opacity:.4}.own{fill:none;stroke:${ink};stroke-width:2px}
.lasso{fill:${ink};fill-opacity:.045;stroke:${ink};stroke-width:1.3px;stroke-dasharray:4 3;stroke-linejoin:round}`;
}
