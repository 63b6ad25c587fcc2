// What each backbone hears over time: one lane each, and the strip where the trained ones part.

import { h } from "../shared/dom.js";
import { pick } from "../shared/theme.js";
import { pen } from "./canvas.js";
import { short } from "./clock.js";

const HEIGHT = 22; // px of a lane
const STRIP = 14; // px of the strip
const LOWEST = 4; // px: a weak answer is still seen
const STRIPE = { width: 1.6, every: 5 }; // px of the hatch that says untrained
const OPACITY = [0, 0.07, 0.42, 0.85]; // of the strip, by how many different answers there are
const WORD_FONT = "500 12px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Where frame `i` ends: windows may overlap, then the next one's start ends it. */
const endOf = ({ times }, i) => Math.min(times[i][1], times[i + 1]?.[0] ?? Infinity);

/** Runs of frames with one answer: [{from, to, index}]. */
export function runs(lane) {
  const found = [];
  lane.index.forEach((index, i) => {
    const last = found.at(-1);
    if (last?.index === index) last.to = endOf(lane, i);
    else found.push({ from: lane.times[i][0], to: endOf(lane, i), index });
  });
  return found;
}

/** The lane as a sentence, for those who do not see it. */
export function spoken(lane, classes) {
  const parts = runs(lane).map(({ to, index }) => `${classes[index].word} to ${short(to)}`);
  const heard = parts.length > 12 ? `${parts.length} changes` : parts.join(", ");
  return `${lane.title}${lane.mark.untrained ? ", untrained," : ""} hears ${heard || "nothing"}`;
}

/** Draw the bars of `lane` on its canvas, `width` px wide. */
export function drawLane(canvas, lane, { width, seconds, classes, look }) {
  const context = pen(canvas, width, HEIGHT);
  const { untrained } = lane.mark;
  context.beginPath();
  context.roundRect(0, 0, width, HEIGHT, 3);
  context.clip();
  context.globalAlpha = untrained ? 0.6 : 1;
  context.fillStyle = look.sunk;
  context.fillRect(0, 0, width, HEIGHT);
  context.globalAlpha = untrained ? 0.55 : 1;
  lane.index.forEach((index, i) => {
    const x = (lane.times[i][0] / seconds) * width;
    const wide = (endOf(lane, i) / seconds) * width - x;
    const gap = wide > 12 ? 1 : wide > 3 ? 0.6 : 0; // none where bars are hairlines: the lane would fade
    const high = Math.max(LOWEST, lane.strength[i] * HEIGHT);
    context.fillStyle = pick(classes[index].colours, look.dark);
    context.fillRect(x, HEIGHT - high, Math.max(1, wide - gap), high);
  });
  if (untrained) hatch(context, width, look.card);
}

function hatch(context, width, colour) {
  context.globalAlpha = 0.9;
  context.strokeStyle = colour;
  context.lineWidth = STRIPE.width;
  context.beginPath();
  const every = STRIPE.every * Math.SQRT2; // along the axis, for stripes at 45°
  for (let x = 0; x < width + HEIGHT; x += every) {
    context.moveTo(x, -1);
    context.lineTo(x - HEIGHT - 2, HEIGHT + 1);
  }
  context.stroke();
}

/** The words of `lane`, at the start of each run with room for its own. */
export function words(lane, { width, seconds, classes }) {
  if (lane.mark.untrained) return [];
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.font = WORD_FONT;
  return runs(lane)
    .filter(({ from, to, index }) => ((to - from) / seconds) * width > context.measureText(classes[index].word).width + 18)
    .map(({ from, index }) => {
      const word = h("span.heard", {}, classes[index].word);
      word.style.left = `${(from / seconds) * width + 4}px`;
      return word;
    });
}

/** How many different answers the trained lanes give, over time: [{from, to, answers}]. */
export function parting(lanes, seconds) {
  const trained = lanes.filter(({ mark, index }) => !mark.untrained && index.length);
  const edges = [...new Set([0, seconds, ...trained.flatMap(({ times }) => times.map(([from]) => from))])];
  const inside = edges.filter((edge) => edge >= 0 && edge <= seconds).sort((a, b) => a - b);
  const found = [];
  inside.slice(0, -1).forEach((from, i) => {
    const to = inside[i + 1];
    const answers = new Set(trained.map((lane) => answerAt(lane, (from + to) / 2))).size;
    if (found.at(-1)?.answers === answers) found.at(-1).to = to; // one piece: seams would show
    else found.push({ from, to, answers });
  });
  return found;
}

function answerAt({ times, index }, seconds) {
  const last = times.findLastIndex(([from]) => from <= seconds);
  return index[Math.max(0, last)];
}

/** Draw the strip: pale where the trained agree, mid for two answers, dark for three or more. */
export function drawParting(canvas, lanes, { width, seconds, look }) {
  const context = pen(canvas, width, STRIP);
  context.fillStyle = look.mute;
  for (const { from, to, answers } of parting(lanes, seconds)) {
    context.globalAlpha = OPACITY[Math.min(3, answers)];
    context.fillRect((from / seconds) * width, 0, ((to - from) / seconds) * width, STRIP);
  }
}
