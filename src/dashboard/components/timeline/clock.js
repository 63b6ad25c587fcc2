// Time as a musician reads and writes it, and where the axis puts its ticks.

const STEPS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1200]; // s between ticks
const ROOM = 50; // px a tick needs

/** "0:13.7". */
export function exact(seconds) {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${String(Math.floor((tenths % 600) / 10)).padStart(2, "0")}.${tenths % 10}`;
}

/** "0:13". */
export function short(seconds) {
  const whole = Math.floor(seconds + 1e-6);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Seconds of "1:30", "1:30.5" or "90"; NaN for anything else. */
export function parse(text) {
  const [, minutes = "0", seconds] = text.trim().match(/^(?:(\d{1,3}):(?=[0-5]?\d(?:\.|$)))?(\d{1,5}(?:\.\d*)?)$/) ?? [];
  return seconds === undefined ? NaN : 60 * Number(minutes) + Number(seconds);
}

/** The seconds at which an axis of `seconds`, `width` px wide, is labelled. */
export function ticks(seconds, width) {
  const step = STEPS.find((s) => (s / seconds) * width >= ROOM) ?? STEPS.at(-1);
  return Array.from({ length: Math.floor(seconds / step + 1e-6) + 1 }, (_, i) => i * step);
}
