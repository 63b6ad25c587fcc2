// The round play button: an outline at rest, filled with a pause glyph while its sound plays.

import { glyph, h } from "./dom.js";

const PLAY = "M1.500.6 9 5 1.500 9.400Z";
const PAUSE = "M1.500 1h2.300v8H1.500zM6.200 1h2.300v8H6.200z";

/** A play button for the sound called `title`, with glyphs `size` px wide. */
export function playButton(title, { size = 8, ...attributes } = {}) {
  const button = h("button.play", { type: "button", ...attributes });
  button.playTitle = title;
  button.append(
    h("span.when-resting", {}, glyph(PLAY, { box: 10, size })),
    h("span.when-playing", {}, glyph(PAUSE, { box: 10, size: size + 1 })),
  );
  showPlaying(button, false);
  return button;
}

/** Draw `button` as playing or at rest. */
export function showPlaying(button, playing) {
  button.classList.toggle("on", playing);
  button.setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${button.playTitle}`);
}
