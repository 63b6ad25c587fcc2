// One WebGL canvas for all panels: buffers, a viewport per panel, and a context that may be lost.

import { FRAGMENT, STATE, VERTEX } from "./shaders.js";

const ATTRIBUTES = ["before", "after", "kind", "state"];
const UNIFORMS = ["progress", "view", "sizes", "palette", "card", "hollow", "fallen"];

/** A renderer on `canvas`, or null where the browser has no WebGL2. `onRestored` runs when a lost context is back. */
export function createRenderer(canvas, { onLost, onRestored }) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
  if (!gl) return null;
  const renderer = { gl, canvas, ...build(gl) };
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault(); // asks the browser to bring it back
    onLost();
  });
  canvas.addEventListener("webglcontextrestored", () => {
    Object.assign(renderer, build(gl));
    onRestored();
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
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1); // rows of three bytes
  const at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  const buffers = Object.fromEntries([...ATTRIBUTES, "order"].map((name) => [name, gl.createBuffer()]));
  ATTRIBUTES.forEach((_, index) => gl.enableVertexAttribArray(index));
  return { at, buffers, palette: gl.createTexture() };
}

function fill({ gl, buffers }, name, values) {
  const target = name === "order" ? gl.ELEMENT_ARRAY_BUFFER : gl.ARRAY_BUFFER;
  gl.bindBuffer(target, buffers[name]);
  gl.bufferData(target, values, gl.STATIC_DRAW);
}

/** Give the card the points; `before` is where they glide from. */
export function uploadPoints(renderer, points, before) {
  fill(renderer, "before", (before ?? points).all);
  fill(renderer, "after", points.all);
  fill(renderer, "kind", points.classes);
}

/** Give it what is lit: `state` (n) of STATE, drawn in `order` with the lit last, so on top. */
export function uploadState(renderer, state, order) {
  const sorted = new Uint32Array(order.length);
  let [low, high] = [0, order.length];
  for (let i = order.length - 1; i >= 0; i--) if (state[order[i]] === STATE.lit) sorted[--high] = order[i];
  for (const row of order) if (state[row] !== STATE.lit) sorted[low++] = row;
  fill(renderer, "state", state);
  fill(renderer, "order", sorted);
}

/** Give it the classes' colours ([r, g, b] 0 to 1 each) for the theme; what has no class takes `rest`. */
export function uploadPalette({ gl, palette }, colours, rest) {
  const texels = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) texels.set((colours[i] ?? rest).map((v) => Math.round(v * 255)), i * 3);
  gl.bindTexture(gl.TEXTURE_2D, palette);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, texels);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

/** Draw every frame {panel, box: [left, bottom, width, height] device px, view, hollow}: the last `some` of n points.
 *  `look`: sizes [plain, lit, edge] device px, card [r, g, b], progress of the glide, fallen: what is left of the dim. */
export function paint(renderer, { frames, n, some, ...look }) {
  const { gl, at } = renderer;
  gl.disable(gl.SCISSOR_TEST);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.enable(gl.SCISSOR_TEST);
  gl.uniform1f(at.progress, look.progress);
  gl.uniform1f(at.fallen, look.fallen);
  gl.uniform3f(at.sizes, ...look.sizes);
  gl.uniform3f(at.card, ...look.card);
  for (const frame of frames) {
    gl.viewport(...frame.box);
    gl.scissor(...frame.box);
    gl.uniform4f(at.view, ...frame.view);
    gl.uniform1f(at.hollow, frame.hollow);
    point(renderer, frame.panel, n);
    gl.drawElements(gl.POINTS, some, gl.UNSIGNED_INT, (n - some) * 4);
  }
}

function point({ gl, buffers }, panel, n) {
  ATTRIBUTES.forEach((name, index) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    if (index < 2) gl.vertexAttribPointer(index, 2, gl.UNSIGNED_SHORT, true, 0, panel * n * 4);
    else gl.vertexAttribPointer(index, 1, gl.UNSIGNED_BYTE, false, 0, 0);
  });
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order);
}

/** Give the context back: a browser keeps only about sixteen. */
export function dispose({ gl }) {
  gl.getExtension("WEBGL_lose_context")?.loseContext();
}
