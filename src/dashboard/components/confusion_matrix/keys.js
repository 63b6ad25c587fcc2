// The arrow keys in the matrix, and which cell has the focus.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const ENDS = { Home: [0, -1], End: [0, 1] };

/** Move the focus to the next cell that way, past those there is nothing to choose in; Home and End go all the way. */
export function move(event, grid, place) {
  const from = event.target.closest("[data-cell]");
  const step = STEPS[event.key] ?? ENDS[event.key];
  if (!from || !step) return;
  event.preventDefault();
  event.stopPropagation(); // the page's own arrow keys stay out of it
  const found = next(grid, where(from), step, place.data.classes.length, event.key in ENDS);
  if (!found) return;
  place.at = found;
  from.tabIndex = -1;
  focus(grid, found);
}

function next(grid, [i, j], [down, right], n, far) {
  let found = null;
  for (let k = 1; k < n; k += 1) {
    const at = [i + k * down, j + k * right];
    if (at.some((index) => index < 0 || index >= n)) break;
    if (grid.querySelector(`[data-cell="${at}"]`)) found = at;
    if (found && !far) break;
  }
  return found;
}

export function focus(root, [i, j]) {
  const cell = root.querySelector(`[data-cell="${i},${j}"]`);
  if (!cell) return;
  cell.tabIndex = 0;
  cell.focus();
}

/** The cell that has the focus, so that it keeps it when the matrix is drawn anew. */
export function focused(root) {
  const cell = root.getRootNode().activeElement?.closest("[data-cell]");
  return cell && root.contains(cell) ? where(cell) : null;
}

export const where = (cell) => cell.dataset.cell.split(",").map(Number);
