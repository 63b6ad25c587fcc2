// Pictures to take away: PNG from the canvas at twice its size, SVG with every point as a drawing.

import { shape } from "../shared/svg.js";
import { dots } from "./dots.js";
import { draw, picture } from "./paint.js";
import { heading, plan, sheet } from "./sheet.js";

const RATIO = 2; // px of a picture to one of the sheet
const MOST = 150_000; // points in all panels an SVG holds as drawings; of more it holds a picture

/** Make the file and hand it to the browser; `kind` is png or svg. */
export async function download(scene, kind) {
  const made = plan(scene);
  const blob = kind === "png" ? await png(scene, made) : svg(scene, made);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name(scene)}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function name(scene) {
  const { title, noun, coloured } = scene.data;
  const plain = `${title || noun} by ${coloured.label}`.toLocaleLowerCase().normalize("NFKD");
  return plain.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "") || "maps";
}

const text = (element) => new XMLSerializer().serializeToString(element);

function svg(scene, made) {
  const many = scene.points.n * made.cells.length > MOST;
  const points = many ? image(painted(scene, made)) : dots;
  return new Blob([text(sheet(scene, made, points))], { type: "image/svg+xml" });
}

async function png(scene, made) {
  const canvas = new OffscreenCanvas(made.width * RATIO, made.height * RATIO);
  const pen = canvas.getContext("2d");
  pen.fillStyle = scene.theme.card;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(painted(scene, made), 0, 0);
  const over = await rasterised(sheet(scene, made, null));
  pen.drawImage(over, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Words, rings and legend as the browser draws them. */
async function rasterised(element) {
  const url = URL.createObjectURL(new Blob([text(element)], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    return picture;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** All panels' points as the card paints them, on a canvas of their own; the map itself is back before anybody sees. */
function painted(scene, { width, height, cells }) {
  const { canvas } = scene.dom;
  Object.assign(canvas, { width: width * RATIO, height: height * RATIO });
  draw(scene, cells, { ratio: RATIO });
  const copy = document.createElement("canvas");
  Object.assign(copy, { width: canvas.width, height: canvas.height });
  copy.getContext("2d").drawImage(canvas, 0, 0);
  scene.stale = true;
  picture(scene);
  return copy;
}

/** One panel's part of the painted points. */
function image(copy) {
  return (_, { x, y, w, h }) => {
    const part = document.createElement("canvas");
    Object.assign(part, { width: w * RATIO, height: h * RATIO });
    part.getContext("2d").drawImage(copy, -x * RATIO, -y * RATIO);
    return [shape("image", { width: w, height: h, href: part.toDataURL("image/png") })];
  };
}
