// What colours mean: classes with a name each, or a scale; what the legend shows, dims or hides of them.

import { pick, rgb } from "../shared/theme.js";
import { MODE } from "./shaders.js";

export const NONE = 255; // no value
const TOP = 254; // the high end of a scale

/** Is it a scale, rather than classes? */
export const isScale = (coloured) => coloured.names.length === 0;

/** [r, g, b], 0 to 255, of byte k; what has no value, or no colour of its own, is faint. */
function colourOf(stops, faint, k, scale) {
  if (k === NONE || !stops.length) return faint;
  if (!scale) return stops[k] ?? faint;
  const at = (k / TOP) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  return stops[low].map((v, c) => v + ((stops[low + 1] ?? stops[low])[c] - v) * (at - low));
}

/** CSS colours of all 256 bytes in a theme. */
export function wheel(coloured, theme) {
  const bytes = (colour) => rgb(colour).map((v) => v * 255);
  const stops = coloured.colours.map((pair) => bytes(pick(pair, theme.dark)));
  const faint = bytes(theme.faint);
  const scale = isScale(coloured);
  return Array.from({ length: 256 }, (_, k) => colourOf(stops, faint, k, scale).map(Math.round));
}

/** The palette the card is given: the wheel's colours, each with its mode. */
export function texels(colours, modes) {
  const made = new Uint8Array(256 * 4);
  for (let k = 0; k < 256; k++) made.set([...colours[k], modes[k]], k * 4);
  return made;
}

export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

/** All shown. */
export const allShown = () => new Uint8Array(256).fill(MODE.shown);

/** Only `k` shown, the others dim; hidden ones stay hidden. */
export function only(modes, k) {
  return modes.map((mode, i) => (i === k ? MODE.shown : mode === MODE.hidden ? mode : MODE.dim));
}

/** Is `k` the only one shown? */
export const alone = (modes, k, used) => modes[k] === MODE.shown && used.every((i) => i === k || modes[i] !== MODE.shown);

/** The part of a scale between bytes low and high shown, the rest dim. */
export const ranged = (low, high) => new Uint8Array(256).map((_, k) => (k >= low && k <= high && k !== NONE ? MODE.shown : MODE.dim));

/** What is dim and hidden, for data-legend: "dim:0,2 hide:4", "" where all is shown. */
export function told(modes, used) {
  const list = (mode) => used.filter((k) => modes[k] === mode).join(",");
  return [["dim", list(MODE.dim)], ["hide", list(MODE.hidden)]].filter(([, ks]) => ks).map((part) => part.join(":")).join(" ");
}

/** How many points each byte has that are not `away`, and how many of the `chosen`: Uint32Array (256) each. */
export function count(kinds, away, chosen) {
  const all = new Uint32Array(256);
  const selected = new Uint32Array(256);
  for (let i = 0; i < kinds.length; i++) all[kinds[i]] += away?.[i] ? 0 : 1;
  if (chosen) for (let i = 0; i < kinds.length; i++) selected[kinds[i]] += away?.[i] ? 0 : chosen[i];
  return { all, selected };
}

/** 0.8312 as "0.83", 12345.6 as "12,346", 1960 as "1960" where the scale runs through years. */
export function number(value, low, high) {
  const span = Math.abs(high - low);
  const digits = span >= 20 ? 0 : span >= 2 ? 1 : span >= 0.2 ? 2 : 3;
  const years = low >= 1000 && high <= 2999 && digits === 0;
  const text = value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits, useGrouping: !years });
  return text.replace("-", "−");
}

/** The value a byte of a scale stands for, as printed; "" for none. */
export function valueOf({ low, high, unit }, k) {
  if (k === NONE) return "";
  const text = number(low + (k / TOP) * (high - low), low, high);
  return unit ? `${text} ${unit}` : text;
}

/** The word of a byte: a class's name, a scale's value, or what stands for none. */
export function wordOf(coloured, k) {
  if (k === NONE) return coloured.none;
  return isScale(coloured) ? valueOf(coloured, k) : (coloured.names[k] ?? coloured.none);
}
