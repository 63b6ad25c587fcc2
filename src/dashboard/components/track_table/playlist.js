// Play one track after another: the bar above the table, and what comes when a sound is over.

import * as sound from "../shared/sound.js";
import { h } from "../shared/dom.js";

const NEAR = 0.5; // s before its end at which a sound was last heard
const runs = new Map(); // run -> {at, over}: outlasts the table being taken down and put up again

/** Whether the playlist of this table holds the track. */
export const has = (table, id) => Boolean(table.list?.tracks.some((track) => track.id === id));

/** An empty bar, to be put above the table. */
export function bar(table) {
  table.bar = h("div.playlist", { role: "group", "aria-label": "Playlist", hidden: true });
  table.bar.onclick = (event) => onClick(table, event.target.closest("button")?.dataset.does);
  table.says = "";
  return table.bar;
}

/** Take over Python's playlist; a run not seen before begins. */
export function update(table, list) {
  table.list = list && list.tracks.length && !runs.get(list.run)?.over ? list : null;
  if (table.list && !runs.has(list.run)) {
    runs.set(list.run, { at: 0, over: false });
    start(table, 0);
  }
  draw(table);
}

/** What sounds has changed: go on where the list's own track came to its end or could not be played. */
export function follow(table, now) {
  if (!table.list) return;
  const run = runs.get(table.list.run);
  const other = now.playing ? table.list.tracks.findIndex((track) => track.id === now.id) : -1;
  if (other >= 0) run.at = other;
  if (now.id === table.list.tracks[run.at].id) {
    const { left = Infinity, error } = run.heard ?? {};
    const over = !now.playing && now.time === 0 && left < NEAR; // a sound that is over goes back to its start
    const failed = now.error && !error;
    run.heard = now.time > 0 || now.error ? { left: now.duration - now.time, error: now.error } : {};
    if (over || failed) setTimeout(() => start(table, run.at + 1)); // not within what tells of the change
  }
  draw(table);
}

function start(table, at) {
  if (!table.list) return;
  const run = runs.get(table.list.run);
  if (at < 0 || at >= table.list.tracks.length) return draw(table);
  Object.assign(run, { at, heard: {} });
  const { id, url } = table.list.tracks[at];
  sound.play({ id, url, at: 0, owner: table.owner });
  draw(table);
}

function onClick(table, does) {
  if (!does || !table.list) return;
  const run = runs.get(table.list.run);
  if (does === "toggle") {
    const { id, url } = table.list.tracks[run.at];
    sound.toggle({ id, url, owner: table.owner });
  } else if (does === "close") {
    run.over = true;
    sound.pause();
    table.list = null;
    draw(table);
  } else start(table, run.at + (does === "next" ? 1 : -1));
}

function draw(table) {
  if (!table.bar) return;
  table.bar.hidden = !table.list;
  if (!table.list) return void (table.says = "");
  const { at } = runs.get(table.list.run);
  const now = sound.state();
  const { id, title } = table.list.tracks[at];
  const plays = now.playing && now.id === id;
  const says = `${plays}${at}${table.list.run}`;
  if (says === table.says) return;
  table.says = says;
  table.bar.dataset.at = at;
  const last = table.list.tracks.length - 1;
  table.bar.replaceChildren(
    h("span.where", {}, `${at + 1} of ${last + 1}`), h("span.word", { title }, title),
    button("previous", "Previous", at === 0), button("toggle", plays ? "Pause" : "Play"),
    button("next", "Next", at === last), button("close", "Close"),
  );
}

function button(does, text, disabled = false) {
  return h("button", { type: "button", "data-does": does, disabled }, text);
}
