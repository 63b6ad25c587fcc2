// How many points may be drawn while things move: as many as this machine shows in time, all of them at rest.

const WANTED = 40; // ms a frame: 25 a second,
const SLOWEST = 48; // and 21 where a frame without points takes nearly that long
const LEAST = 0.02; // of the points
const FIRST = 50_000; // points a slow machine shows at once: where learning starts
const OVER = 1.15; // a frame of few points takes its time too: fewer of them help only above that

/** `share` is the part of all points, in all panels, drawn while moving; `waiting`: a frame is not on screen yet. */
export const createPace = (points) => ({ share: Math.min(1, FIRST / Math.max(1, points)), floor: WANTED, waiting: false });

/** To be called when a frame was painted: learns from how long the browser takes to ask for the next one. */
export function watch(pace) {
  const start = performance.now();
  pace.waiting = true;
  requestAnimationFrame(() => {
    const took = performance.now() - start;
    pace.waiting = false;
    if (pace.share <= LEAST) pace.floor = Math.max(WANTED, 0.8 * pace.floor + 0.2 * took);
    const aim = Math.min(SLOWEST, Math.max(WANTED, pace.floor * OVER));
    if (took > aim) pace.share = Math.max(LEAST, pace.share * Math.max(0.25, aim / took));
    else if (took < aim * 0.8) pace.share = Math.min(1, pace.share * 1.2);
  });
}
