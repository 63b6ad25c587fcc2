// Light or dark, and the colours of each: the browser's half of the look.

const TOKENS = {
  page: ["#faf9f7", "#121214"],
  card: ["#ffffff", "#19191c"],
  sunk: ["#f1efea", "#202024"],
  chosen: ["#e5e2db", "#1f1f23"],
  line: ["#e5e2db", "#29292e"],
  strong: ["#d3cfc6", "#3b3b42"],
  ink: ["#1c1b19", "#f4f2ee"],
  text: ["#34322e", "#d6d3cd"],
  mute: ["#625e57", "#a6a39c"],
  faint: ["#706b61", "#8b8883"],
  action: ["#1c1b19", "#f0ede7"],
  "on-action": ["#ffffff", "#141416"],
  amber: ["#8a5a00", "#f0bd58"],
  "amber-ground": ["#fdf3dc", "#2b2314"],
  "amber-edge": ["#ecd69f", "#54431f"],
  good: ["#24734a", "#5cc28d"],
  bad: ["#b3261e", "#ff8a80"],
  wave: ["#cfcac0", "#3d3d44"],
  played: ["#34322e", "#e4e1da"],
  hatch: ["rgb(28 27 25 / 16%)", "rgb(244 242 238 / 17%)"],
};

/** [r, g, b], each 0 to 1, of any CSS colour the browser understands; null for none. */
export function rgb(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
  return a === 0 ? null : [r / 255, g / 255, b / 255];
}

/** Is the page dark? Told by the luminance of Streamlit's own ground, which follows the visitor's choice. */
export function isDark(element) {
  const ground = rgb(getComputedStyle(element).getPropertyValue("--st-background-color").trim() || "#fff");
  return ground !== null && 0.2126 * ground[0] + 0.7152 * ground[1] + 0.0722 * ground[2] < 0.4;
}

/** The tokens of one theme, by name. */
export function tokens(dark) {
  return Object.fromEntries(Object.entries(TOKENS).map(([name, pair]) => [name, pair[dark ? 1 : 0]]));
}

/** Write the tokens on `root` as --q-<name> and its theme as data-theme; returns {dark, ...tokens}. */
export function applyTheme(root) {
  const dark = isDark(root);
  const chosen = tokens(dark);
  for (const [name, value] of Object.entries(chosen)) root.style.setProperty(`--q-${name}`, value);
  root.dataset.theme = dark ? "dark" : "light";
  root.style.colorScheme = root.dataset.theme;
  return { dark, ...chosen };
}

/** The one of a [light, dark] pair that fits. */
export const pick = (pair, dark) => pair[dark ? 1 : 0];

/** Has the visitor asked for less motion? */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
