// How near and where a panel looks: linked panels share one camera, so the same clip can be followed from map to map.
//
// Every panel has a home, the centre and half extent of its own points, and at rest shows just that. A camera says
// how far from home it looks, in half extents, and how close.

const MARGIN = { x: 26, y: 20 }; // px kept free around the points at rest
const STRETCH = 1.75; // how far a wide panel may pull the map apart before its distances mislead
const ZOOM = { low: 1, high: 400 };
const FAR = 1.2; // half extents from home: beyond it no point is left to see

/** At rest: {x, y} in half extents from home, zoom 1. */
export const rest = () => ({ x: 0, y: 0, zoom: 1 });

/** A camera as sent to Python and written in addresses: [x, y, zoom]. */
export const written = ({ x, y, zoom }) => [x, y, zoom].map((v) => Number(v.toFixed(4)));

/** A camera somebody asked for, kept within what there is to see. */
export function asked([x, y, zoom]) {
  const within = (value, low, high) => Math.min(Math.max(value, low), high);
  return { x: within(x, -FAR, FAR), y: within(y, -FAR, FAR), zoom: within(zoom, ZOOM.low, ZOOM.high) };
}

/** px per map unit in a plot {w, h, home}: {x, y}. */
export function scale({ w, h, home }, camera) {
  const x = Math.max(w / 2 - MARGIN.x, 8) / home.hx;
  const y = Math.max(h / 2 - MARGIN.y, 8) / home.hy;
  return { x: Math.min(x, y * STRETCH) * camera.zoom, y: Math.min(y, x * STRETCH) * camera.zoom };
}

const centre = ({ home }, camera) => [home.x + camera.x * home.hx, home.y + camera.y * home.hy];

/** Map coordinates to px in the plot. */
export function project([x, y], plot, camera) {
  const s = scale(plot, camera);
  const [cx, cy] = centre(plot, camera);
  return [plot.w / 2 + (x - cx) * s.x, plot.h / 2 - (y - cy) * s.y];
}

/** Px in the plot to map coordinates. */
export function unproject([px, py], plot, camera) {
  const s = scale(plot, camera);
  const [cx, cy] = centre(plot, camera);
  return [cx + (px - plot.w / 2) / s.x, cy - (py - plot.h / 2) / s.y];
}

/** The shader's view: places in 0..1 to clip space, [scale x, scale y, shift x, shift y]. */
export function clip(plot, camera) {
  const s = scale(plot, camera);
  const [cx, cy] = centre(plot, camera);
  const [x, y] = [(2 * s.x) / plot.w, (2 * s.y) / plot.h]; // clip units per map unit
  return [2 * x, 2 * y, -(1 + cx) * x, -(1 + cy) * y];
}

/** Zoomed by `factor` around a px of a plot; out to rest and no further. */
export function zoomed(camera, plot, px, factor) {
  const zoom = Math.min(Math.max(camera.zoom * factor, ZOOM.low), ZOOM.high);
  if (zoom === ZOOM.low) return rest();
  const [x, y] = unproject(px, plot, camera);
  const [nx, ny] = unproject(px, plot, { ...camera, zoom });
  return { x: camera.x + (x - nx) / plot.home.hx, y: camera.y + (y - ny) / plot.home.hy, zoom };
}

/** Moved by px of a plot. */
export function panned(camera, plot, [dx, dy]) {
  const s = scale(plot, camera);
  const within = (value) => Math.min(Math.max(value, -FAR), FAR);
  return { ...camera, x: within(camera.x - dx / s.x / plot.home.hx), y: within(camera.y + dy / s.y / plot.home.hy) };
}
