// Shapes by name, for drawings made of several: glyphs of one path are dom.js's.

/** An SVG element with attributes and, for words, its text. */
export function shape(tag, attributes = {}, text = null) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text != null) made.textContent = text;
  return made;
}
