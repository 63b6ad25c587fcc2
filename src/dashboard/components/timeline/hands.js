// Mouse, fingers and keys on the wave and its lanes.

import * as sound from "../shared/sound.js";
import * as choose from "./choose.js";
import { pieceAt } from "./frames.js";

const SEEK = { ArrowLeft: -1, ArrowRight: 1 }; // s
const OVER = 0.05; // s: nearer to its end than this, a part was heard

/** Listen on the whole component. */
export function attach(wave) {
  const { root } = wave;
  root.onclick = (event) => onClick(wave, event);
  root.onkeydown = (event) => onKey(wave, event);
  root.onpointermove = (event) => event.pointerType !== "touch" && onHover(wave, event);
  root.onpointerleave = ({ pointerType }) => pointerType !== "touch" && wave.data && wave.point(null);
  root.addEventListener("focusin", (event) => {
    const row = choose.rowOf(wave, event.target);
    if (row && row.box.matches(":focus-visible")) choose.focused(wave, row);
  });
  root.addEventListener("focusout", (event) => choose.rowOf(wave, event.target) && wave.point(null));
}

function onHover(wave, { target, clientX }) {
  if (!wave.parts) return;
  const inside = target.closest(".box, .over");
  if (inside) wave.point(wave.secondsAt(clientX));
  else if (wave.hovered != null) wave.point(null);
}

function onClick(wave, event) {
  if (event.target.closest(".play")) return toggle(wave);
  const row = choose.rowOf(wave, event.target);
  const seconds = wave.secondsAt(event.clientX);
  if (row) {
    wave.point(event.pointerType === "mouse" ? seconds : null); // a finger hovers nowhere: what it plays is read
    choose.choose(wave, row, pieceAt(row.pieces, seconds));
  } else if (event.target.closest(".over")) sound.play({ ...wave.clip(), at: seconds, until: trimmed(wave, seconds) });
}

function onKey(wave, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, summary")) return;
  const row = choose.rowOf(wave, event.target);
  if (event.key === "Escape") {
    choose.clear(wave);
    wave.point(null);
  } else if (event.key === " " && !event.target.closest(".play")) toggle(wave);
  else if (row) {
    if (!choose.pressed(wave, row, event.key)) return;
  } else if (event.key in SEEK) step(wave, SEEK[event.key]);
  else return;
  event.preventDefault(); // space and arrows would scroll the page
}

/** Where a sound at `seconds` has to stop: at the end of the part that is cut out, if it is in it. */
function trimmed({ part }, seconds) {
  return part && part.start <= seconds && seconds < part.end - OVER ? part.end : null;
}

/** Play or pause: a part that was chosen goes on to its end, outside of what is cut out it begins there. */
function toggle(wave) {
  const { chosen, part, at } = wave;
  const mine = sound.state().id === wave.data.id;
  const inside = (one) => one && one.start - 1e-3 <= at && at < one.end - OVER;
  if (part && !inside(part)) return sound.toggle({ ...wave.clip(), at: part.start, until: part.end });
  const until = (mine && inside(chosen) && chosen.end) || part?.end;
  sound.toggle({ ...wave.clip(), until, ...(mine ? {} : { at }) });
}

function step(wave, seconds) {
  const at = Math.max(0, Math.min(wave.data.seconds, wave.at + seconds));
  if (sound.state().id === wave.data.id) return sound.seek(at);
  wave.at = at; // not loaded yet: play starts here
  wave.bars.setTime(at);
  wave.moved();
}
