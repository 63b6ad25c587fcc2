// Ticks of the table: boxes of this page's rows; Python keeps those of the other pages.

/** Draw which rows Python says are ticked. */
export function showTicks(table, browse) {
  if (!browse) return;
  table.ticked = new Set(browse.ticked);
  draw(table);
}

/** A box was clicked: one row's, or the header's for all of this page. */
export function onTick(table, event) {
  const box = event.target.closest("input.box");
  if (!box) return;
  const ids = box.dataset.all ? [...table.rows.keys()] : [box.closest("tr").dataset.id];
  for (const id of ids) box.checked ? table.ticked.add(id) : table.ticked.delete(id);
  draw(table); // seen at once; Python's answer follows
  const shown = [...table.rows.keys()];
  table.sayTicked({ shown, ticked: shown.filter((id) => table.ticked.has(id)) });
}

function draw(table) {
  const boxes = [...table.rows].map(([id, { tick }]) => [id, tick]);
  for (const [id, tick] of boxes) tick.checked = table.ticked.has(id);
  const count = boxes.filter(([, tick]) => tick.checked).length;
  const all = table.root.querySelector("input[data-all]");
  if (!all) return;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
  table.root.dataset.ticked = count;
}
