/**
 * A drawing to take along: shown as it is, saved as SVG, or as PNG at twice its size.
 *
 * data: {svg, name, title, ground}: a whole SVG document, the file's name without its ending, what a screen
 * reader hears, and the colour of the paper it lies on.
 */

import { applyTheme } from "../shared/theme.js";
import { h } from "../shared/dom.js";

const RATIO = 2; // px of the PNG to one of the drawing

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".q-root");
  applyTheme(root);
  const image = h("img", { src: address(data), alt: data.title });
  image.style.background = data.ground;
  const files = ["SVG", "PNG"].map((kind) => button(kind, data));
  root.replaceChildren(image, h("div.files", {}, ...files));
  root.dataset.ready = "true";
  return () => root.replaceChildren();
}

function button(kind, data) {
  const title = `Save the figure as ${kind}`;
  const made = h("button", { type: "button", title, "aria-label": title, "data-file": kind.toLowerCase() }, `Save as ${kind}`);
  made.onclick = async () => hand(await (kind === "PNG" ? png(data) : svg(data)), `${data.name}.${kind.toLowerCase()}`);
  return made;
}

const svg = ({ svg: text }) => new Blob([text], { type: "image/svg+xml" });

const address = ({ svg: text }) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;

async function png(data) {
  const image = new Image();
  image.src = address(data);
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth * RATIO, image.naturalHeight * RATIO);
  const pen = canvas.getContext("2d");
  pen.fillStyle = data.ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

function hand(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
