// What stands in a cell: a word with its class swatch, a backbone's mark, a badge, a flag.

import { glyph, h } from "./dom.js";
import { mark } from "./marks.js";
import { pick } from "./theme.js";

const FLAG = "M5 21V4h13l-3 4.500 3 4.500H5";

/** The <span> of one `Cell` of players.py. */
export function cell({ text, colours, hollow, strong, muted, badge, flag, mark: sign }, dark) {
  const classes = ["span", "cell", strong && "strong", (muted || hollow) && "muted"].filter(Boolean).join(".");
  return h(
    classes,
    {},
    sign && backbone(sign, dark, 12),
    colours && swatch(colours, hollow, dark),
    h("span.word", { title: text }, text ?? ""),
    badge && h("span.badge", {}, badge),
    flag && h("span.flag", { role: "img", "aria-label": flag, title: flag }, glyph(FLAG, { box: 24, size: 13, stroke: 1.7 })),
  );
}

/** A backbone's mark, hollow where it is untrained. */
export function backbone({ shape, colours, untrained }, dark, size) {
  return mark(shape, { size, colour: pick(colours, dark), hollow: untrained });
}

function swatch(colours, hollow, dark) {
  const element = h("span.swatch", { "aria-hidden": "true" });
  const colour = pick(colours, dark);
  if (hollow) element.style.boxShadow = `inset 0 0 0 2px ${colour}`;
  else element.style.background = colour;
  return element;
}
