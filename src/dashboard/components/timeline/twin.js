// The lanes as a table, for those who read rather than see: built when it is opened.

import { h } from "../shared/dom.js";
import { exact } from "./clock.js";

const MOST = 200; // rows per backbone: an untrained one may change thousands of times

/** A <details> with every backbone's segments. */
export function twin(rows) {
  const lanes = rows.filter(({ lane }) => lane);
  const details = h("details.twin", { hidden: !lanes.length }, h("summary", {}, "These lanes as a table"));
  details.ontoggle = () => {
    if (details.open && details.children.length === 1) details.append(h("div.scroll", { tabindex: 0 }, table(lanes)));
  };
  return details;
}

function table(lanes) {
  const heads = ["Backbone", "Hears", "From", "To", "Strength"].map((text) => h("th", { scope: "col" }, text));
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...lanes.flatMap(listed)));
}

function listed({ title, lane, pieces, word }) {
  const name = lane.mark.untrained ? `${title}, untrained` : title;
  const rows = pieces.slice(0, MOST).map((piece) => h(
    "tr", {}, ...[name, word(piece), exact(piece.from), exact(piece.to), `${Math.round(100 * piece.strength)} %`].map((text) => h("td", {}, text)),
  ));
  if (!pieces.length) return [h("tr", {}, h("td", {}, name), h("td", { colspan: 4 }, "nothing"))];
  if (pieces.length <= MOST) return rows;
  const rest = `${(pieces.length - MOST).toLocaleString("en")} more segments after ${exact(pieces[MOST].from)} are left out here`;
  return [...rows, h("tr", {}, h("td", {}, name), h("td", { colspan: 4 }, rest))];
}
