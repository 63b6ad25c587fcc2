// A lane's frames as typed arrays, its segments, and where the trained lanes part: all found by bisection or sweeps.

const SAME = 1e-3; // s: edges closer than this are one

/** {start, end, strength, index}, each with `count` values, of a lane as payload.py packs it. */
export function decode({ count, frames }) {
  const { buffer } = Uint8Array.from(atob(frames), (letter) => letter.charCodeAt(0));
  return {
    start: new Float32Array(buffer, 0, count), // s
    end: new Float32Array(buffer, 4 * count, count), // s, never past the next start
    strength: new Uint16Array(buffer, 8 * count, count), // of 65,535
    index: new Uint16Array(buffer, 10 * count, count), // of the class
  };
}

/** Runs of frames with one class: [{from, to, index, strength}], strength the mean over time, 0 to 1. */
export function segments({ start, end, index, strength }) {
  const found = [];
  for (let i = 0, sum = 0, time = 0; i < index.length; i++) {
    if (found.at(-1)?.index !== index[i]) {
      found.push({ from: start[i], to: end[i], index: index[i], strength: 0 });
      sum = time = 0;
    }
    const last = found.at(-1);
    const seconds = Math.max(end[i] - start[i], 1e-6);
    sum += (strength[i] / 65535) * seconds;
    time += seconds;
    last.to = end[i];
    last.strength = sum / time;
  }
  return found;
}

/** The last of `count` whose `startOf(i)` is not after `seconds`; -1 before the first. */
export function lastAt(count, startOf, seconds) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(middle) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The frame heard at `seconds`, -1 where there is none: not every backbone hears a track to its end. */
export function frameAt({ start, end }, seconds) {
  const i = lastAt(start.length, (n) => start[n], seconds);
  return i === start.length - 1 && seconds > end[i] ? -1 : i;
}

/** The place in `pieces` ({from, to}) of the one at `seconds`, -1 after the last and before the first. */
export function pieceAt(pieces, seconds) {
  const i = lastAt(pieces.length, (n) => pieces[n].from, seconds);
  return i === pieces.length - 1 && seconds > (pieces[i]?.to ?? 0) ? -1 : i;
}

/** How many different answers the trained lanes give, over time: [{from, to, answers}]. */
export function parting(lanes, seconds) {
  const heard = lanes.filter(({ mark, count }) => !mark.untrained && count).map(({ data }) => data);
  const edges = heard.flatMap(({ start, end }) => [...start, end.at(-1)]);
  const sorted = Float64Array.from([0, seconds, ...edges.filter((edge) => edge > 0 && edge < seconds)]).sort();
  const at = heard.map(() => -1);
  const found = [];
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [from, to] = [sorted[i], sorted[i + 1]];
    if (to - from < SAME) continue;
    const answers = different(heard, at, (from + to) / 2);
    if (found.at(-1)?.answers === answers) found.at(-1).to = to; // one piece: seams would show
    else found.push({ from: found.at(-1)?.to ?? 0, to, answers });
  }
  return found;
}

/** How many answers there are at `seconds`; `at`, each lane's frame before, moves on: times only grow. */
function different(heard, at, seconds) {
  const answers = new Set();
  heard.forEach(({ start, end, index }, lane) => {
    while (at[lane] + 1 < start.length && start[at[lane] + 1] <= seconds) at[lane]++;
    const i = at[lane];
    if (i >= 0 && (i < start.length - 1 || seconds <= end[i])) answers.add(index[i]);
  });
  return answers.size;
}
