// Drawing what each backbone hears over time: one lane each, and the strip where the trained ones part.

import { h } from "../shared/dom.js";
import { pick } from "../shared/theme.js";
import { pen } from "./canvas.js";

const HEIGHT = 22; // px of a lane
const STRIP = 14; // px of the strip
const LOWEST = 4; // px: a weak answer is still seen
const DENSE = 2; // px a frame: below, a lane is drawn by columns
const STRIPE = { width: 1.6, every: 5 }; // px of the hatch that says untrained
const OPACITY = [0, 0.07, 0.42, 0.85]; // of the strip, by how many different answers there are
const WORD_FONT = "500 12px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** Draw the bars of `lane` on its canvas, `width` px wide. */
export function drawLane(canvas, lane, frame) {
  const { width, seconds, classes, look } = frame;
  const context = pen(canvas, width, HEIGHT);
  const { untrained } = lane.mark;
  context.beginPath();
  context.roundRect(0, 0, width, HEIGHT, 3);
  context.clip();
  context.globalAlpha = untrained ? 0.6 : 1;
  context.fillStyle = look.sunk;
  context.fillRect(0, 0, width, HEIGHT);
  context.globalAlpha = untrained ? 0.55 : 1;
  const colours = classes.map((one) => pick(one.colours, look.dark));
  const heard = lane.count ? lane.data.end.at(-1) - lane.data.start[0] : 0;
  const dense = ((heard / seconds) * width) / lane.count < DENSE;
  for (const { x, wide, high, index } of dense ? columns(lane.data, frame) : bars(lane.data, frame)) {
    context.fillStyle = colours[index];
    context.fillRect(x, HEIGHT - high, wide, high);
  }
  if (untrained) hatch(context, width, look.card);
}

const heightOf = (strength) => Math.max(LOWEST, (strength / 65535) * HEIGHT);

/** A bar per frame, with a gap where it has room for one. */
function* bars({ start, end, strength, index }, { width, seconds }) {
  for (let i = 0; i < index.length; i++) {
    const x = (start[i] / seconds) * width;
    const room = (end[i] / seconds) * width - x;
    const gap = room > 12 ? 1 : room > 3 ? 0.6 : 0; // none where bars are hairlines: the lane would fade
    yield { x, wide: Math.max(1, room - gap), high: heightOf(strength[i]), index: index[i] };
  }
}

/** A bar per pixel: the class heard longest in it, as strong as it is there on average. */
function* columns({ start, end, strength, index }, { width, seconds, classes }) {
  const [time, sum] = [new Float64Array(classes.length), new Float64Array(classes.length)];
  const step = seconds / width;
  for (let x = 0, i = 0; x < width && i < index.length; x++) {
    const [from, to] = [x * step, (x + 1) * step];
    time.fill(0);
    sum.fill(0);
    let best = -1;
    for (; i < index.length && start[i] < to; i++) {
      const k = index[i];
      const inside = Math.min(end[i], to) - Math.max(start[i], from);
      if (inside > 0) {
        time[k] += inside;
        sum[k] += inside * strength[i];
        if (best < 0 || time[k] > time[best]) best = k;
      }
      if (end[i] > to) break; // it goes on in the next column
    }
    if (best >= 0) yield { x, wide: 1, high: heightOf(sum[best] / time[best]), index: best };
  }
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

/** The words of a lane, at the start of each of its `pieces` with room for its own. */
export function words(lane, pieces, { width, seconds, classes }) {
  if (lane.mark.untrained) return [];
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.font = WORD_FONT;
  const needs = classes.map(({ word }) => context.measureText(word).width + 18);
  return pieces
    .filter(({ from, to, index }) => ((to - from) / seconds) * width > needs[index])
    .map(({ from, index }) => {
      const word = h("span.heard", {}, classes[index].word);
      word.style.left = `${(from / seconds) * width + 4}px`;
      return word;
    });
}

/** Draw the strip: pale where the trained agree, mid for two answers, dark for three or more. */
export function drawParting(canvas, pieces, { width, seconds, look }) {
  const context = pen(canvas, width, STRIP);
  context.fillStyle = look.mute;
  for (const { from, to, answers } of pieces) {
    context.globalAlpha = OPACITY[Math.min(3, answers)];
    context.fillRect((from / seconds) * width, 0, ((to - from) / seconds) * width, STRIP);
  }
}
