// One WebGL canvas for all panels: buffers, a viewport per panel, and a context that may be lost.

import { FRAGMENT, LAYER, VERTEX } from "./shaders.js";

const ATTRIBUTES = ["before", "after", "kind", "chosen"];
const INDICES = ["order", "lit"];
const UNIFORMS = ["progress", "view", "sizes", "palette", "card", "hollow", "fallen", "choosing", "layer"];
const ALWAYS = 50_000; // lit points up to which all are drawn, even while things move

/** A renderer on `canvas`, or null where the browser has no WebGL2. `onRestored` runs when a lost context is back. */
export function createRenderer(canvas, { onLost, onRestored }) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
  if (!gl || gl.isContextLost()) return null;
  const renderer = { gl, canvas, lit: 0, choosing: false, ...build(gl) };
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault(); // asks the browser to bring it back
    onLost(renderer);
  });
  canvas.addEventListener("webglcontextrestored", () => {
    Object.assign(renderer, build(gl));
    onRestored(renderer);
  });
  return renderer;
}

function build(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  ATTRIBUTES.forEach((name, at) => gl.bindAttribLocation(program, at, name));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(gl.getProgramInfoLog(program));
  }
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  const buffers = Object.fromEntries([...ATTRIBUTES, ...INDICES].map((name) => [name, gl.createBuffer()]));
  ATTRIBUTES.forEach((_, index) => gl.enableVertexAttribArray(index));
  return { at, buffers, palette: gl.createTexture(), gliding: false, rows: 1 };
}

function fill({ gl, buffers }, name, values) {
  const target = INDICES.includes(name) ? gl.ELEMENT_ARRAY_BUFFER : gl.ARRAY_BUFFER;
  gl.bindBuffer(target, buffers[name]);
  gl.bufferData(target, values, gl.STATIC_DRAW);
}

/** Give the card the places, and the order to draw them in; `before` is where they glide from. */
export function uploadPoints(renderer, points, order, before = null) {
  fill(renderer, "after", points.all);
  fill(renderer, "order", order);
  if (before || renderer.gliding) fill(renderer, "before", before?.all ?? new Uint16Array());
  renderer.gliding = Boolean(before);
}

/** Once points have arrived, where they came from takes no room. */
export function arrived(renderer) {
  fill(renderer, "before", new Uint16Array());
  renderer.gliding = false;
}

/** Give it what colours the points: one row of bytes for all panels, or one per panel. */
export function uploadColours(renderer, colours) {
  fill(renderer, "kind", colours.all);
  renderer.rows = colours.rows;
}

/** Give it what is selected: `chosen` (n) of 0 and 1, and the rows of ones in the order they are drawn. */
export function uploadChosen(renderer, chosen, lit, choosing) {
  fill(renderer, "chosen", chosen);
  fill(renderer, "lit", lit);
  Object.assign(renderer, { lit: lit.length, choosing });
}

/** Give it 256 colours with their modes, four bytes each. */
export function uploadPalette({ gl, palette }, texels) {
  gl.bindTexture(gl.TEXTURE_2D, palette);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

/** Draw every frame {panel, box: [left, bottom, width, height] device px, view, hollow}: the last `some` of n points.
 *  `look`: sizes [plain, lit, edge] device px, card [r, g, b], progress of the glide, fallen: what is left of the dim;
 *  parted: does the legend dim anything. */
export function paint(renderer, { frames, n, some, ...look }) {
  const { gl, at } = renderer;
  gl.disable(gl.SCISSOR_TEST);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.enable(gl.SCISSOR_TEST);
  gl.uniform1f(at.progress, look.progress);
  gl.uniform1f(at.fallen, look.fallen);
  gl.uniform1i(at.choosing, renderer.choosing ? 1 : 0);
  gl.uniform3f(at.sizes, ...look.sizes);
  gl.uniform3f(at.card, ...look.card);
  const layers = look.parted || renderer.choosing ? [LAYER.back, LAYER.front] : [LAYER.front];
  for (const frame of frames) {
    gl.viewport(...frame.box);
    gl.scissor(...frame.box);
    gl.uniform4f(at.view, ...frame.view);
    gl.uniform1f(at.hollow, frame.hollow);
    bind(renderer, frame.panel, n);
    for (const layer of layers) draw(renderer, layer, n, some);
  }
}

function draw({ gl, at, buffers, choosing, lit }, layer, n, some) {
  const few = choosing && layer === LAYER.front; // only these may be in front
  const all = few ? lit : n;
  const part = few && lit <= ALWAYS ? lit : Math.min(all, Math.ceil((all * some) / Math.max(1, n)));
  gl.uniform1i(at.layer, layer);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, few ? buffers.lit : buffers.order);
  if (part) gl.drawElements(gl.POINTS, part, gl.UNSIGNED_INT, (all - part) * 4);
}

function bind({ gl, buffers, gliding, rows }, panel, n) {
  ATTRIBUTES.forEach((name, index) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name === "before" && !gliding ? "after" : name]);
    if (index < 2) gl.vertexAttribPointer(index, 2, gl.UNSIGNED_SHORT, true, 0, panel * n * 4);
    else gl.vertexAttribPointer(index, 1, gl.UNSIGNED_BYTE, false, 0, name === "kind" && rows > 1 ? panel * n : 0);
  });
}

/** Give the context back: a browser keeps only about sixteen. */
export function dispose({ gl }) {
  gl.getExtension("WEBGL_lose_context")?.loseContext();
}
