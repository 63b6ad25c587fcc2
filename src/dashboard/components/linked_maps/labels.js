// Words at the clusters: each class named where it is densest, on its own ground, never over another word.

import { within } from "./grid.js";
import { place } from "./points.js";
import { project, scale, unproject } from "./camera.js";
import { MODE } from "./shaders.js";

const BINS = 24; // a side: a cluster spans several, two clusters do not share one
const HEIGHT = 16; // px of a word with its ground
const EDGE = 6; // px to the plot's border
const MANY = 8; // classes: above it only the largest are named
const LARGEST = 6;
const DENSE = 50_000; // points: above it every place covers some, and the nearest will do
const MINE = 170; // px a title of the visitor's own clip may take
const STEPS_Y = [-18, 18, -26, 26, 0, -36, 36];

/** Where each class is densest on one panel, in map coordinates: [x, y] or null for a class without points. */
export function anchors(xy, classes, count, away = null) {
  const bins = new Uint32Array(count * BINS * BINS);
  const bin = (q) => Math.floor((q / 65536) * BINS);
  for (let i = 0; i < classes.length; i++) {
    if (classes[i] < count && !away?.[i]) bins[(classes[i] * BINS + bin(xy[2 * i + 1])) * BINS + bin(xy[2 * i])]++;
  }
  const peaks = Array.from({ length: count }, (_, k) => peak(bins.subarray(k * BINS * BINS, (k + 1) * BINS * BINS)));
  const sums = peaks.map(() => [0, 0, 0]);
  for (let i = 0; i < classes.length; i++) {
    const top = peaks[classes[i]];
    if (!top || away?.[i] || Math.abs(bin(xy[2 * i]) - top[0]) > 1 || Math.abs(bin(xy[2 * i + 1]) - top[1]) > 1) continue;
    const sum = sums[classes[i]];
    [sum[0], sum[1], sum[2]] = [sum[0] + place(xy[2 * i]), sum[1] + place(xy[2 * i + 1]), sum[2] + 1];
  }
  return sums.map(([x, y, n]) => (n ? [x / n, y / n] : null));
}

/** The bin whose neighbourhood of nine holds most. */
function peak(bins) {
  let [best, most] = [null, 0];
  for (let y = 0; y < BINS; y++) {
    for (let x = 0; x < BINS; x++) {
      if (!bins[y * BINS + x]) continue;
      let sum = 0;
      for (let b = Math.max(0, y - 1); b <= Math.min(BINS - 1, y + 1); b++) {
        for (let a = Math.max(0, x - 1); a <= Math.min(BINS - 1, x + 1); a++) sum += bins[b * BINS + a];
      }
      if (sum > most) [best, most] = [[x, y], sum];
    }
  }
  return best;
}

/** Which classes get a word: all of a few, else the largest of those the legend shows. */
export function named({ counts, modes, data }, panel) {
  const { all } = counts[panel];
  const every = data.coloured.names.map((_, k) => k).filter((k) => all[k] && modes[k] === MODE.shown);
  if (every.length <= MANY) return every;
  return every.sort((a, b) => all[b] - all[a]).slice(0, LARGEST);
}

/** Words for one cell: [{text, at: map coordinates}]. What finds no room without touching another is left out. */
export function words(scene, cell, spots, measure) {
  const { data, points, colours } = scene;
  const ground = { grid: scene.grid(cell.index), kinds: colours.of(cell.index), weight: Math.min(1, 84 / points.n) };
  const taken = occupied(scene, cell, measure);
  const found = [];
  for (const k of named(scene, cell.index)) {
    if (!spots[k]) continue;
    const text = data.coloured.names[k];
    const wide = measure(text) + 6;
    const centre = project(spots[k], cell, cell.camera);
    const cost = points.n > DENSE ? () => 0 : (rect) => covered(cell, ground, rect, k);
    const box = best(centre, wide, cell, taken, cost);
    if (!box) continue;
    taken.push(box);
    const at = unproject([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], cell, cell.camera);
    found.push({ text, at });
  }
  return found;
}

/** Where the visitor's own clip and its title lie: no class is named there. */
function occupied({ data }, cell, measure) {
  const at = data.marker?.xy[cell.index];
  if (!at) return [];
  const [x, y] = project(at, cell, cell.camera);
  const half = Math.min(measure(data.marker.title), MINE) / 2;
  return [[x - half, y - 26, x + half, y + 26]];
}

function best([cx, cy], wide, cell, taken, cost) {
  let [chosen, least] = [null, Infinity];
  for (const dx of [0, -wide / 2 - 8, wide / 2 + 8, -wide / 4, wide / 4]) {
    for (const dy of STEPS_Y) {
      const [x, y] = [cx + dx, cy + dy];
      const rect = [x - wide / 2, y - HEIGHT / 2, x + wide / 2, y + HEIGHT / 2];
      if (rect[0] < EDGE || rect[2] > cell.w - EDGE || rect[1] < 0 || rect[3] > cell.h - EDGE) continue;
      if (taken.some((t) => rect[0] < t[2] && rect[2] > t[0] && rect[1] < t[3] && rect[3] > t[1])) continue;
      const price = cost(rect) + Math.hypot(dx * 0.5, dy) * 0.02;
      if (price < least) [chosen, least] = [rect, price];
    }
  }
  return chosen;
}

/** How much a word there would hide: other classes' points weigh more than its own. */
function covered(cell, { grid, kinds, weight }, [x0, y0, x1, y1], k) {
  const s = scale(cell, cell.camera);
  const [left, top] = unproject([x0 - 3, y0 - 3], cell, cell.camera);
  const box = [left, top - (y1 - y0 + 6) / s.y, left + (x1 - x0 + 6) / s.x, top].map((v) => ((v + 1) / 2) * 65535);
  let sum = 0;
  within(grid, box, (row) => {
    const [x, y] = [grid.xy[2 * row], grid.xy[2 * row + 1]];
    if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) sum += kinds[row] === k ? 1.2 : 2;
  });
  return sum * weight;
}
