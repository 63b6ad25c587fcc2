// Hearing a clip: after a moment's hover or at a click, through the app's one sound.

import { pause, play, release, state, subscribe, toggle } from "../shared/sound.js";
import { sounding } from "./tooltip.js";

const DELAY = 120; // ms a pointer must rest on a clip
const LINGER = 250; // ms a clip sounds on after the pointer left it

/** What the scene does with sound: `hovered` after every move of the pointer, `pressed` at a click or Enter. */
export function createListening(scene) {
  const ear = { scene, timer: 0, waits: -1, byHover: null };
  const end = subscribe(() => sounding(scene));
  return {
    hovered: (row) => hovered(ear, row),
    pressed: (row) => pressed(ear, row),
    playing: (row) => row >= 0 && state().playing && state().id === scene.data.points[row]?.id,
    close() {
      clearTimeout(ear.timer);
      end();
      release(scene.root);
    },
  };
}

function clip({ scene }, row) {
  const found = scene.data.points[row];
  return found?.url ? { id: found.id, url: found.url, start: found.start, end: found.end, owner: scene.root } : null;
}

function hovered(ear, row) {
  if (row === ear.waits) return;
  ear.waits = row;
  clearTimeout(ear.timer);
  const sound = clip(ear, row);
  if (ear.scene.data.listen === "hover" && sound) {
    ear.timer = setTimeout(() => {
      ear.byHover = sound.id;
      if (!(state().playing && state().id === sound.id)) play({ ...sound, at: 0 });
    }, DELAY);
  } else if (ear.byHover) {
    ear.timer = setTimeout(() => quiet(ear), LINGER);
  }
}

/** Only what the hover started stops with it. */
function quiet(ear) {
  if (state().id === ear.byHover) pause();
  ear.byHover = null;
}

function pressed(ear, row) {
  const sound = clip(ear, row);
  if (!sound || ear.scene.data.listen === "off") return;
  clearTimeout(ear.timer);
  const held = ear.byHover === sound.id && state().playing;
  ear.byHover = null; // from now on it sounds until it is pressed again
  if (!held) toggle(sound);
}
