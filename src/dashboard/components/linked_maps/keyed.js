// The legend on a sheet: classes in columns or the scale from end to end, and what else the drawing shows.

import { shape } from "../shared/svg.js";
import { css, isScale, NONE, valueOf } from "./colours.js";
import { whole } from "./numbers.js";
import { MODE } from "./shaders.js";

const ITEM = { w: 200, h: 20 }; // px
const RAMP = { w: 280, h: 10 };
const TOP = 254;

/** {parts, height}: elements from [x, y] down, in a width. */
export function key(scene, { x, y, width }) {
  const { label } = scene.data.coloured;
  const title = shape("text", { class: "name", x, y: y + 12 }, label);
  const body = isScale(scene.data.coloured) ? ramp(scene, x, y + 24) : classes(scene, { x, y: y + 24, width });
  const notes = said(scene).map((text, i) => shape("text", { class: "small", x, y: y + 24 + body.height + 16 + i * 18 }, text));
  return { parts: [title, ...body.parts, ...notes], height: 24 + body.height + 16 + notes.length * 18 };
}

function classes(scene, { x, y, width }) {
  const { data, used, modes, wheel } = scene;
  const { names, none } = data.coloured;
  const keys = [...names.keys(), NONE].filter((k) => used.includes(k));
  const columns = Math.max(1, Math.floor(width / ITEM.w));
  const parts = keys.flatMap((k, i) => {
    const [left, top] = [x + (i % columns) * ITEM.w, y + Math.floor(i / columns) * ITEM.h];
    const aside = { [MODE.shown]: "", [MODE.dim]: " (dimmed)", [MODE.hidden]: " (hidden)" }[modes[k]];
    const text = `${k === NONE ? none : names[k]}${aside} ${figure(scene, k)}`;
    return [
      shape("rect", { x: left, y: top, width: 10, height: 10, rx: 3, fill: css(wheel[k]) }),
      shape("text", { class: "class", x: left + 16, y: top + 9 }, text),
    ];
  });
  return { parts, height: Math.ceil(keys.length / columns) * ITEM.h };
}

/** How many, where that is the same on every map. */
function figure({ apart, counts, choosing }, k) {
  if (apart) return "";
  const { all, selected } = counts[0];
  return choosing ? `${whole(selected[k])} of ${whole(all[k])}` : whole(all[k]);
}

function ramp(scene, x, y) {
  const { data, wheel, used } = scene;
  const gradient = shape("linearGradient", { id: "ramp" });
  for (let i = 0; i <= 8; i++) {
    gradient.append(shape("stop", { offset: i / 8, "stop-color": css(wheel[Math.round((i / 8) * TOP)]) }));
  }
  const parts = [
    gradient,
    shape("rect", { x, y, width: RAMP.w, height: RAMP.h, rx: 3, fill: "url(#ramp)" }),
    shape("text", { x, y: y + 26 }, valueOf(data.coloured, 0)),
    shape("text", { x: x + RAMP.w, y: y + 26, "text-anchor": "end" }, valueOf(data.coloured, TOP)),
  ];
  if (used.includes(NONE)) {
    parts.push(shape("rect", { x: x + RAMP.w + 24, y, width: 10, height: 10, rx: 3, fill: css(wheel[NONE]) }));
    parts.push(shape("text", { x: x + RAMP.w + 40, y: y + 9 }, `${data.coloured.none} ${figure(scene, NONE)}`));
  }
  return { parts, height: 30 };
}

/** What a reader of the sheet alone would have to ask. */
function said({ data, choosing, total, points, range, focus }) {
  return [
    data.made,
    data.panels.some((panel) => panel.untrained) && "Hollow points: an untrained backbone, a control.",
    choosing && `${whole(total)} of ${whole(points.n)} ${data.noun} selected: squares; the others are faint.`,
    range && `Shown: ${valueOf(data.coloured, range.low)} to ${valueOf(data.coloured, range.high)}; the others are faint.`,
    data.marker && `Crossed ring: ${data.marker.title}.`,
    focus >= 0 && data.near?.row === focus && "Lines: nearest neighbours; dashed ones only this map's backbone has.",
  ].filter(Boolean);
}
