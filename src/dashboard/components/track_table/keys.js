// Keyboard of the table: one row is in the tab order, arrows move, Enter chooses, space plays, T ticks.

const STEPS = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

/** Make `row` the one row that Tab reaches. */
export function only(table, row) {
  for (const { element } of table.rows.values()) element.tabIndex = element === row ? 0 : -1;
}

/** Answer a key pressed in the table. */
export function onKey(table, event, { choose, toggle }) {
  const row = event.target.closest("tbody tr");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in STEPS) move(table, row, STEPS[event.key]);
  else if (event.target.closest(".play, .box")) return; // a focused button or box answers Enter and space itself
  else if (event.key === " ") toggle(table, row.dataset.id);
  else if (event.key === "t" && row.querySelector(".box")) row.querySelector(".box").click();
  else if (event.key === "Enter") choose(table, row.dataset.id);
  else return;
  event.preventDefault(); // arrows and space would scroll the page
}

function move(table, from, step) {
  const rows = [...table.rows.values()].map(({ element }) => element);
  const index = Math.max(0, Math.min(rows.length - 1, rows.indexOf(from) + step));
  only(table, rows[index]);
  rows[index].focus();
}
