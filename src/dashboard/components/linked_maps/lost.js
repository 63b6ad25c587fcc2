// A lost WebGL context: the browser is asked for it back, and where it stays away a fresh canvas takes the place.

import { createRenderer } from "./renderer.js";
import { attachKeys } from "./keys.js";
import { restore } from "./scene.js";

const PATIENCE = 1000; // ms the browser has to bring it back by itself
const AGAIN = 2000; // ms between tries with a fresh canvas

/** A renderer on the scene's canvas that comes back when its context is lost; null without WebGL2. */
export function standing(scene) {
  return createRenderer(scene.dom.canvas, {
    onLost: (renderer) => scene.renderer === renderer && !scene.gone && lost(scene),
    onRestored: (renderer) => scene.renderer === renderer && back(scene),
  });
}

function lost(scene) {
  scene.root.dataset.lost = "true";
  clearTimeout(scene.waiting);
  scene.waiting = setTimeout(() => replace(scene), PATIENCE);
}

function replace(scene) {
  if (scene.gone) return;
  const { canvas } = scene.dom;
  const held = scene.root.getRootNode().activeElement === canvas;
  scene.dom.canvas = canvas.cloneNode(false);
  const renderer = standing(scene);
  if (!renderer) {
    scene.dom.canvas = canvas;
    scene.waiting = setTimeout(() => replace(scene), AGAIN);
    return;
  }
  canvas.replaceWith(scene.dom.canvas);
  scene.renderer = renderer;
  attachKeys(scene);
  if (held) scene.dom.canvas.focus({ preventScroll: true });
  back(scene);
}

function back(scene) {
  clearTimeout(scene.waiting);
  scene.root.dataset.lost = "";
  restore(scene);
}
