// The legend of a scale: how often each value occurs, its colours from end to end, a range to show alone.

import { h } from "../shared/dom.js";
import { shape } from "../shared/svg.js";
import { allShown, css, NONE, ranged, valueOf } from "./colours.js";
import { whole } from "./numbers.js";

const BINS = 51; // of 5 bytes each
const HEIGHT = 72; // units of the drawing
const TOP = 254;
const STEP = 5; // bytes an arrow key moves an end

/** The histogram with its gradient; dragging along it, or moving its two ends, shows a range alone. */
export function scale(scene) {
  const { coloured } = scene.data;
  const drawing = shape("svg", { class: "bins", viewBox: `0 0 ${BINS} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  drawing.append(...bars(scene));
  const ends = ["low", "high"].map((end) => handle(scene, end));
  const field = h("div.range", { title: "Drag to show a range" }, drawing, h("div.ramp"), ...ends);
  field.querySelector(".ramp").style.background = gradient(scene);
  const says = h("div.ends", {}, h("span", {}, valueOf(coloured, 0)), h("span.part"), h("span", {}, valueOf(coloured, TOP)));
  drag(scene, field);
  const made = h("div.scale", {}, field, says, without(scene));
  mark(scene, made);
  return made;
}

function bars(scene) {
  const { counts, active, choosing, wheel } = scene;
  const { all, selected } = counts[active];
  const sums = (values) => Array.from({ length: BINS }, (_, b) => values.slice(b * 5, b * 5 + 5).reduce((x, y) => x + y, 0));
  const [every, chosen] = [sums(all.subarray(0, NONE)), sums(selected.subarray(0, NONE))];
  const most = Math.max(1, ...every);
  const bar = (n, b, attributes) => {
    const height = n ? Math.max(1, (n / most) * HEIGHT) : 0;
    return shape("rect", { x: b + 0.06, width: 0.88, y: HEIGHT - height, height, ...attributes });
  };
  const drawn = every.map((n, b) => bar(n, b, { fill: css(wheel[b * 5 + 2]), opacity: choosing ? 0.3 : 1 }));
  return choosing ? [...drawn, ...chosen.map((n, b) => bar(n, b, { fill: css(wheel[b * 5 + 2]) }))] : drawn;
}

function gradient({ wheel }) {
  const stops = Array.from({ length: 9 }, (_, i) => css(wheel[Math.round((i / 8) * TOP)]));
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}

function without({ data, counts, active, wheel }) {
  const n = counts[active].all[NONE];
  if (!n) return null;
  const swatch = h("span.swatch");
  swatch.style.background = css(wheel[NONE]);
  return h("p.without", {}, swatch, data.coloured.none, h("span.figure", {}, whole(n)));
}

/** One end of the range, moved by arrow keys. */
function handle(scene, end) {
  const name = end === "low" ? "Lowest value shown" : "Highest value shown";
  const made = h("button.end", { type: "button", role: "slider", "aria-label": name, "data-end": end, "data-part": end });
  made.onkeydown = ({ key }) => {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[key];
    if (!by) return;
    const { low, high } = scene.range ?? { low: 0, high: TOP };
    const moved = end === "low" ? [Math.max(0, Math.min(low + by, high)), high] : [low, Math.min(TOP, Math.max(high + by, low))];
    choose(scene, made.closest(".scale"), ...moved);
  };
  return made;
}

function drag(scene, field) {
  const byte = ({ clientX }) => {
    const box = field.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * TOP);
  };
  let from = null;
  field.onpointerdown = (event) => {
    from = byte(event);
    field.setPointerCapture(event.pointerId);
  };
  field.onpointermove = (event) => {
    if (from == null) return;
    const to = byte(event);
    choose(scene, field.parentElement, Math.min(from, to), Math.max(from, to));
  };
  field.onpointerup = (event) => {
    if (from != null && byte(event) === from) choose(scene, field.parentElement, 0, TOP); // a click shows all
    from = null;
    scene.mode(scene.modes);
  };
  field.onpointercancel = () => (from = null);
}

function choose(scene, made, low, high) {
  scene.range = low === 0 && high === TOP ? null : { low, high };
  scene.mode(scene.range ? ranged(low, high) : allShown(), false); // the legend stays, so that the drag does
  mark(scene, made);
}

function mark({ range, data }, made) {
  const { low, high } = range ?? { low: 0, high: TOP };
  for (const handle of made.querySelectorAll(".end")) {
    const value = handle.dataset.end === "low" ? low : high;
    handle.style.left = `${(value / TOP) * 100}%`;
    handle.setAttribute("aria-valuenow", value);
    handle.setAttribute("aria-valuemin", 0);
    handle.setAttribute("aria-valuemax", TOP);
    handle.setAttribute("aria-valuetext", valueOf(data.coloured, value));
  }
  const field = made.querySelector(".range");
  field.style.setProperty("--low", `${(low / TOP) * 100}%`);
  field.style.setProperty("--high", `${(high / TOP) * 100}%`);
  made.querySelector(".part").textContent = range ? `${valueOf(data.coloured, low)} to ${valueOf(data.coloured, high)}` : "";
}
