// Canvases that are sharp on every screen, and the mel spectrogram painted on one.

const PALETTES = { // LOOK: sequential, paper to slate; low, middle, high
  light: [[241, 239, 234], [150, 172, 188], [28, 44, 62]],
  dark: [[32, 32, 36], [58, 92, 118], [240, 232, 214]],
};

/** A cleared 2d context on `canvas`, in CSS px, as wide as it stands in the page. */
export function pen(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return context;
}

/** Paint `image` ({bands, columns, pixels: base64 of uint8 (bands, columns), low band first}) on `canvas`. */
export function paint(canvas, { bands, columns, pixels }, dark) {
  const values = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const colours = ramp(PALETTES[dark ? "dark" : "light"]);
  canvas.width = columns;
  canvas.height = bands;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, bands);
  const target = new Uint32Array(picture.data.buffer);
  for (let band = 0; band < bands; band++) {
    const from = band * columns;
    const to = (bands - 1 - band) * columns; // the lowest band is at the bottom
    for (let i = 0; i < columns; i++) target[to + i] = colours[values[from + i]];
  }
  context.putImageData(picture, 0, 0);
}

function ramp([low, middle, high]) {
  const table = new Uint8ClampedArray(256 * 4);
  for (let value = 0; value < 256; value++) {
    const [a, b, part] = value < 128 ? [low, middle, value / 128] : [middle, high, (value - 128) / 127];
    for (let i = 0; i < 3; i++) table[value * 4 + i] = a[i] + (b[i] - a[i]) * part;
    table[value * 4 + 3] = 255;
  }
  return new Uint32Array(table.buffer);
}
