// Cutting a part out of a long track: two handles on the wave, and two fields that say the same in figures.

import { h } from "../shared/dom.js";
import { exact, parse } from "./clock.js";

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }; // s
const LARGE = 10; // times as far with shift, or by page
const REST = 400; // ms without a key after which a move counts as released
const NAMES = { start: "Start of the part", end: "End of the part" };

/** Add handles and fields to `parts`; `wave.part` is {start, end} in s. */
export function trim(wave, parts) {
  parts.handles = Object.fromEntries(Object.keys(NAMES).map((side) => [side, handle(wave, side)]));
  parts.shades = [h("div.shade.before"), h("div.shade.after")];
  parts.cut = h("div.cut", {}, ...parts.shades, ...Object.values(parts.handles));
  parts.grid.append(parts.cut);
  parts.fields = { start: field(wave, "start"), end: field(wave, "end") };
  parts.long = h("span.long", { "aria-live": "polite" });
  parts.form = h("div.part", {}, "From", parts.fields.start, "to", parts.fields.end, parts.long);
}

function handle(wave, side) {
  const { seconds } = wave.data;
  const facts = { role: "slider", tabindex: 0, "aria-label": NAMES[side], "aria-valuemin": 0, "aria-valuemax": seconds.toFixed(1) };
  const made = h(`div.handle.${side}`, { ...facts, "data-side": side });
  made.onpointerdown = (event) => {
    if (event.button > 0) return;
    made.setPointerCapture(event.pointerId);
    made.dataset.dragging = "true";
    event.preventDefault(); // no text selection
    made.focus({ preventScroll: true });
  };
  made.onpointermove = (event) => made.dataset.dragging && set(wave, side, wave.secondsAt(event.clientX));
  made.onpointerup = made.onpointercancel = () => {
    if (!made.dataset.dragging) return;
    delete made.dataset.dragging;
    release(wave);
  };
  made.onclick = (event) => event.stopPropagation(); // the wave below would seek
  made.onkeydown = (event) => key(wave, side, event);
  return made;
}

function key(wave, side, event) {
  const { key: name, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return;
  const at = wave.part[side];
  if (name in STEPS) set(wave, side, at + STEPS[name] * (shiftKey ? LARGE : 1));
  else if (name === "PageUp" || name === "PageDown") set(wave, side, at + (name === "PageUp" ? LARGE : -LARGE));
  else if (name === "Home") set(wave, side, 0);
  else if (name === "End") set(wave, side, wave.data.seconds);
  else return;
  event.preventDefault();
  event.stopPropagation();
  clearTimeout(wave.resting);
  wave.resting = setTimeout(() => release(wave), REST);
}

/** Move one end to `seconds`: never nearer to the other than the shortest part; past the limit the other follows. */
export function set(wave, side, seconds) {
  const { shortest, limit } = wave.data;
  const whole = wave.data.seconds;
  const longest = Math.min(whole, limit || whole);
  let { start, end } = wave.part;
  if (side === "start") {
    start = Math.max(0, Math.min(seconds, end - shortest));
    end = Math.min(end, start + longest);
  } else {
    end = Math.min(whole, Math.max(seconds, start + shortest));
    start = Math.max(start, end - longest);
  }
  wave.part = { start, end };
  showPart(wave);
}

function release(wave) {
  clearTimeout(wave.resting);
  const { start, end } = wave.part;
  const said = `${start} ${end}`;
  if (said === wave.saidPart) return;
  wave.saidPart = said;
  wave.sayPart({ id: wave.data.id, start, end });
}

/** Place handles, shades and figures. */
export function showPart({ root, parts, part, data }) {
  const { start, end } = part;
  const left = `${(100 * start) / data.seconds}%`;
  const right = `${(100 * end) / data.seconds}%`;
  parts.shades[0].style.width = left;
  parts.shades[1].style.left = right;
  for (const [side, value] of Object.entries(part)) {
    const made = parts.handles[side];
    made.style.left = side === "start" ? left : right;
    made.setAttribute("aria-valuenow", value.toFixed(1));
    made.setAttribute("aria-valuetext", exact(value));
    parts.fields[side].value = exact(value);
    parts.fields[side].removeAttribute("aria-invalid");
  }
  const limited = data.limit && data.limit < data.seconds;
  parts.long.classList.remove("bad");
  parts.long.textContent = `${exact(end - start)} long${limited ? `, at most ${exact(data.limit)}` : ""}`;
  [root.dataset.partStart, root.dataset.partEnd] = [start.toFixed(3), end.toFixed(3)];
}

function field(wave, side) {
  const made = h("input", { type: "text", inputmode: "text", "aria-label": NAMES[side], autocomplete: "off", "data-field": side });
  made.onkeydown = (event) => event.stopPropagation(); // a space is no command here
  made.onchange = () => {
    const seconds = parse(made.value);
    if (!Number.isNaN(seconds)) {
      set(wave, side, seconds);
      return release(wave);
    }
    made.setAttribute("aria-invalid", "true");
    wave.parts.long.classList.add("bad");
    wave.parts.long.textContent = "That is no time. Write minutes and seconds, as 1:30.";
  };
  return made;
}
