// The legend: what the colours mean, how many there are, how many are selected; a click shows one class.

import { h } from "../shared/dom.js";
import { pick } from "../shared/theme.js";

/** 25000 as "25,000". */
export const whole = (n) => n.toLocaleString("en");

/** Draw the legend anew from the scene's counts. */
export function legend(scene) {
  const { dom, data, counts } = scene;
  const list = h("ul", { "aria-label": `${data.classes.label}, click shows one` });
  const most = Math.max(1, ...counts.all);
  data.classes.names.forEach((name, k) => list.append(line(scene, name, k, most)));
  const longest = Math.max(...data.classes.names.map((_, k) => figure(scene, k).length));
  list.style.setProperty("--figure", `${longest}ch`);
  const kept = dom.legend.contains(scene.root.getRootNode().activeElement) ? scene.isolated : -1;
  const top = dom.legend.querySelector("ul")?.scrollTop ?? 0;
  dom.legend.replaceChildren(heading(scene), list, foot(scene));
  list.scrollTop = top;
  if (kept >= 0) list.children[kept].firstChild.focus({ preventScroll: true });
}

function heading({ data, selected }) {
  const says = selected ? "selected of all" : data.noun;
  return h("header", {}, h("h3", {}, data.classes.label), h("span.figure", {}, says));
}

function line(scene, name, k, most) {
  const { data, counts, selected, theme } = scene;
  const [all, chosen] = [counts.all[k], counts.selected[k]];
  const share = selected ? chosen / Math.max(1, all) : all / most;
  const colour = pick(data.classes.colours[k], theme.dark);
  const on = scene.isolated === k;
  const faded = (selected && !chosen) || (scene.isolated >= 0 && !on);
  const bar = h("i");
  bar.style.width = `${share * 100}%`;
  bar.style.background = colour;
  const swatch = h("span.swatch");
  swatch.style.background = colour;
  const title = on ? "Show all" : `Show only ${name}`;
  const facts = { type: "button", "aria-pressed": String(on), "data-class": name, title };
  const parts = [swatch, h("span.word", {}, name), h("span.bar", {}, bar), figure(scene, k)];
  const button = h(faded ? "button.faded" : "button", facts, ...parts);
  button.onclick = () => scene.isolate(on ? -1 : k);
  return h("li", {}, button);
}

function figure({ counts, selected }, k) {
  return selected ? `${whole(counts.selected[k])} of ${whole(counts.all[k])}` : whole(counts.all[k]);
}

function foot(scene) {
  const { data, selected, total, root } = scene;
  const phone = root.dataset.size === "phone";
  if (!selected) {
    const hint = phone ? "Drag to select, pinch to zoom" : "Drag to select, wheel to zoom";
    return h("footer", {}, h("span", {}, `${whole(scene.points.n)} ${data.noun}`), h("span.hint", {}, hint));
  }
  const clear = h("button.clear", { type: "button", "aria-label": "Clear the selection" }, phone ? "Clear" : "Esc clears");
  clear.onclick = () => scene.clear();
  return h("footer", {}, h("span", {}, `${whole(total)} of ${whole(scene.points.n)} ${data.noun}`), clear);
}

/** How many points each class has, and how many of them are selected. */
export function count({ classes, n }, selected, names) {
  const all = new Array(names.length).fill(0);
  const chosen = new Array(names.length).fill(0);
  for (let i = 0; i < n; i++) {
    all[classes[i]]++;
    if (selected?.[i]) chosen[classes[i]]++;
  }
  return { all, selected: chosen };
}
