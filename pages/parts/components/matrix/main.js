/**
 * A confusion matrix whose cells can be chosen: rows are the true class, columns the answer.
 *
 * data: {counts: [[...]], classes: [...], caption, title, noun, chosen: [i, j] or null, untrained,
 *        difference: null or {more: {title, colours}, less: {title, colours}}}. State "cell" is [i, j].
 */

import { applyTheme, pick } from "../shared/theme.js";
import { colour, spoken, text } from "./words.js";

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".q-root");
  const theme = applyTheme(root);
  const held = focused(root);
  const last = data.classes.length - 1;
  const at = (held ?? data.chosen ?? [0, 0]).map((index) => clamp(index, last));
  const place = { data, at, theme, choose: (cell) => setStateValue("cell", cell) };
  root.replaceChildren(draw(place), caption(data));
  if (held) focus(root, at);
  return () => root.replaceChildren();
}

function draw(place) {
  const { data } = place;
  const grid = element("div", "q-matrix");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", `${data.title}: ${data.caption}`);
  grid.style.setProperty("--n", data.classes.length);
  grid.classList.toggle("untrained", data.untrained);
  grid.append(header(data), ...data.classes.map((name, i) => row(place, name, i)));
  grid.addEventListener("keydown", (event) => move(event, grid, place));
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) place.choose(where(cell));
  });
  return grid;
}

function header({ classes }) {
  const line = element("div", "line");
  line.setAttribute("role", "row");
  line.append(element("span"), ...classes.map((name) => label(name, "columnheader", short(name, classes))));
  return line;
}

function row(place, name, i) {
  const line = element("div", "line");
  line.setAttribute("role", "row");
  line.append(label(name, "rowheader", name), ...place.data.counts[i].map((_, j) => cell(place, i, j)));
  return line;
}

function label(name, role, shown) {
  const word = element("span", role, shown);
  word.setAttribute("role", role);
  word.setAttribute("aria-label", name);
  word.title = name;
  return word;
}

function cell({ data, at, theme }, i, j) {
  const count = data.counts[i][j];
  const button = element("button", "cell");
  const chosen = data.chosen?.[0] === i && data.chosen?.[1] === j;
  const ground = colour(data, count, (pair) => pick(pair, theme.dark), theme);
  button.type = "button";
  button.setAttribute("role", "gridcell");
  button.setAttribute("aria-label", spoken(data, i, j));
  button.setAttribute("aria-selected", String(chosen));
  button.title = spoken(data, i, j);
  button.dataset.cell = `${i},${j}`;
  button.dataset.count = count;
  button.tabIndex = at[0] === i && at[1] === j ? 0 : -1;
  button.classList.toggle("none", count === 0);
  button.classList.toggle("right", i === j && !data.difference);
  button.style.setProperty("--ground", ground.fill);
  button.style.setProperty("--strength", `${ground.strength * 100}%`);
  if (ground.over) button.style.color = theme.page;
  button.append(element("span", "", text(data, count)));
  return button;
}

function caption(data) {
  return element("div", "caption", data.caption);
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function move(event, grid, place) {
  const from = event.target.closest("[data-cell]");
  const last = place.data.classes.length - 1;
  const ends = { Home: 0, End: last };
  if (!from || !(event.key in STEPS || event.key in ends)) return;
  event.preventDefault();
  event.stopPropagation(); // the page's own arrow keys stay out of it
  const [i, j] = where(from);
  const [down, right] = STEPS[event.key] ?? [0, ends[event.key] - j];
  place.at = [clamp(i + down, last), clamp(j + right, last)];
  from.tabIndex = -1;
  focus(grid, place.at);
}

function focus(root, [i, j]) {
  const cell = root.querySelector(`[data-cell="${i},${j}"]`);
  if (!cell) return;
  cell.tabIndex = 0;
  cell.focus();
}

/** The cell that has the focus, so that it keeps it when the matrix is drawn anew. */
function focused(root) {
  const cell = root.getRootNode().activeElement?.closest("[data-cell]");
  return cell && root.contains(cell) ? where(cell) : null;
}

const where = (cell) => cell.dataset.cell.split(",").map(Number);
const clamp = (value, last) => Math.max(0, Math.min(last, value));

/** As many letters as tell the classes apart, four at least: "ener", "happ". */
function short(name, classes) {
  let letters = 4;
  while (letters < 8 && new Set(classes.map((other) => other.slice(0, letters))).size < classes.length) letters += 1;
  return name.slice(0, letters);
}

function element(tag, name = "", content = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = content;
  return made;
}
