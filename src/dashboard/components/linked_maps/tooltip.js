// The clip in question: title, class, what the trained backbones answer, and how far it has played.

import { h } from "../shared/dom.js";
import { mark } from "../shared/marks.js";
import { playButton, showPlaying } from "../shared/play.js";
import { state } from "../shared/sound.js";
import { pick } from "../shared/theme.js";
import { css, NONE, wordOf } from "./colours.js";
import { where } from "./overlay.js";

const GAP = 16; // px from the ring

/** Show, fill and place the tooltip; on a phone it is docked under the panel and always there. */
export function tooltip(scene) {
  const { dom, hover, data, root } = scene;
  const phone = root.dataset.size === "phone";
  const { tip } = dom;
  tip.hidden = hover.row < 0 && !phone;
  if (tip.hidden) return;
  const found = hover.row < 0 ? null : scene.details.get(hover.row);
  const wanted = `${hover.panel} ${hover.row} ${scene.theme.dark} ${data.coloured.url} ${phone} ${Boolean(found)} ${scene.mel}`;
  if (tip.dataset.shows !== wanted) {
    tip.dataset.shows = wanted;
    tip.dataset.row = found ? hover.row : "";
    tip.replaceChildren(...(hover.row < 0 ? [h("p.hint", {}, `Tap one of the ${data.noun}.`)] : content(scene, found)));
  }
  sounding(scene);
  if (!phone && hover.row >= 0) stand(scene);
  else tip.style.transform = "";
}

function content(scene, found) {
  const { data, hover } = scene;
  const title = h("strong", {}, found?.title ?? `Number ${hover.row + 1}`);
  const about = h("div.about", {}, title, ...lines(scene, found));
  const head = h("div.head", {}, found?.url && data.listen !== "off" ? button(scene, found.title) : null, about);
  const foot = h("div.answers", {}, ...answers(scene, found), h("span.time"));
  return [head, h("div.played", {}, h("i")), picture(scene, found), foot].filter(Boolean);
}

/** Who made it, what it is labelled, and the value it is coloured by where that is another thing. */
function lines(scene, found) {
  const { data, colours, hover, wheel, theme } = scene;
  if (found?.missing) return [h("span.line.missing", {}, found.missing)];
  const k = colours.of(hover.panel)[hover.row];
  const by = [swatch(css(wheel[k])), found?.value || wordOf(data.coloured, k)];
  const label = found?.label ? [swatch(pick(found.label.colours, theme.dark)), found.label.word] : [];
  const other = !label.length || (k !== NONE && found.label.word !== wordOf(data.coloured, k)) || found.value;
  const who = [found?.artist, found?.note].filter(Boolean).join(" · ");
  return [
    who ? h("span.line", {}, h("span.cut", { title: who }, who)) : null,
    label.length ? h("span.line", {}, ...label) : null,
    other ? h("span.line.by", {}, `${data.coloured.label} `, ...by) : null,
  ].filter(Boolean);
}

function button(scene, title) {
  const tabindex = scene.root.dataset.size === "phone" ? 0 : -1; // elsewhere Enter on the map does it
  const made = playButton(title, { size: 10, tabindex });
  made.onclick = () => scene.listening.pressed(scene.hover.row);
  return made;
}

function swatch(colour) {
  const made = h("span.swatch");
  made.style.background = colour;
  return made;
}

function picture({ mel }, found) {
  if (!mel || !found || found.missing) return null;
  if (!found.mel) return h("p.mel.none", {}, "No spectrogram of this one.");
  return h("img.mel", { src: found.mel, alt: `Spectrogram of ${found.title}` });
}

/** The trained backbones' answers as mark and swatch; the words are in the table below the map. */
function answers({ data, theme }, found) {
  return (found?.answers ?? []).flatMap(({ panel: key, word, colours, hollow }) => {
    const panel = data.panels.find((one) => one.key === key);
    if (!panel || hollow) return [];
    const says = `${panel.title} says ${word}`;
    const sign = mark(panel.mark, { size: 10, colour: pick(panel.colours, theme.dark) });
    return [h("span.answer", { role: "img", "aria-label": says, title: says }, sign, swatch(pick(colours, theme.dark)))];
  });
}

/** Show how far the sound is, at every frame of it; nothing else on the map moves with it. */
export function sounding(scene) {
  const { tip } = scene.dom;
  const now = state();
  const playing = now.playing ? now.id : "";
  if (scene.root.dataset.playing !== playing) scene.root.dataset.playing = playing;
  if (!scene.data || scene.hover.row < 0 || !tip.querySelector(".time")) return;
  const mine = now.id != null && now.id === scene.details.peek(scene.hover.row)?.id;
  const play = tip.querySelector(".play");
  if (play) showPlaying(play, mine && now.playing);
  tip.querySelector(".played i").style.width = mine && now.duration ? `${(100 * now.time) / now.duration}%` : "0";
  const says = now.blocked && mine ? "click once to allow sound" : (mine && now.error) || clock(mine, now);
  const time = tip.querySelector(".time");
  if (time.textContent !== says) time.textContent = says;
}

function clock(mine, { time, duration }) {
  const minutes = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
  return mine && duration ? `${minutes(time)} / ${minutes(duration)}` : "";
}

/** Beside the ring, on the side with room, always within the card. */
function stand(scene) {
  const { dom, hover, points } = scene;
  const cell = dom.cells[hover.panel];
  const [px, py] = where(points, { ...cell, camera: scene.eye(cell) }, hover.row);
  const { offsetWidth: w, offsetHeight: h } = dom.tip;
  const [right, bottom] = [dom.canvas.clientWidth - w - 8, dom.canvas.clientHeight - h - 8];
  const left = cell.x + px + GAP <= right ? cell.x + px + GAP : cell.x + px - GAP - w;
  const top = Math.min(Math.max(cell.y + py - h / 2, 8), bottom);
  dom.tip.style.transform = `translate(${Math.round(Math.max(8, left))}px, ${Math.round(top)}px)`;
}
