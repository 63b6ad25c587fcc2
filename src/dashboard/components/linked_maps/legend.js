// The legend: what the colours mean, how many there are, how many are selected; it shows one, dims or hides others.

import { h } from "../shared/dom.js";
import { allShown, alone, css, isScale, NONE, only } from "./colours.js";
import { icon } from "./icons.js";
import { whole } from "./numbers.js";
import { scale } from "./scale.js";
import { MODE } from "./shaders.js";

const LONG = 30; // classes: from here on there is a field to look for one
const SQUARE = "Selected points are square, on every map";
const EYES = ["hidden", "dim", "shown"]; // by mode
const NEXT = ["Show", "Hide", "Dim"]; // what the eye does, by mode

/** Draw the legend anew from the scene's counts. */
export function legend(scene) {
  const { dom, data } = scene;
  const old = dom.legend.querySelector("ul");
  const [top, kept] = [old?.scrollTop ?? 0, focused(scene)];
  const body = isScale(data.coloured) ? [scale(scene)] : classes(scene);
  dom.legend.replaceChildren(heading(scene), ...body, foot(scene));
  sift(scene);
  const list = dom.legend.querySelector("ul");
  if (list) list.scrollTop = top;
  if (kept) dom.legend.querySelector(`[data-part="${CSS.escape(kept)}"]`)?.focus({ preventScroll: true });
  scene.tools?.();
}

const focused = ({ dom, root }) => {
  const held = root.getRootNode().activeElement;
  return dom.legend.contains(held) ? held.dataset.part : null;
};

function heading(scene) {
  const { data, choosing, apart, active } = scene;
  const { label, about } = data.coloured;
  const title = h("h3", { title: about || null }, about ? h("span.term", {}, label) : label);
  const says = choosing ? "selected of all" : apart ? data.panels[active].title : data.noun;
  const all = h("button.clear", { type: "button", "data-part": "all", title: "Show all again" }, "Show all");
  all.onclick = () => scene.showAll();
  return h("header", {}, title, scene.parted ? all : h("span.figure", {}, says));
}

/** The classes as a list, those without a class last, with a field to look for one where they are many. */
function classes(scene) {
  const { data, counts, active } = scene;
  const { names, label } = data.coloured;
  const { all } = counts[active];
  const keys = [...names.keys(), ...(all[NONE] ? [NONE] : [])];
  const most = Math.max(1, ...keys.map((k) => all[k]));
  const longest = Math.max(0, ...keys.map((k) => figure(scene, k).length));
  const list = h("ul", { "aria-label": `${label}, click shows one` }, ...keys.map((k) => line(scene, k, most)));
  list.style.setProperty("--figure", `${longest}ch`);
  return names.length > LONG ? [field(scene), list] : [list];
}

function field(scene) {
  const says = `Find one of ${scene.data.coloured.names.length}`;
  const made = h("input.find", { type: "search", placeholder: says, "aria-label": says, "data-part": "find" });
  made.value = scene.sought ?? "";
  made.oninput = () => ((scene.sought = made.value), sift(scene));
  made.onkeydown = (event) => {
    if (event.key !== "Escape" || !made.value) return;
    event.preventDefault(); // first the field is emptied, then the selection
    made.value = scene.sought = "";
    sift(scene);
  };
  return made;
}

function sift({ dom, sought }) {
  const words = (dom.legend.querySelector(".find") ? sought ?? "" : "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const item of dom.legend.querySelectorAll("li")) {
    const name = item.dataset.class.toLocaleLowerCase();
    item.hidden = !words.every((word) => name.includes(word));
  }
}

function line(scene, k, most) {
  const { data, counts, choosing, wheel, modes, active } = scene;
  const name = k === NONE ? data.coloured.none : data.coloured.names[k];
  const [all, chosen] = [counts[active].all[k], counts[active].selected[k]];
  const share = choosing ? chosen / Math.max(1, all) : all / most;
  const colour = css(wheel[k]);
  const lone = scene.parted && alone(modes, k, scene.used);
  const faded = (choosing && !chosen) || modes[k] !== MODE.shown;
  const bar = h("i");
  bar.style.width = `${share * 100}%`;
  bar.style.background = colour;
  const swatch = h("span.swatch");
  swatch.style.background = colour;
  const title = lone ? "Show all" : `Show only ${name}; with shift: also`;
  const facts = { type: "button", "aria-pressed": String(lone), "data-class": name, "data-part": `class ${k}`, title };
  const parts = [swatch, h("span.word", {}, name), h("span.bar", {}, bar), h("span", {}, figure(scene, k))];
  const button = h(faded ? "button.line.faded" : "button.line", facts, ...parts);
  button.onclick = (event) => pressed(scene, k, event);
  return h("li", { "data-class": name, "data-mode": EYES[modes[k]] }, button, eye(scene, k, name));
}

function eye(scene, k, name) {
  const mode = scene.modes[k];
  const says = `${NEXT[mode]} ${name}`;
  const made = h("button.eye", { type: "button", "aria-label": says, title: says, "data-part": `eye ${k}` }, icon(EYES[mode]));
  made.onclick = () => {
    const modes = scene.modes.slice();
    modes[k] = { [MODE.shown]: MODE.dim, [MODE.dim]: MODE.hidden, [MODE.hidden]: MODE.shown }[mode];
    scene.mode(modes);
  };
  return made;
}

/** A click shows one class alone, or all again; with shift, ctrl or cmd it shows one more or less. */
function pressed(scene, k, { shiftKey, ctrlKey, metaKey }) {
  const { modes, used } = scene;
  if (!(shiftKey || ctrlKey || metaKey)) return scene.mode(scene.parted && alone(modes, k, used) ? allShown() : only(modes, k));
  if (!scene.parted) return scene.mode(only(modes, k));
  const next = modes.slice();
  next[k] = modes[k] === MODE.shown ? MODE.dim : MODE.shown;
  scene.mode(used.some((i) => next[i] === MODE.shown) ? next : allShown());
}

function figure({ counts, choosing, active }, k) {
  const { all, selected } = counts[active];
  return choosing ? `${whole(selected[k])} of ${whole(all[k])}` : whole(all[k]);
}

function foot(scene) {
  const { data, choosing, total, root } = scene;
  const phone = root.dataset.size === "phone";
  if (!choosing) {
    const hint = phone ? "Drag to select, pinch to zoom" : "Drag to select, wheel to zoom";
    return h("footer", {}, h("span", {}, `${whole(scene.points.n)} ${data.noun}`), h("span.hint", {}, hint));
  }
  const facts = { type: "button", "aria-label": "Clear the selection", "data-part": "clear" };
  const clear = h("button.clear", facts, phone ? "Clear" : "Esc clears");
  clear.onclick = () => scene.selection.clear();
  const found = data.found && !scene.selection.ops.length;
  const sign = h("i.lit", { role: "img", "aria-label": SQUARE, title: SQUARE });
  const says = h("span", {}, sign, `${whole(total)} of ${whole(scene.points.n)} ${data.noun}`);
  return h("footer", {}, says, found ? h("span.hint", {}, "found") : clear);
}
