// Places and colours as the server packed them: fetched once by address, read in place. payload.py tells the format.

const PLACES = 0x32504d51; // "QMP2", little-endian
const COLOURS = 0x31434d51; // "QMC1"
const HEADER = 16; // bytes
const AWAY = 65535; // both coordinates: the panel has no place for this row

async function fetched(url, magic, what) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The map's ${what} did not arrive (${answer.status}). Reload the page.`);
  const buffer = await answer.arrayBuffer();
  const head = new DataView(buffer);
  if (buffer.byteLength < HEADER || head.getUint32(0, true) !== magic) throw new Error(`The map's ${what} are damaged.`);
  return { buffer, n: head.getUint32(4, true), count: head.getUint32(8, true) };
}

/** {n, panels, xy: one Uint16Array of x, y pairs per panel, all: the same in one piece, away: what each lacks}. */
export async function fetchPoints(url) {
  const { buffer, n, count: panels } = await fetched(url, PLACES, "points");
  const all = new Uint16Array(buffer, HEADER, panels * n * 2); // typed arrays read the machine's own byte order: little
  const xy = Array.from({ length: panels }, (_, p) => all.subarray(p * n * 2, (p + 1) * n * 2));
  return { n, panels, all, xy, away: xy.map(lacking) };
}

/** Uint8Array (n) with ones for the rows without a place among these pairs; null where every row has one. */
function lacking(xy) {
  let away = null;
  for (let i = 0; i < xy.length; i += 2) {
    if (xy[i] === AWAY && xy[i + 1] === AWAY) (away ??= new Uint8Array(xy.length / 2))[i / 2] = 1;
  }
  return away;
}

/** {n, rows, all: Uint8Array (rows * n), of: (panel) => its Uint8Array (n)}. */
export async function fetchColours(url) {
  const { buffer, n, count: rows } = await fetched(url, COLOURS, "colours");
  const all = new Uint8Array(buffer, HEADER, rows * n);
  const each = Array.from({ length: rows }, (_, r) => all.subarray(r * n, (r + 1) * n));
  return { n, rows, all, of: (panel) => each[rows > 1 ? panel : 0] };
}

/** Quantised coordinate to the map's own, -1 to 1. */
export const place = (q) => (q / 65535) * 2 - 1;

/** Centre and half extent of one panel's pairs: {x, y, hx, hy}; a single point gets room around it. */
export function extent(xy, away = null) {
  let [x0, x1, y0, y1] = [65535, 0, 65535, 0];
  for (let i = 0; i < xy.length; i += 2) {
    if (away?.[i / 2]) continue;
    const x = xy[i];
    const y = xy[i + 1];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  if (x0 > x1) return { x: 0, y: 0, hx: 1, hy: 1 };
  const half = (low, high) => Math.max((high - low) / 65535, 0.02);
  return { x: (place(x0) + place(x1)) / 2, y: (place(y0) + place(y1)) / 2, hx: half(x0, x1), hy: half(y0, y1) };
}

/** Write the server's base64, one bit a row, into `into` (n) as 0 and 1; returns how many ones. */
export function unpackBits(text, into) {
  const bytes = text ? atob(text) : "";
  let total = 0;
  for (let i = 0; i < into.length; i += 8) {
    const byte = text ? bytes.charCodeAt(i >> 3) : 0;
    for (let b = 0; b < 8 && i + b < into.length; b++) total += into[i + b] = (byte >> b) & 1;
  }
  return total;
}

/** Rows in a fixed shuffled order, so that no class is drawn over another for its place in the table. */
export function shuffled(n) {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator: any will do, as long as it stays
    const j = Math.floor((seed / 2 ** 32) * (i + 1));
    const held = order[i];
    order[i] = order[j];
    order[j] = held;
  }
  return order;
}

/** The rows with a one in `chosen`, in the order they are drawn. */
export function litOf(chosen, order, total) {
  const lit = new Uint32Array(total);
  let at = 0;
  for (let i = 0; at < total; i++) if (chosen[order[i]]) lit[at++] = order[i];
  return lit;
}
