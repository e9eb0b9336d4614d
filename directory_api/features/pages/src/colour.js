// Contrast of the partner's accent colour (WCAG 2.2).

/** @typedef {number[]} Rgb Red, green and blue, from 0 to 255. */

/** @type {Rgb[]} */
const [WHITE, BLACK, LIGHT_BACKGROUND, DARK_BACKGROUND] = [
  [255, 255, 255],
  [0, 0, 0],
  [244, 246, 248],
  [32, 38, 46],
];
const ENOUGH = 4.5;
const WEIGHTS = [0.2126, 0.7152, 0.0722];

/**
 * The custom properties for an accent: the colour, text on it, and links that can be read on light
 * and on dark.
 *
 * @param {Rgb} accent
 * @returns {Record<string, string>}
 */
export function accentProperties(accent) {
  const light = css(readable(accent, LIGHT_BACKGROUND, BLACK));
  const dark = css(readable(accent, DARK_BACKGROUND, WHITE));
  return {
    "--main": css(accent),
    // One of the two always has enough contrast.
    "--main-ink": css(contrast(accent, WHITE) >= ENOUGH ? WHITE : BLACK),
    "--link": `light-dark(${light}, ${dark})`,
  };
}

/** @param {Rgb} rgb */
const css = (rgb) => `rgb(${rgb.join(" ")})`;

/**
 * The contrast of two colours, from 1 to 21.
 *
 * @param {Rgb} colour
 * @param {Rgb} other
 */
export function contrast(colour, other) {
  const [low, high] = [luminance(colour), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** @param {Rgb} colour */
function luminance(colour) {
  return colour
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * WEIGHTS[index], 0);
}

/**
 * A colour, mixed with another until it can be read on a background.
 *
 * @param {Rgb} colour
 * @param {Rgb} background
 * @param {Rgb} target
 * @returns {Rgb}
 */
export function readable(colour, background, target) {
  let mix = colour;
  for (let part = 0.05; contrast(mix, background) < ENOUGH && part <= 1; part += 0.05) {
    mix = colour.map((value, index) => Math.round(value + (target[index] - value) * part));
  }
  return mix;
}
