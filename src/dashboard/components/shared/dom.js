// Building elements without ever parsing a string as HTML: a title with markup in it stays text.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `names` ("td.play.right") is its tag and classes; attributes that are null or false are left out. */
export function h(names, attributes = {}, ...children) {
  const [tag, ...classes] = names.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== false && child !== ""));
  return element;
}

/** A glyph of one path in currentColor: filled, or drawn with a line of `stroke` where given. */
export function glyph(path, { box, size, stroke = 0 }) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  const drawn = { fill: "none", stroke: "currentColor", "stroke-width": stroke, "stroke-linecap": "round", "stroke-linejoin": "round" };
  const facts = { viewBox: `0 0 ${box} ${box}`, width: size, height: size, "aria-hidden": "true" };
  for (const [name, value] of Object.entries(facts)) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries(stroke ? drawn : { fill: "currentColor" })) line.setAttribute(name, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
