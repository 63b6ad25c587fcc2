// The cells: a header and a plot for each backbone, the legend, the tooltip and, on a phone, the switch of marks.

import { h } from "../shared/dom.js";
import { mark } from "../shared/marks.js";
import { shape } from "../shared/svg.js";
import { pick } from "../shared/theme.js";

const NARROW = 600; // px: below it one backbone at a time
const MEDIUM = 900; // px: below it two columns
const ROW = 244; // px
const ALONE = 420; // px, of a single row of maps
const FOOT = 24; // px

/** What never changes: the card with its canvas, tooltip and legend, and the place where things are spoken. */
export function frame(root) {
  const canvas = h("canvas", { tabindex: 0, role: "application", "aria-roledescription": "linked maps" });
  const tip = h("div.tip");
  const legend = h("section.legend");
  const grid = h("div.grid", {}, canvas, tip, legend);
  const bar = h("div.bar-of-tools", { role: "toolbar", "aria-label": "Map tools" });
  const marks = h("div.switch", { role: "radiogroup", "aria-label": "Backbone shown" });
  const spoken = h("div.q-spoken", { "aria-live": "polite" });
  const notice = h("p.notice", { role: "status", hidden: true });
  root.replaceChildren(bar, marks, grid, notice, spoken);
  return { canvas, tip, legend, grid, bar, marks, spoken, notice, cells: [] };
}

/** One cell per panel, made anew when panels or theme change. */
export function cells(scene) {
  const { dom, data, theme } = scene;
  for (const { cell } of dom.cells) cell.remove();
  dom.cells = data.panels.map((panel, index) => {
    const over = shape("svg", { class: "over", "aria-hidden": "true" });
    const plot = h("div.plot", {}, over);
    const cell = h("section.cell", { "data-panel": panel.key, "aria-label": panel.title });
    cell.append(header(panel, theme), plot);
    if (panel.foot) cell.append(h("footer.foot", { title: panel.foot }, panel.foot));
    dom.tip.before(cell);
    return { cell, plot, over, panel, index };
  });
  dom.marks.replaceChildren(...data.panels.map((panel, index) => option(scene, panel, index)));
}

function header(panel, theme) {
  const sign = mark(panel.mark, { size: 13, colour: pick(panel.colours, theme.dark), hollow: panel.untrained });
  const badge = panel.untrained ? h("span.badge", {}, "untrained") : null;
  const term = h(panel.about ? "span.term" : "span", { title: panel.about || null }, panel.term);
  const figure = panel.figure ? h("span.figure", {}, term, " ", h("b", {}, panel.figure)) : null;
  return h("header", {}, sign, h("h3", {}, panel.title), badge, figure);
}

function option(scene, panel, index) {
  const colour = pick(panel.colours, scene.theme.dark);
  const says = panel.untrained ? `${panel.title}, untrained` : panel.title;
  const sign = mark(panel.mark, { size: 14, colour, hollow: panel.untrained });
  const button = h("button", { type: "button", role: "radio", "aria-label": says }, sign, h("span", {}, panel.title));
  button.onclick = () => scene.show(index);
  return button;
}

/** Fit columns, rows and visible cells to the width there is; false while there is none (a hidden tab). */
export function arrange(scene) {
  const { root, dom, data } = scene;
  const width = root.clientWidth;
  if (!width || !data) return false;
  const count = data.panels.length;
  const phone = width < NARROW;
  const columns = phone ? 1 : Math.min(width < MEDIUM ? 2 : 3, count + 1);
  root.dataset.size = phone ? "phone" : columns === 2 ? "two" : "three";
  const rows = Math.ceil(count / columns);
  const foot = data.panels.some((panel) => panel.foot) ? FOOT : 0;
  dom.grid.style.gridTemplateColumns = count === 1 && !phone ? "2fr 1fr" : `repeat(${columns}, minmax(0, 1fr))`;
  dom.legend.style.gridColumn = phone ? "auto" : `span ${columns - (count % columns)}`;
  dom.legend.classList.toggle("strip", !phone && count % columns === 0);
  for (const { cell, index } of dom.cells) {
    cell.style.height = phone ? "" : `${(rows === 1 ? ALONE : ROW) + foot}px`;
    cell.classList.toggle("active", index === scene.active);
    cell.hidden = phone && index !== scene.active;
    dom.marks.children[index].setAttribute("aria-checked", String(index === scene.active));
  }
  measure(scene);
  return true;
}

/** Note where each plot lies in the canvas, in CSS px. */
function measure({ dom, homes }) {
  const outer = dom.canvas.getBoundingClientRect();
  for (const cell of dom.cells) {
    const box = cell.plot.getBoundingClientRect();
    Object.assign(cell, { x: box.left - outer.left, y: box.top - outer.top, w: box.width, h: box.height });
    cell.home = homes[cell.index];
    cell.visible = !cell.cell.hidden && box.width > 0;
    cell.over.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  }
}
