// How many points may be drawn while things move: as many as this machine shows in time, all of them at rest.

const WANTED = 40; // ms a frame: 25 a second
const LEAST = 0.02; // of the points
const FIRST = 300_000; // points a slow machine shows at once: where learning starts

/** `share` is the part of all points, in all panels, drawn while moving. */
export const createPace = (points) => ({ share: Math.min(1, FIRST / Math.max(1, points)) });

/** To be called when a frame was painted: learns from how long the browser takes to ask for the next one. */
export function watch(pace) {
  const start = performance.now();
  requestAnimationFrame(() => {
    const took = performance.now() - start;
    if (took > WANTED) pace.share = Math.max(LEAST, pace.share * Math.max(0.4, WANTED / took));
    else if (took < WANTED / 2) pace.share = Math.min(1, pace.share * 1.2);
  });
}
