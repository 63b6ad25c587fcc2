// Linked maps: mounts the scene, keeps it in step with Python's data, and takes it down.

import { applyTheme } from "../shared/theme.js";
import { rest } from "./camera.js";
import { attachKeys } from "./keys.js";
import { cells } from "./layout.js";
import { whole } from "./legend.js";
import { createListening } from "./listen.js";
import { attachPointer } from "./pointer.js";
import { fetchPoints } from "./points.js";
import { createRenderer, dispose } from "./renderer.js";
import { createScene, relight, resized, restore, setPoints } from "./scene.js";

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
  const { root, dom } = scene;
  scene.renderer = createRenderer(dom.canvas, {
    onLost: () => (root.dataset.webgl = "lost"),
    onRestored: () => ((root.dataset.webgl = "ok"), restore(scene)),
  });
  root.dataset.webgl = scene.renderer ? "ok" : "none";
  root.dataset.hover = "";
  scene.listening = createListening(scene);
  scene.reset = () => scene.move(rest());
  attachKeys(scene);
  scene.observer = new ResizeObserver(() => requestAnimationFrame(() => scene.renderer && resized(scene)));
  scene.observer.observe(root);
  return scene;
}

async function update(scene, component) {
  const { data } = component;
  scene.wanted = data;
  if (!scene.renderer) {
    applyTheme(scene.root);
    return notify(scene, "This browser draws no WebGL2 maps. The table below lists the same.");
  }
  if (!scene.points) {
    take(scene, component); // headers at once, points when they come
    resized(scene);
  }
  const points = await loaded(scene, data.payload);
  if (!points || scene.wanted !== data || scene.gone) return;
  const reset = scene.data.reset !== data.reset;
  if (points !== scene.points) setPoints(scene, points);
  take(scene, component);
  relight(scene);
  if (reset) scene.reset();
  describe(scene);
}

/** Make Python's data the scene's; cells are made anew only where they look different. */
function take(scene, component) {
  const [before, theme] = [scene.data, scene.theme];
  scene.data = component.data;
  scene.theme = applyTheme(scene.root);
  scene.pending = null;
  selecting(scene, component);
  const looks = ({ panels, classes } = {}) => JSON.stringify([panels, classes]);
  if (theme?.dark === scene.theme.dark && looks(before ?? {}) === looks(scene.data)) return;
  scene.active = Math.min(scene.active, scene.data.panels.length - 1);
  scene.isolated = -1;
  scene.spots = [];
  scene.point(-1, -1);
  cells(scene);
  for (const cell of scene.dom.cells) attachPointer(scene, cell);
}

/** The points of this address, fetched once; null, and a sentence in the page, where they do not come. */
async function loaded(scene, url) {
  if (scene.load?.url !== url) scene.load = { url, points: fetchPoints(url) };
  try {
    const points = await scene.load.points;
    notify(scene, "");
    return points;
  } catch (error) {
    scene.load = null; // so that the next run tries again
    notify(scene, error.message);
    return null;
  }
}

/** What changes the selection: Python is told the strokes, and answers with the rows. */
function selecting(scene, { setStateValue }) {
  const send = (strokes) => setStateValue("selection", strokes.length ? { strokes } : null);
  scene.drawn = (stroke) => {
    scene.pending = stroke;
    send(stroke.mode === "new" ? [stroke] : [...scene.data.strokes, stroke]);
    scene.sketch();
  };
  scene.clear = () => send([]);
  scene.undo = () => (send(scene.data.strokes.slice(0, -1)), true);
}

function describe(scene) {
  const { data, points, dom, total } = scene;
  const chosen = scene.selected ? ` ${whole(total)} selected.` : "";
  const titles = data.panels.map((panel) => (panel.untrained ? `${panel.title} (untrained)` : panel.title)).join(", ");
  const says = `${whole(points?.n ?? 0)} ${data.noun} by ${data.classes.label}, as arranged by ${titles}.${chosen}`;
  const keys = "Arrow keys move, Enter plays, Escape clears, digits choose the map.";
  dom.canvas.setAttribute("aria-label", `${says} ${keys}`);
  if (scene.selected) dom.spoken.textContent = `${whole(total)} of ${whole(points.n)} ${data.noun} selected.`;
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
  clearTimeout(scene.settling);
  cancelAnimationFrame(scene.queued);
  if (scene.renderer) dispose(scene.renderer);
}
