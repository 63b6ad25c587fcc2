// How loud the visitor wants the app, kept in this browser from one visit to the next.

const KEY = "quintet-loudness";

/** {level, muted}: level 0 to 1. */
export function keptLoudness() {
  const found = { level: 1, muted: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept?.level >= 0 && kept.level <= 1) found.level = kept.level;
    found.muted = kept?.muted === true;
  } catch {
    // storage is closed to this page, or holds something else: full volume
  }
  return found;
}

export function keepLoudness(loudness) {
  try {
    localStorage.setItem(KEY, JSON.stringify(loudness));
  } catch {
    // private windows may refuse: then it lasts as long as the page
  }
}
