// The marks backbones wear: one path per name, drawn in a square of 16.

const PATHS = {
  circle: "M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6Z",
  diamond: "M8 .8 15.2 8 8 15.2.8 8Z",
  square: "M2.2 2.2h11.6v11.6H2.2Z",
  "triangle-up": "M8 1.4 15.2 14.2H.8Z",
  "triangle-down": "M8 14.6.8 1.8h14.4Z",
  plus: "M5.7 1.2h4.6v4.5h4.5v4.6h-4.5v4.5H5.7v-4.5H1.2V5.7h4.5Z",
  star: "M8 .6l2.2 5 5.4.5-4.1 3.6 1.2 5.3L8 12.2 3.3 15l1.2-5.3L.4 6.1l5.4-.5Z",
};
const HOLLOW_WIDTH = 1.9; // of 16, then shrunk so that stroke and all fit the square of the solid mark
const SVG = "http://www.w3.org/2000/svg";

/** An <svg> of the mark `name`, `size` px wide; hollow is the sign of an untrained backbone. */
export function mark(name, { size = 13, colour, hollow = false }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.circle);
  path.setAttribute("stroke-linejoin", "round");
  path.setAttribute("fill", hollow ? "none" : colour);
  if (hollow) {
    path.setAttribute("stroke", colour);
    path.setAttribute("stroke-width", HOLLOW_WIDTH);
    path.setAttribute("transform", "translate(1.3 1.3) scale(.8375)");
  }
  svg.append(path);
  return svg;
}
