// The table's elements, from the facts Python sends.

import { backbone, cell } from "../shared/cells.js";
import { h } from "../shared/dom.js";
import { playButton } from "../shared/play.js";

/** {element, rows: id -> {element, button, tick, row}, status} of the whole table. */
export function build({ columns, rows, compact, key, browse }, dark) {
  const built = rows.map((row) => [row.id, line(row, columns, { dark, ticks: Boolean(browse) })]);
  const body = h("tbody", {}, ...built.map(([, { element }]) => element));
  const head = compact ? null : h("thead", {}, header(columns, browse, dark));
  const element = h(compact ? "table.compact" : "table", { role: "grid", "aria-label": "Tracks", "data-key": key }, head, body);
  element.style.setProperty("--title", `${Math.max(28, 60 - 5 * columns.length)}%`); // what the first column may take
  const status = h("div.says", { role: "status" });
  return { element, rows: new Map(built), status };
}

function header(columns, browse, dark) {
  const titles = columns.map((column) => {
    const sorted = browse && column.sort && browse.sort === column.sort;
    const order = sorted ? (browse.descending ? "descending" : "ascending") : "none";
    const attributes = { scope: "col", title: column.says || null, "aria-sort": browse && column.sort ? order : null };
    const sign = column.mark && backbone(column.mark, dark, 12);
    const name = browse && column.sort ? sorter(column, order) : column.title;
    return h(names("th", column), attributes,
      h("span.cell", {}, sign, name), column.mark?.untrained && h("span.under", {}, "untrained"));
  });
  const all = browse && h("th.tick", {}, box("Tick all rows of this page", "all"));
  return h("tr", {}, all, h("th.sound", {}, h("span.q-spoken", {}, "Play")), ...titles);
}

function sorter(column, order) {
  const arrow = { ascending: "\u2191", descending: "\u2193", none: "" }[order];
  return h("button.sort", { type: "button", "data-sort": column.sort }, column.title,
    h("span.arrow", { "aria-hidden": "true" }, arrow));
}

function line(row, columns, { dark, ticks }) {
  const title = row.cells[0]?.text ?? row.id;
  const button = playButton(title, { tabindex: -1, disabled: !row.url, title: row.url ? null : "No audio on this machine" });
  const cells = row.cells.map((facts, i) => h(names("td", columns[i]), {}, cell(facts, dark)));
  const tick = ticks ? box(`Tick ${title}`) : null;
  const element = h("tr", { "data-id": row.id, tabindex: -1 }, tick && h("td.tick", {}, tick), h("td.sound", {}, button), ...cells);
  return { element, button, tick, row };
}

function box(label, all = null) {
  return h("input.box", { type: "checkbox", "aria-label": label, "data-all": all, tabindex: all ? null : -1 });
}

function names(tag, { align, phone }) {
  return [tag, align === "right" && "right", !phone && "wide"].filter(Boolean).join(".");
}
