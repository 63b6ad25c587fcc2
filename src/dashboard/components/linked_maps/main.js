// Linked maps: mounts the scene, keeps it in step with Python's data, and takes it down.

import { applyTheme } from "../shared/theme.js";
import { asked, rest, written } from "./camera.js";
import { allShown } from "./colours.js";
import { createDetails } from "./details.js";
import { attachKeys } from "./keys.js";
import { cells } from "./layout.js";
import { whole } from "./numbers.js";
import { createListening } from "./listen.js";
import { standing } from "./lost.js";
import { attachPointer } from "./pointer.js";
import { fetchColours, fetchPoints } from "./points.js";
import { dispose } from "./renderer.js";
import { createScene, relight, resized, setColours, setPoints } from "./scene.js";
import { createSelection } from "./select.js";
import { createToolbar } from "./toolbar.js";

const REST = 400; // ms without movement until Python is told where the camera came to rest
const OWN = 8; // cameras remembered as sent from here
const scenes = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  const scene = scenes.get(host) ?? mount(host);
  update(scene, component);
  return () => {
    scenes.delete(host);
    destroy(scene);
  };
}

function mount(host) {
  const scene = createScene(host.querySelector(".q-root"));
  scenes.set(host, scene);
  const { root } = scene;
  scene.born = performance.now();
  scene.renderer = standing(scene);
  Object.assign(root.dataset, { webgl: scene.renderer ? "ok" : "none", hover: "", lost: "", legend: "", playing: "" });
  Object.assign(scene, { stroking: "new", sent: [], loads: {} });
  scene.selection = createSelection(scene);
  scene.details = createDetails(scene, (row) => row === scene.hover.row && scene.sketch());
  scene.listening = createListening(scene);
  scene.reset = (cell) => scene.move(rest(), cell);
  scene.showAll = () => ((scene.range = null), scene.mode(allShown()));
  scene.spectrogram = () => ((scene.mel = !scene.mel), scene.tools(), scene.sketch());
  createToolbar(scene);
  attachKeys(scene);
  scene.observer = new ResizeObserver(() => requestAnimationFrame(() => scene.renderer && !scene.gone && resized(scene)));
  scene.observer.observe(root);
  return scene;
}

async function update(scene, component) {
  const { data, setStateValue: tell } = component;
  scene.wanted = data;
  if (Boolean(scene.renderer) !== data.webgl) tell("webgl", Boolean(scene.renderer));
  if (!scene.renderer) {
    applyTheme(scene.root);
    scene.dom.bar.hidden = true;
    return notify(scene, "This browser draws no WebGL2 maps. The table below lists the same.");
  }
  if (!scene.points) {
    take(scene, component); // headers at once, points when they come
    resized(scene);
  }
  const found = await loaded(scene, data);
  if (!found || scene.wanted !== data || scene.gone) return;
  adopt(scene, component, ...found);
  describe(scene);
}

/** Points, colours and everything said of them take effect together. */
function adopt(scene, component, points, colours) {
  const { data } = component;
  const reset = scene.data.reset !== data.reset;
  const fresh = points !== scene.points || colours !== scene.colours;
  if (points !== scene.points) setPoints(scene, points);
  if (colours !== scene.colours) setColours(scene, colours);
  const changed = take(scene, component);
  look(scene, data);
  const news = fresh || changed || scene.unpacked !== data.selected || JSON.stringify(data.coloured) !== scene.meant;
  scene.meant = JSON.stringify(data.coloured);
  if (news) relight(scene);
  else scene.draw();
  scene.tools();
  if (reset) scene.cameras.forEach((_, index) => scene.reset(scene.dom.cells[index]));
}

/** Make Python's data the scene's; cells are made anew only where they look different. Returns whether they were. */
function take(scene, component) {
  const { data: before, theme, wired } = scene;
  const { data, setStateValue: tell } = component;
  scene.data = data;
  scene.theme = applyTheme(scene.root);
  scene.selection.take(data, tell);
  telling(scene, tell, before);
  if (before?.tool !== data.tool) scene.tool = data.tool;
  if (before && data.linked && !before.linked && scene.cameras.length) scene.cameras.fill(scene.cameras[scene.active]);
  const looks = JSON.stringify([data.panels, scene.theme.dark]);
  if (theme && wired === looks) return false;
  scene.wired = looks;
  scene.active = Math.min(scene.active, data.panels.length - 1);
  scene.spots = [];
  scene.point(-1, -1);
  cells(scene);
  for (const cell of scene.dom.cells) attachPointer(scene, cell);
  return true;
}

/** What Python is told apart from the selection: the chosen point, and where the camera came to rest. */
function telling(scene, tell, before) {
  if (!before) scene.focus = scene.data.near?.row ?? -1;
  scene.choose = (row) => {
    if (row !== scene.focus) tell("focus", row);
    scene.focus = row;
    scene.sketch();
  };
  scene.moved = () => {
    clearTimeout(scene.resting);
    scene.resting = setTimeout(() => {
      if (!scene.data.linked || scene.gone) return;
      const now = written(scene.cameras[0]);
      if (scene.sent.some((one, i) => i === scene.sent.length - 1 && alike(one, now))) return;
      scene.sent = [...scene.sent.slice(1 - OWN), now];
      tell("camera", now);
    }, REST);
  };
}

const alike = (a, b) => Math.abs(a[2] / b[2] - 1) < 0.01 && [0, 1].every((i) => Math.abs(a[i] - b[i]) * b[2] < 0.01);

/** Look where an address asks, unless that is an echo of where this map has been. */
function look(scene, { camera }) {
  if (!camera || (scene.heeded && alike(scene.heeded, camera))) return;
  scene.heeded = camera;
  if (scene.sent.some((one) => alike(one, camera))) return;
  scene.sent = [...scene.sent.slice(1 - OWN), camera];
  scene.cameras.fill(asked(camera));
}

/** The points and colours of these addresses, each fetched once; null, and a sentence in the page, where one fails. */
async function loaded(scene, { payload, coloured, n }) {
  const once = (name, url, get) => {
    if (scene.loads[name]?.url !== url) scene.loads[name] = { url, got: get(url) };
    return scene.loads[name].got;
  };
  try {
    const [points, colours] = await Promise.all([
      once("points", payload, fetchPoints), once("colours", coloured.url, fetchColours),
    ]);
    if (points.n !== n || colours.n !== n) throw new Error("The map's points and colours do not belong together. Reload the page.");
    notify(scene, "");
    return [points, colours];
  } catch (error) {
    scene.loads = {}; // so that the next run tries again
    notify(scene, error.message);
    return null;
  }
}

function describe(scene) {
  const { data, points, dom, total } = scene;
  const chosen = scene.choosing ? ` ${whole(total)} selected.` : "";
  const titles = data.panels.map((panel) => (panel.untrained ? `${panel.title} (untrained)` : panel.title)).join(", ");
  const says = `${whole(points.n)} ${data.noun} by ${data.coloured.label}, as arranged by ${titles}.${chosen}`;
  const keys = "Arrow keys move, Enter chooses and plays, Space pauses, Escape clears, digits choose the map, slash goes to the search.";
  dom.canvas.setAttribute("aria-label", `${says} ${keys}`);
  const spoken = scene.choosing ? `${whole(total)} of ${whole(points.n)} ${data.noun} selected.` : "";
  if (spoken && scene.said !== spoken) dom.spoken.textContent = spoken;
  scene.said = spoken;
}

function notify({ dom }, text) {
  dom.notice.hidden = !text;
  dom.notice.textContent = text;
  dom.grid.hidden = Boolean(text);
}

function destroy(scene) {
  scene.gone = true;
  scene.observer.disconnect();
  scene.listening.close();
  scene.details.close();
  for (const timer of [scene.settling, scene.resting, scene.waiting, scene.wording]) clearTimeout(timer);
  cancelAnimationFrame(scene.queued);
  if (scene.renderer) dispose(scene.renderer);
}
