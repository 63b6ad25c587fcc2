// The table's elements, from the facts Python sends.

import { backbone, cell } from "../shared/cells.js";
import { h } from "../shared/dom.js";
import { playButton } from "../shared/play.js";

/** {element, rows: id -> {element, button, row}, status} of the whole table. */
export function build({ columns, rows, compact, key }, dark) {
  const built = rows.map((row) => [row.id, line(row, columns, dark)]);
  const body = h("tbody", {}, ...built.map(([, { element }]) => element));
  const head = compact ? null : h("thead", {}, header(columns, dark));
  const element = h(compact ? "table.compact" : "table", { role: "grid", "aria-label": "Tracks", "data-key": key }, head, body);
  element.style.setProperty("--title", `${Math.max(28, 60 - 5 * columns.length)}%`); // what the first column may take
  const status = h("div.says", { role: "status" });
  return { element, rows: new Map(built), status };
}

function header(columns, dark) {
  const titles = columns.map((column) =>
    h(names("th", column), { scope: "col" },
      h("span.cell", {}, column.mark && backbone(column.mark, dark, 12), column.title),
      column.mark?.untrained && h("span.under", {}, "untrained")),
  );
  return h("tr", {}, h("th.sound", {}, h("span.q-spoken", {}, "Play")), ...titles);
}

function line(row, columns, dark) {
  const title = row.cells[0]?.text ?? row.id;
  const button = playButton(title, { tabindex: -1 });
  const cells = row.cells.map((facts, i) => h(names("td", columns[i]), {}, cell(facts, dark)));
  const element = h("tr", { "data-id": row.id, tabindex: -1 }, h("td.sound", {}, button), ...cells);
  return { element, button, row };
}

function names(tag, { align, phone }) {
  return [tag, align === "right" && "right", !phone && "wide"].filter(Boolean).join(".");
}
