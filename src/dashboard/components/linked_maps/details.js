// What is said of a point: fetched when it is pointed at, dropped when the pointer moves on, kept for a while.

const MOST = 300; // answers kept; the one not asked for the longest goes first

/** `get(row)`: what is known at once, or null and it is being fetched; `wait(row)`: a promise of the same.
 *  An answer that is none is {missing: a sentence}. `onCome(row)` runs when one has come. */
export function createDetails(scene, onCome) {
  const held = { scene, kept: new Map(), going: null, onCome };
  return {
    get: (row) => get(held, row),
    wait: (row) => (row < 0 ? Promise.resolve(null) : (get(held, row) ?? held.going.promise)),
    peek: (row) => held.kept.get(address(scene, row)) ?? null,
    get size() {
      return held.kept.size;
    },
    close: () => held.going?.abort.abort(),
  };
}

const address = ({ data }, row) => `${data.points}/${row}`;

function get(held, row) {
  const url = address(held.scene, row);
  const known = held.kept.get(url);
  if (known) {
    held.kept.delete(url); // and to the end: it was asked for just now
    held.kept.set(url, known);
    return known;
  }
  if (held.going?.url !== url) fetching(held, url, row);
  return null;
}

function fetching(held, url, row) {
  held.going?.abort.abort();
  const abort = new AbortController();
  const promise = ask(url, abort.signal).then((answer) => {
    if (held.going?.url === url) held.going = null;
    if (!answer) return null; // the pointer moved on
    if (!answer.passing) keep(held, url, answer);
    held.onCome(row, answer);
    return answer;
  });
  held.going = { url, abort, promise };
}

async function ask(url, signal) {
  try {
    const answer = await fetch(url, { signal });
    if (answer.ok) return await answer.json();
    return { missing: (await answer.text()).slice(0, 200) || `No answer (${answer.status}). Reload the page.` };
  } catch (error) {
    if (error.name === "AbortError") return null;
    return { missing: "The server did not answer. Check that it runs.", passing: true }; // asked again next time
  }
}

function keep({ kept }, url, answer) {
  kept.set(url, answer);
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
}
