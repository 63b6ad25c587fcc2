// Choosing a segment: by a click on its lane, or with the arrow keys and Enter; it plays, and Python is told.

import * as sound from "../shared/sound.js";
import { pieceAt } from "./frames.js";
import { activate, fromTo } from "./rows.js";

const MOVES = { ArrowLeft: -1, ArrowRight: 1 };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };

/** The row whose lane `element` is in, or null. */
export function rowOf(wave, element) {
  const box = element?.closest?.(".box");
  return (box && wave.parts.rows.find((row) => row.box === box)) || null;
}

/** Choose piece `i` of `row`: it is marked, plays from its start to its end, and Python hears of it. */
export function choose(wave, row, i) {
  const piece = row.pieces[i];
  if (!piece) return;
  activate(row, i, wave.data.seconds);
  const end = Math.min(piece.to, wave.data.seconds);
  wave.chosen = { start: piece.from, end, lane: row.key };
  wave.parts.spoken.textContent = `${row.title}: ${row.word(piece)}, ${fromTo(piece)}, chosen`;
  mark(wave);
  wave.say({ id: wave.data.id, ...wave.chosen });
  sound.play({ ...wave.clip(), at: piece.from, until: end });
}

/** Nothing is chosen any more. */
export function clear(wave) {
  if (!wave.chosen) return;
  const now = sound.state();
  if (now.id === wave.data.id && now.time >= wave.chosen.start && now.time <= wave.chosen.end) sound.pause();
  wave.chosen = null;
  wave.parts.spoken.textContent = "Nothing is chosen.";
  mark(wave);
  wave.say({ id: wave.data.id, start: null, end: null, lane: null });
}

/** Show what is chosen: a band through all lanes, an outline on its own; not while its lane is away. */
export function mark({ root, parts, chosen: last, data }) {
  const chosen = last && (last.lane === "" || parts.rows.some(({ key }) => key === last.lane)) ? last : null;
  parts.chosen.hidden = !chosen;
  const said = chosen ? [chosen.start.toFixed(3), chosen.end.toFixed(3), chosen.lane] : ["", "", ""];
  [root.dataset.spanStart, root.dataset.spanEnd, root.dataset.spanLane] = said;
  for (const row of parts.rows) {
    const i = chosen?.lane === row.key ? pieceAt(row.pieces, chosen.start + 1e-4) : -1;
    row.box.classList.toggle("has-chosen", i >= 0);
    if (i >= 0) activate(row, i, data.seconds);
    row.option.setAttribute("aria-selected", String(i >= 0));
  }
  if (!chosen) return;
  parts.chosen.style.left = `${(100 * chosen.start) / data.seconds}%`;
  parts.chosen.style.width = `${(100 * (chosen.end - chosen.start)) / data.seconds}%`;
}

/** A lane took the focus: its option stands where the sound is, or on what is chosen. */
export function focused(wave, row) {
  const { chosen, at, data } = wave;
  if (!row.pieces[row.active]) activate(row, Math.max(0, pieceAt(row.pieces, chosen ? chosen.start + 1e-4 : at)), data.seconds);
  wave.point(row.pieces[row.active]?.from);
}

/** Answer a key pressed on `row`; false when it means nothing there. */
export function pressed(wave, row, key) {
  const last = row.pieces.length - 1;
  if (key === "Enter") {
    choose(wave, row, row.active);
    wave.point(null); // from here on the line follows the sound
  } else if (key in MOVES) move(wave, row, Math.max(0, Math.min(last, row.active + MOVES[key])));
  else if (key === "Home") move(wave, row, 0);
  else if (key === "End") move(wave, row, last);
  else if (key in ROWS) turn(wave, row, ROWS[key]);
  else return false;
  return true;
}

function move(wave, row, i) {
  activate(row, i, wave.data.seconds);
  row.option.setAttribute("aria-selected", String(wave.chosen?.lane === row.key && wave.chosen.start === row.pieces[i].from));
  wave.point(row.pieces[i].from);
}

/** To the lane above or below, at the same time. */
function turn(wave, row, by) {
  const rows = wave.parts.rows.filter(({ pieces }) => pieces.length);
  const next = rows[rows.indexOf(row) + by];
  if (!next) return;
  const seconds = row.pieces[row.active]?.from ?? 0;
  activate(next, Math.max(0, pieceAt(next.pieces, seconds + 1e-4)), wave.data.seconds);
  next.box.focus({ preventScroll: true });
}
