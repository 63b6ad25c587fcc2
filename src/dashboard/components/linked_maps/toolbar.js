// The buttons above the maps: what drawing does, what is done to the selection, zoom, sound, pictures to take away.

import { h } from "../shared/dom.js";
import { loudness, setLoudness } from "../shared/sound.js";
import { download } from "./export.js";
import { icon } from "./icons.js";
import { zoom } from "./keys.js";

const TOOLS = { lasso: "Draw around points", box: "Draw a box", pan: "Move the map" };

/** Fill the bar once; afterwards `scene.tools()` shows what may be pressed now. */
export function createToolbar(scene) {
  const active = () => scene.dom.cells[scene.active];
  const act = (name, title, run) => button(name, title, () => scene.points && scene.colours && run());
  const tools = Object.entries(TOOLS).map(([name, title]) => act(name, title, () => ((scene.tool = name), scene.tools())));
  const strokes = [
    act("add", "What is drawn joins the selection (ctrl)", () => stroking(scene, "add")),
    act("remove", "What is drawn leaves the selection (alt)", () => stroking(scene, "remove")),
  ];
  const changes = [
    act("invert", "Invert the selection (I)", () => scene.selection.invert()),
    act("grow", "Grow the selection to its neighbours on this map (G)", () => scene.selection.grow()),
    act("undo", "Undo (ctrl Z)", () => scene.selection.undo()),
    act("clear", "Clear the selection (Esc)", () => scene.selection.clear()),
  ];
  const zooms = [
    act("closer", "Zoom in (+)", () => zoom(scene, active(), 1.5)),
    act("farther", "Zoom out (-)", () => zoom(scene, active(), 1 / 1.5)),
    act("reset", "Show all (0, or double click)", () => scene.reset(active())),
  ];
  const own = act("own", "", () => scene.listening.marker());
  const sound = [own, button("mel", "Spectrogram of the clip pointed at (S)", () => scene.spectrogram()), ...volume()];
  const files = ["PNG", "SVG"].map((kind) => save(scene, kind));
  scene.dom.bar.replaceChildren(...[tools, strokes, changes, zooms, sound, files].map((group) => h("div.group", {}, ...group)));
  scene.tools = () => refresh(scene);
}

function button(name, title, run) {
  const made = h("button", { type: "button", title: title || null, "aria-label": title || null, "data-tool": name }, icon(name, 18));
  made.onclick = run;
  return made;
}

/** Pressed once more, what is drawn starts a selection of its own again. */
function stroking(scene, mode) {
  scene.stroking = scene.stroking === mode ? "new" : mode;
  scene.tools();
}

function volume() {
  const mute = button("loud", "", () => setLoudness({ ...loudness(), muted: !loudness().muted }) || show());
  const level = h("input.level", { type: "range", min: 0, max: 1, step: 0.05, "aria-label": "Volume", title: "Volume" });
  level.oninput = () => (setLoudness({ level: Number(level.value), muted: false }), show());
  const show = () => {
    const now = loudness();
    const says = now.muted ? "Sound on" : "Sound off";
    mute.replaceChildren(icon(now.muted ? "mute" : "loud", 18));
    for (const name of ["title", "aria-label"]) mute.setAttribute(name, says);
    mute.setAttribute("aria-pressed", String(now.muted));
    level.value = now.muted ? 0 : now.level;
  };
  show();
  return [mute, level];
}

function save(scene, kind) {
  const title = `Save the maps as ${kind}`;
  const made = h("button.words", { type: "button", title, "aria-label": title, "data-tool": kind.toLowerCase() }, icon("save"), kind);
  made.onclick = () => scene.points && scene.colours && download(scene, kind.toLowerCase());
  return made;
}

function refresh(scene) {
  const { dom, data, selection, total } = scene;
  const of = (name) => dom.bar.querySelector(`[data-tool="${name}"]`);
  const press = (name, on) => of(name).setAttribute("aria-pressed", String(on));
  for (const name of Object.keys(TOOLS)) press(name, scene.tool === name);
  for (const name of ["add", "remove"]) press(name, scene.stroking === name);
  press("mel", scene.mel);
  of("grow").hidden = !data.canGrow;
  of("grow").disabled = !total;
  of("undo").disabled = !selection.undoable;
  of("clear").disabled = !selection.ops.length;
  of("own").hidden = !data.marker;
  const says = data.marker ? `Play ${data.marker.title} (M)` : "";
  for (const name of ["title", "aria-label"]) of("own").setAttribute(name, says);
}
