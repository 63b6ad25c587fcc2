// The docked line: the time pointed at, and there the class and strength of every lane.

import { backbone } from "../shared/cells.js";
import { h } from "../shared/dom.js";
import { pick } from "../shared/theme.js";
import { exact } from "./clock.js";
import { frameAt } from "./frames.js";

const FONT = "400 13px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const SILENT = "not heard"; // not every backbone hears a track to its end
const WIDEST = 140; // px; a longer word is cut

/** Add the line and one item per lane to `parts`; they only ever change their words, so nothing moves. */
export function readout(parts, lanes, { classes }, dark) {
  parts.when = h("span.when", {}, exact(0));
  parts.items = lanes.map((lane) => {
    const [swatch, word, share] = [h("span.swatch"), h("span.word"), h("span.share")];
    const who = h("span.who", {}, backbone(lane.mark, dark, 10), lane.title);
    const element = h(lane.mark.untrained ? "span.item.muted" : "span.item", {}, who, swatch, word, share);
    return { lane, element, swatch, word, share, shows: null };
  });
  parts.dock = h("div.dock", { "aria-hidden": "true", hidden: !lanes.length }, parts.when);
  parts.dock.style.setProperty("--word", `${Math.min(WIDEST, widest([SILENT, ...classes.map(({ word }) => word)]))}px`);
  parts.dock.style.setProperty("--share", `${widest([percent(1)])}px`);
}

/** How wide the longest of `words` stands in the line, px. */
function widest(words) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.font = FONT;
  return Math.ceil(Math.max(...words.map((word) => context.measureText(word).width)));
}

/** A strength of 0 to 1 in words. */
function percent(strength) {
  return `${Math.round(100 * strength)} %`;
}

/** Narrow, each lane's item stands at its name; wide, all stand in the line. */
export function dock({ parts }, narrow) {
  const names = [...parts.grid.querySelectorAll(".name.lane")];
  parts.items.forEach(({ element }, i) => (narrow ? names[i] : parts.dock).append(element));
}

/** Show what is heard at `seconds`. */
export function read({ root, parts, data, look }, seconds) {
  if (!parts.items.length) return;
  const at = exact(seconds);
  if (parts.when.textContent !== at) parts.when.textContent = at;
  root.dataset.readout = seconds.toFixed(2);
  for (const item of parts.items) {
    const i = frameAt(item.lane.data, seconds);
    if (i === item.shows) continue;
    item.shows = i;
    const { index, strength } = item.lane.data;
    const heard = data.classes[index[i]];
    const colour = heard ? pick(heard.colours, look.dark) : "transparent";
    item.swatch.style.background = item.lane.mark.untrained ? "none" : colour;
    item.swatch.style.boxShadow = item.lane.mark.untrained ? `inset 0 0 0 2px ${colour}` : "none";
    item.word.textContent = heard?.word ?? SILENT;
    item.share.textContent = heard ? percent(strength[i] / 65535) : "";
    item.element.dataset.says = heard ? `${heard.word} ${item.share.textContent}` : "";
  }
}
