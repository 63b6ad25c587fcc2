// A lane or the strip as a list to choose from: its pieces, the words for each, and the one under the focus.

import { h } from "../shared/dom.js";
import { exact, short } from "./clock.js";
import { segments } from "./frames.js";

const FEW = 12; // segments that are named one by one
const FINE = 2; // s: of shorter pieces the tenths are said
const ANSWERS = ["no answer", "one answer", "two answers", "three answers", "four answers", "five answers"];
let ids = 0; // of options, within this page

const whole = (seconds) => short(Math.round(seconds)); // 0:08.99 is 0:09

/** "0:03 to 0:06", of short pieces "0:03.1 to 0:03.9". */
export function fromTo({ from, to }) {
  const clock = to - from < FINE ? exact : whole;
  return `${clock(from)} to ${clock(to)}`;
}

/** The row of one backbone: its segments. */
export function laneRow(lane, { classes }) {
  const pieces = segments(lane.data);
  const word = ({ index }) => classes[index].word;
  const about = `${lane.title}${lane.mark.untrained ? ", untrained," : ""} hears ${summary(pieces, word)}`;
  return row({ key: lane.key, title: lane.title, lane, pieces, word }, about);
}

/** The row of the strip: parts of the track with as many different answers. */
export function stripRow(pieces) {
  const word = ({ answers }) => ANSWERS[answers] ?? `${answers} answers`;
  return row({ key: "", title: "Where they part", lane: null, pieces, word }, `Where the trained part: ${summary(pieces, word)}`);
}

function row(facts, about) {
  const option = h("div.option", { role: "option", id: `option-${ids++}`, "aria-selected": "false", hidden: true });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const words = h("div.words", { "aria-hidden": "true" });
  const box = h("div.box", {
    role: "listbox",
    tabindex: facts.pieces.length ? 0 : null,
    "aria-orientation": "horizontal",
    "aria-label": about,
    "data-lane": facts.title,
    "data-key": facts.key,
    "data-segments": facts.pieces.length,
  }, canvas, words, option); // one option stands for all: a lane may have thousands
  return { ...facts, box, option, canvas, words, active: -1 };
}

function summary(pieces, word) {
  if (!pieces.length) return "nothing";
  if (pieces.length <= FEW) return pieces.map((piece) => `${word(piece)} to ${whole(piece.to)}`).join(", ");
  const seconds = new Map();
  for (const piece of pieces) seconds.set(word(piece), (seconds.get(word(piece)) ?? 0) + piece.to - piece.from);
  const [[most, time]] = [...seconds].sort((a, b) => b[1] - a[1]);
  return `${pieces.length} segments, ${most} for ${whole(time)} in all`;
}

/** Put the option of `row` on its piece `i`, and tell who listens what it is. */
export function activate(row, i, seconds) {
  const piece = row.pieces[i];
  row.active = i;
  row.option.hidden = !piece;
  row.box.dataset.active = String(i);
  if (!piece) return row.box.removeAttribute("aria-activedescendant");
  row.option.style.left = `${(100 * piece.from) / seconds}%`;
  row.option.style.width = `${(100 * (piece.to - piece.from)) / seconds}%`;
  row.option.setAttribute("aria-label", `${row.word(piece)}, ${fromTo(piece)}`);
  row.option.setAttribute("aria-posinset", i + 1);
  row.option.setAttribute("aria-setsize", row.pieces.length);
  row.box.setAttribute("aria-activedescendant", row.option.id);
}
