// Which point lies here: a grid of cells per panel, so that a million points are asked as fast as a hundred.

const MOST = 256; // cells a side

/** A grid over one panel's quantised pairs, without the rows it has no place for. */
export function createGrid(xy, away = null) {
  const n = xy.length / 2;
  const side = Math.min(MOST, Math.max(1, Math.ceil(Math.sqrt(n / 4))));
  const cell = (q) => Math.min(side - 1, Math.floor((q / 65536) * side));
  const start = new Uint32Array(side * side + 1);
  for (let i = 0; i < n; i++) if (!away?.[i]) start[cell(xy[2 * i + 1]) * side + cell(xy[2 * i]) + 1]++;
  for (let c = 0; c < side * side; c++) start[c + 1] += start[c];
  const next = start.slice();
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) if (!away?.[i]) rows[next[cell(xy[2 * i + 1]) * side + cell(xy[2 * i])]++] = i;
  return { xy, side, start, rows };
}

/** Call `visit(row)` for every point of the cells that touch the quantised box [x0, y0, x1, y1]. */
export function within({ side, start, rows }, [x0, y0, x1, y1], visit) {
  const cell = (q) => Math.min(side - 1, Math.max(0, Math.floor((q / 65536) * side)));
  for (let gy = cell(y0); gy <= cell(y1); gy++) {
    for (let k = start[gy * side + cell(x0)]; k < start[gy * side + cell(x1) + 1]; k++) visit(rows[k]);
  }
}

/** The row nearest to quantised [x, y] within a reach of [rx, ry]: distances count in reaches. -1 for none.
 *  Rows that are not `there` are passed over. */
export function nearest(grid, [x, y], [rx, ry], there) {
  let [best, shortest] = [-1, 1];
  within(grid, [x - rx, y - ry, x + rx, y + ry], (row) => {
    if (!there(row)) return;
    const d = ((grid.xy[2 * row] - x) / rx) ** 2 + ((grid.xy[2 * row + 1] - y) / ry) ** 2;
    if (d <= shortest) [best, shortest] = [row, d];
  });
  return best;
}

/** The row that is `there` to step to from `from` along [dx, dy] (y up): near, and rather ahead than aside. -1 at the
 *  edge. `scale` is px per unit in x and y. */
export function towards({ xy, there, scale: [sx, sy] }, from, [dx, dy]) {
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < xy.length / 2; i++) {
    if (!there(i)) continue;
    const x = (xy[2 * i] - xy[2 * from]) * sx;
    const y = (xy[2 * i + 1] - xy[2 * from + 1]) * sy;
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (ahead <= 0 || aside > ahead) continue; // outside the quarter that looks this way
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}
