/**
 * A matrix whose cells can be chosen: a confusion (rows are the true class, columns the answer), the difference
 * of two, or one cell for every two of the same things.
 *
 * data: {classes: [...], caption, title, chosen: [i, j] or null} and of a confusion
 *       {counts: [[...]], shares: null or [[...]], diagonal, least, noun, untrained,
 *        difference: null or {more: {title, colours}, less: {title, colours}}},
 *       of pairs {marks: [{shape, colours, untrained}], cells: [[null or {text, says, strength, untrained, name}]]}.
 * State "cell" is [i, j].
 */

import { applyTheme } from "../shared/theme.js";
import { backbone } from "../shared/cells.js";
import { facts } from "./words.js";
import { focus, focused, move, where } from "./keys.js";

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".q-root");
  const theme = applyTheme(root);
  const held = focused(root);
  const last = data.classes.length - 1;
  const at = (held ?? data.chosen ?? (data.cells || !data.diagonal ? [0, 1] : [0, 0])).map((index) => Math.min(index, last));
  const place = { data, at, theme, choose: (cell) => setStateValue("cell", cell) };
  root.replaceChildren(draw(place), element("div", "caption", data.caption));
  root.dataset.chosen = data.chosen?.join(",") ?? "";
  root.dataset.ready = "true";
  if (held) focus(root, at);
  return () => root.replaceChildren();
}

function draw(place) {
  const { data } = place;
  const grid = element("div", "q-matrix");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", `${data.title}: ${data.caption}`);
  grid.style.setProperty("--n", data.classes.length);
  grid.classList.toggle("untrained", Boolean(data.untrained));
  grid.classList.toggle("pairs", Boolean(data.cells));
  grid.append(header(place), ...data.classes.map((name, i) => row(place, name, i)));
  grid.addEventListener("keydown", (event) => move(event, grid, place));
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) place.choose(where(cell));
  });
  return grid;
}

function header(place) {
  const { classes } = place.data;
  const line = element("div", "line");
  line.setAttribute("role", "row");
  line.append(element("span"), ...classes.map((name, i) => label(place, i, "columnheader")));
  return line;
}

function row(place, name, i) {
  const line = element("div", "line");
  line.setAttribute("role", "row");
  line.append(label(place, i, "rowheader"), ...place.data.classes.map((_, j) => cell(place, i, j)));
  return line;
}

/** A class's word, as short as tells it apart above a column; a backbone's mark and name. */
function label({ data, theme }, i, role) {
  const name = data.classes[i];
  const sign = data.marks?.[i];
  const word = element("span", role, sign || role === "rowheader" ? name : short(name, data.classes));
  const said = sign?.untrained ? `${name}, untrained` : name;
  word.setAttribute("role", role);
  word.setAttribute("aria-label", said);
  word.title = said;
  if (sign) word.replaceChildren(backbone(sign, theme.dark, 13), element("span", "word", name));
  if (sign?.untrained) word.append(element("span", "under", "untrained"));
  return word;
}

function cell({ data, at, theme }, i, j) {
  const shown = facts(data, i, j, theme);
  if (!shown) return blank();
  const button = element("button", "cell");
  button.type = "button";
  button.setAttribute("role", "gridcell");
  button.setAttribute("aria-label", shown.says);
  button.setAttribute("aria-selected", String(isChosen(data, i, j)));
  button.title = shown.says;
  button.dataset.cell = `${i},${j}`;
  for (const [name, value] of Object.entries(shown.dataset)) button.dataset[name] = value;
  button.tabIndex = at[0] === i && at[1] === j ? 0 : -1;
  button.classList.toggle("none", shown.none);
  button.classList.toggle("right", shown.right);
  button.classList.toggle("hatched", shown.hatched);
  button.style.setProperty("--ground", shown.fill);
  button.style.setProperty("--strength", `${shown.strength * 100}%`);
  if (shown.over) button.style.color = theme.page;
  button.append(element("span", "", shown.text));
  return button;
}

/** A thing beside itself, or a diagonal left out: nothing to choose. */
function blank() {
  const square = element("span", "cell blank");
  square.setAttribute("role", "gridcell");
  return square;
}

/** Of pairs both halves of the matrix show the same one. */
function isChosen({ chosen, cells }, i, j) {
  if (!chosen) return false;
  return (chosen[0] === i && chosen[1] === j) || (Boolean(cells) && chosen[0] === j && chosen[1] === i);
}

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
