// What a cell of the matrix says, and how strong its ground is.

import { pick } from "../shared/theme.js";

const MINUS = "\u2212";
const LEAST = 0.05; // ink of the smallest count, and of the largest
const MOST = 0.9;
const FULL = 0.62; // the most of a backbone's colour under a difference: its number must stay readable
const STEP = 0.16;

/** Everything drawn of a cell: {text, says, fill, strength, over, none, right, hatched, dataset}; null for no cell. */
export function facts(data, i, j, theme) {
  if (data.cells) return paired(data.cells[i][j], theme);
  if (i === j && !data.diagonal) return null;
  const count = data.counts[i][j];
  const ground = colour(data, i, j, (pair) => pick(pair, theme.dark), theme);
  const own = i === j && !data.difference;
  return { ...ground, text: text(data, i, j), says: spoken(data, i, j), none: value(data, i, j) === 0, right: own, hatched: false, dataset: { count } };
}

/** One of two things beside one another, as Python worded it. */
function paired(cell, theme) {
  if (!cell) return null;
  const strength = LEAST + cell.strength * (MOST - LEAST);
  const over = strength > 0.5 && !cell.untrained;
  const dataset = { name: cell.name, value: cell.text };
  return { text: cell.text, says: cell.says, fill: theme.ink, strength, over, none: false, right: false, hatched: cell.untrained, dataset };
}

/** What there is of a cell: its count, or its share in whole percent. */
function whole({ counts, shares }, i, j) {
  return shares ? Math.round(100 * shares[i][j]) : counts[i][j];
}

/** What is shown of it: nothing where it has fewer than asked for. */
function value(data, i, j) {
  return Math.abs(data.counts[i][j]) < data.least ? 0 : whole(data, i, j);
}

/** The number in the cell: a middle dot for none, a sign where two matrices are compared. */
function text(data, i, j) {
  const shown = value(data, i, j);
  return shown === 0 ? "\u00b7" : written(data, shown);
}

function written({ difference }, number) {
  if (!difference) return String(number);
  return number > 0 ? `+${number}` : `${number < 0 ? MINUS : ""}${Math.abs(number)}`;
}

/** The cell in words: "true nostalgic, heard as tender: 3 clips". */
function spoken(data, i, j) {
  const { counts, classes, noun, difference, shares } = data;
  const count = counts[i][j];
  const share = shares ? `, ${written(data, whole(data, i, j))} ${difference ? "points" : "%"}` : "";
  const cell = `true ${classes[i]}, heard as ${classes[j]}${share}`;
  if (!difference) return `${cell}: ${amount(count, noun)}`;
  if (count === 0) return `${cell}: as many by ${difference.more.title} as by ${difference.less.title}`;
  const [side, other] = count > 0 ? [difference.more, difference.less] : [difference.less, difference.more];
  return `${cell}: ${amount(Math.abs(count), noun)} more by ${side.title} than by ${other.title}`;
}

const amount = (count, noun) => `${count} ${count === 1 ? noun.replace(/s$/, "") : noun}`;

/** {fill, strength 0 to 1, over}: `over` says that ink no longer reads on it. */
function colour(data, i, j, choose, theme) {
  const shown = value(data, i, j);
  if (shown === 0) return { fill: theme.ink, strength: 0, over: false };
  const { difference } = data;
  if (difference) {
    const side = shown > 0 ? difference.more : difference.less;
    const steps = Math.abs(shown) / (data.shares ? 10 : 1);
    return { fill: choose(side.colours), strength: Math.min(FULL, 0.14 + STEP * steps), over: false };
  }
  const strength = LEAST + (shown / largest(data)) * (MOST - LEAST);
  return { fill: theme.ink, strength, over: strength > 0.5 };
}

/** The largest number there is to see. */
function largest(data) {
  const places = data.classes.map((_, index) => index);
  return Math.max(...places.flatMap((i) => places.filter((j) => i !== j || data.diagonal).map((j) => value(data, i, j))));
}
