// The clip in question: title, class, what the trained backbones answer, and how far it has played.

import { h } from "../shared/dom.js";
import { mark } from "../shared/marks.js";
import { playButton, showPlaying } from "../shared/play.js";
import { state } from "../shared/sound.js";
import { pick } from "../shared/theme.js";
import { where } from "./overlay.js";

const GAP = 16; // px from the ring

/** Show, fill and place the tooltip; on a phone it is docked under the panel and always there. */
export function tooltip(scene) {
  const { dom, hover, data, root } = scene;
  const phone = root.dataset.size === "phone";
  const { tip } = dom;
  tip.hidden = hover.row < 0 && !phone;
  if (tip.hidden) return;
  const wanted = `${hover.row} ${scene.theme.dark} ${data.payload} ${phone}`;
  if (tip.dataset.shows !== wanted) {
    tip.dataset.shows = wanted;
    tip.replaceChildren(...(hover.row < 0 ? [h("p.hint", {}, `Tap one of the ${data.noun}.`)] : content(scene)));
  }
  sounding(scene);
  if (!phone && hover.row >= 0) stand(scene);
  else tip.style.transform = "";
}

function content(scene) {
  const { data, hover, points, theme } = scene;
  const found = data.points[hover.row];
  const k = points.classes[hover.row];
  const title = h("strong", {}, found?.title ?? `Number ${hover.row + 1}`);
  const line = h("span.line", {}, found?.note ? `${found.note} · ` : "");
  if (k < data.classes.names.length) line.append(swatch(data, k, theme), data.classes.names[k]);
  const about = h("div.about", {}, title, line);
  const head = h("div.head", {}, found?.url && data.listen !== "off" ? button(scene, found.title) : null, about);
  const foot = h("div.answers", {}, ...answers(scene, found), h("span.time"));
  return [head, h("div.played", {}, h("i")), foot];
}

function button(scene, title) {
  const tabindex = scene.root.dataset.size === "phone" ? 0 : -1; // elsewhere Enter on the map does it
  const made = playButton(title, { size: 10, tabindex });
  made.onclick = () => scene.listening.pressed(scene.hover.row);
  return made;
}

function swatch(data, k, theme) {
  const made = h("span.swatch");
  made.style.background = pick(data.classes.colours[k], theme.dark);
  return made;
}

/** The trained backbones' answers as mark and swatch; the words are in the table below the map. */
function answers({ data, theme }, found) {
  return data.panels.flatMap((panel, i) => {
    const k = found?.answers?.[i] ?? -1;
    if (panel.untrained || k < 0 || k >= data.classes.names.length) return [];
    const says = `${panel.title} says ${data.classes.names[k]}`;
    const sign = mark(panel.mark, { size: 10, colour: pick(panel.colours, theme.dark) });
    return [h("span.answer", { role: "img", "aria-label": says, title: says }, sign, swatch(data, k, theme))];
  });
}

/** Show how far the sound is, at every frame of it; nothing else on the map moves with it. */
export function sounding(scene) {
  const { tip } = scene.dom;
  const now = state();
  scene.root.dataset.playing = now.playing ? now.id : "";
  if (!scene.data || scene.hover.row < 0 || !tip.querySelector(".time")) return;
  const mine = now.id != null && now.id === scene.data.points[scene.hover.row]?.id;
  const playing = mine && now.playing;
  const play = tip.querySelector(".play");
  if (play) showPlaying(play, playing);
  tip.querySelector(".played i").style.width = mine && now.duration ? `${(100 * now.time) / now.duration}%` : "0";
  const says = now.blocked && mine ? "click once to allow sound" : (mine && now.error) || clock(mine, now);
  tip.querySelector(".time").textContent = says;
}

function clock(mine, { time, duration }) {
  const minutes = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  return mine && duration ? `${minutes(time)} / ${minutes(duration)}` : "";
}

/** Beside the ring, on the side with room, always within the card. */
function stand({ dom, hover, points, camera }) {
  const cell = dom.cells[hover.panel];
  const [px, py] = where(points, cell.index, hover.row, cell, camera);
  const { offsetWidth: w, offsetHeight: h } = dom.tip;
  const [right, bottom] = [dom.canvas.clientWidth - w - 8, dom.canvas.clientHeight - h - 8];
  const left = cell.x + px + GAP <= right ? cell.x + px + GAP : cell.x + px - GAP - w;
  const top = Math.min(Math.max(cell.y + py - h / 2, 8), bottom);
  dom.tip.style.transform = `translate(${Math.round(Math.max(8, left))}px, ${Math.round(top)}px)`;
}
