// The component's elements: a line each for wave, spectrogram, lanes and strip, the cursor over all of them.

import { backbone, cell } from "../shared/cells.js";
import { h } from "../shared/dom.js";
import { playButton } from "../shared/play.js";
import { exact } from "./clock.js";
import { spoken } from "./lanes.js";

/** All elements of one wave; `lines` stand in the grid one below the other, each with its name. */
export function build(data, dark) {
  const parts = { wave: h("div.bars"), image: null, lanes: [], strip: null };
  const lines = [line("sound", top(data, dark, parts), parts.wave)];
  if (data.image) {
    parts.image = h("canvas.mel", { role: "img", "aria-label": "Mel spectrogram, low notes at the bottom" });
    lines.push(line("image", "", parts.image));
  }
  for (const lane of data.lanes) lines.push(laneLine(lane, data, dark, parts));
  if (data.lanes.filter(({ mark, index }) => !mark.untrained && index.length).length >= 2) {
    parts.strip = h("canvas", { role: "img", "aria-label": "Where the trained backbones part: dark where they give most answers" });
    lines.push(line("strip", h("span.cell.muted", {}, "Where they part"), parts.strip));
  }
  return finish(parts, lines, data);
}

function finish(parts, lines, data) {
  parts.cursor = h("div.cursor", { hidden: true });
  parts.slider = slider(data);
  parts.slider.append(parts.cursor);
  parts.axis = h("div.axis", { "aria-hidden": "true" });
  parts.status = h("div.says", { role: "status" });
  parts.grid = h("div.grid", {}, ...lines.flat(), parts.slider, parts.axis);
  parts.grid.style.setProperty("--lines", lines.length);
  lines.forEach((pair, i) => pair.forEach((element) => element.style.setProperty("--line", i)));
  return parts;
}

function line(name, label, band) {
  return [h(`div.name.${name}`, {}, label), h(`div.band.${name}`, {}, band)];
}

function laneLine(lane, { classes }, dark, parts) {
  const canvas = h("canvas", { role: "img", "aria-label": spoken(lane, classes) });
  const words = h("div.words", { "aria-hidden": "true" });
  parts.lanes.push({ lane, canvas, words });
  const { untrained } = lane.mark;
  const title = h("span.word", { title: untrained ? `${lane.title}, untrained` : null }, lane.title);
  const label = h(untrained ? "span.cell.muted" : "span.cell", {}, backbone(lane.mark, dark, 12), title);
  return line("lane", label, h("div.strip-of", { "data-lane": lane.title }, canvas, words));
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
