// The component's elements: a line each for wave, spectrogram, lanes and strip, the cursor through all of them.

import { backbone, cell } from "../shared/cells.js";
import { h } from "../shared/dom.js";
import { playButton } from "../shared/play.js";
import { exact } from "./clock.js";
import { parting } from "./frames.js";
import { laneRow, stripRow } from "./rows.js";

/** All elements of one wave; the lines of its grid stand one below the other, each with its name. */
export function build(data, lanes, dark) {
  const parts = { wave: h("div.bars"), image: null, rows: lanes.map((lane) => laneRow(lane, data)), axis: h("div.axis", { "aria-hidden": "true" }) };
  const lines = [line("sound", top(data, dark, parts), parts.wave)];
  if (data.image) {
    parts.image = h("canvas.mel", { role: "img", "aria-label": "Mel spectrogram, low notes at the bottom" });
    lines.push(line("image", "", parts.image));
  }
  const sounding = lines.length;
  for (const row of parts.rows) lines.push(line("lane", name(row.lane, dark), row.box));
  if (lanes.filter(({ mark, count }) => !mark.untrained && count).length >= 2) {
    parts.strip = stripRow(parting(lanes, data.seconds));
    parts.rows.push(parts.strip);
    lines.push(line("strip", h("span.cell.muted", {}, "Where they part"), parts.strip.box));
  }
  return finish(parts, lines, sounding, data);
}

function finish(parts, lines, sounding, data) {
  parts.slider = slider(data);
  parts.cursor = h("div.cursor", { hidden: true });
  parts.hair = h("div.hair", { hidden: true });
  parts.chosen = h("div.chosen", { hidden: true });
  parts.through = h("div.through", { "aria-hidden": "true" }, parts.chosen, parts.hair, parts.cursor);
  parts.status = h("div.says", { role: "status" });
  parts.spoken = h("div.q-spoken", { "aria-live": "polite" });
  parts.grid = h("div.grid", {}, ...lines.flat(), parts.slider, parts.through, parts.axis);
  parts.grid.style.setProperty("--lines", lines.length);
  parts.grid.style.setProperty("--sounding", sounding);
  lines.forEach((pair, i) => pair.forEach((element) => element.style.setProperty("--line", i)));
  return parts;
}

function line(kind, label, band) {
  return [h(`div.name.${kind}`, {}, label), h(`div.band.${kind}`, {}, band)];
}

function name(lane, dark) {
  const { untrained } = lane.mark;
  const title = h("span.word", { title: lane.title }, lane.title);
  const word = untrained && h("span.untrained", {}, "untrained");
  return h(untrained ? "span.cell.muted" : "span.cell", {}, backbone(lane.mark, dark, 12), title, word);
}

function top(data, dark, parts) {
  parts.button = playButton(data.title || "this track", { size: 13 });
  parts.time = h("div.now", {}, exact(0));
  const length = h("div.faint", {}, exact(data.seconds));
  const title = [h("div.title", { title: data.title }, data.title), h("div.note", {}, data.note)];
  const beside = data.title ? h("div.beside", {}, ...title) : h("div.beside.small", {}, parts.time, length);
  return h("div.top", {}, parts.button, beside, data.label && cell(data.label, dark));
}

function slider({ title, seconds }) {
  return h("div.over", {
    role: "slider",
    tabindex: 0,
    "aria-label": `Position in ${title || "this track"}`,
    "aria-valuemin": 0,
    "aria-valuemax": seconds.toFixed(1),
  });
}
