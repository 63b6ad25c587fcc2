// The points as the server packed them: fetched once by address, read in place. payload.py tells the format.

const MAGIC = 0x31504d51; // "QMP1", little-endian
const HEADER = 16; // bytes

/** {n, panels, xy: one Uint16Array of x, y pairs per panel, all: the same in one piece, classes: Uint8Array (n)}. */
export async function fetchPoints(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The map's points did not arrive (${answer.status}). Reload the page.`);
  return parse(await answer.arrayBuffer());
}

export function parse(buffer) {
  const head = new DataView(buffer);
  if (buffer.byteLength < HEADER || head.getUint32(0, true) !== MAGIC) throw new Error("The map's points are damaged.");
  const n = head.getUint32(4, true);
  const panels = head.getUint32(8, true);
  const all = new Uint16Array(buffer, HEADER, panels * n * 2); // typed arrays read the machine's own byte order: little
  const xy = Array.from({ length: panels }, (_, p) => all.subarray(p * n * 2, (p + 1) * n * 2));
  return { n, panels, all, xy, classes: new Uint8Array(buffer, HEADER + panels * n * 4, n) };
}

/** Quantised coordinate to the map's own, -1 to 1. */
export const place = (q) => (q / 65535) * 2 - 1;

/** Centre and half extent of one panel's pairs: {x, y, hx, hy}; a single point gets room around it. */
export function extent(xy) {
  let [x0, x1, y0, y1] = [65535, 0, 65535, 0];
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  if (xy.length === 0) return { x: 0, y: 0, hx: 1, hy: 1 };
  const half = (low, high) => Math.max((high - low) / 65535, 0.02);
  return { x: (place(x0) + place(x1)) / 2, y: (place(y0) + place(y1)) / 2, hx: half(x0, x1), hy: half(y0, y1) };
}

/** Bytes behind the server's base64, one bit a row: Uint8Array (n) of 0 and 1, or null where nothing is selected. */
export function unpackBits(text, n) {
  if (!text) return null;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Uint8Array.from({ length: n }, (_, i) => (bytes[i >> 3] >> (i & 7)) & 1);
}

/** Rows in a fixed shuffled order, so that no class is drawn over another for its place in the table. */
export function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator: any will do, as long as it stays
    const j = Math.floor((seed / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
