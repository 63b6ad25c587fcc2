// A table of tracks that play: one sound at a time, a row is chosen by click or Enter.

import * as sound from "../shared/sound.js";
import { showPlaying } from "../shared/play.js";
import { applyTheme } from "../shared/theme.js";
import { build } from "./rows.js";
import { onKey, only } from "./keys.js";
import * as playlist from "./playlist.js";
import { onTick, showTicks } from "./ticks.js";

const tables = new WeakMap(); // parentElement -> what it shows

export default function (component) {
  const { parentElement } = component;
  const table = tables.get(parentElement) ?? mount(parentElement);
  tables.set(parentElement, table);
  update(table, component);
  return () => {
    table.unsubscribe();
    sound.release(parentElement);
    tables.delete(parentElement);
  };
}

function mount(owner) {
  const root = owner.querySelector(".q-root");
  const table = { root, owner, drawn: "", rows: new Map(), playing: null };
  root.classList.add("player");
  root.onclick = (event) => onClick(table, event);
  root.onchange = (event) => onTick(table, event);
  root.onkeydown = (event) => onKey(table, event, { choose, toggle });
  sound.show(owner, (id) => table.rows.has(id) || playlist.has(table, id));
  table.unsubscribe = sound.subscribe((now) => follow(table, now));
  return table;
}

function update(table, { data, setStateValue, setTriggerValue }) {
  const { dark } = applyTheme(table.root);
  const { chosen, playlist: list, browse, ...shown } = data;
  const drawn = JSON.stringify([shown, browse && [browse.sort, browse.descending], dark]);
  table.data = data;
  table.say = (id) => setStateValue("chosen", id);
  table.sayTicked = (ticked) => setStateValue("ticked", ticked);
  table.saySort = (column) => setTriggerValue("sort", column);
  if (drawn !== table.drawn) redraw(table, dark); // a rerun that changes nothing keeps focus and scroll
  table.drawn = drawn;
  mark(table, chosen);
  showTicks(table, browse);
  playlist.update(table, list);
  follow(table, sound.state());
}

function redraw(table, dark) {
  const focused = table.root.getRootNode().activeElement?.closest?.("tr")?.dataset.id;
  const { element, rows, status } = build(table.data, dark);
  const bar = table.data.browse ? [playlist.bar(table)] : [];
  table.root.replaceChildren(...bar, element, status);
  Object.assign(table, { rows, status, playing: null });
  table.root.dataset.ready = "true";
  table.root.dataset.rows = rows.size;
  table.root.dataset.playing = "";
  const row = rows.get(focused);
  if (row) row.element.focus({ preventScroll: true });
}

function mark(table, chosen) {
  for (const [id, { element }] of table.rows) element.setAttribute("aria-selected", String(id === chosen));
  table.root.dataset.chosen = chosen ?? "";
  const first = table.rows.get(chosen) ?? table.rows.values().next().value;
  if (first && !table.root.getRootNode().activeElement) only(table, first.element);
}

function choose(table, id) {
  mark(table, id); // seen at once; Python's answer follows
  table.say(id);
}

function toggle(table, id) {
  const { row } = table.rows.get(id);
  if (row.url) sound.toggle({ id, url: row.url, start: row.start, end: row.end, owner: table.owner });
}

function onClick(table, event) {
  const header = event.target.closest("[data-sort]");
  if (header) return table.saySort(header.dataset.sort);
  if (event.target.closest(".tick")) return; // its box answers by itself
  const row = event.target.closest("tbody tr");
  if (!row) return;
  only(table, row);
  if (event.target.closest(".play")) toggle(table, row.dataset.id);
  else choose(table, row.dataset.id);
}

function follow(table, now) {
  const playing = now.playing ? now.id : null;
  if (table.playing !== playing) {
    for (const id of [table.playing, playing]) {
      const row = table.rows.get(id);
      if (row) showPlaying(row.button, id === playing);
    }
    table.playing = playing;
    table.root.dataset.playing = table.rows.has(playing) ? playing : "";
  }
  playlist.follow(table, now);
  const mine = table.rows.has(now.id) || playlist.has(table, now.id);
  const text = mine ? now.error || (now.blocked ? "The browser waits for a click in this page: press play again." : "") : "";
  if (table.status.textContent !== text) table.status.textContent = text;
}
