/**
 * The custom properties for an accent: the colour, text on it, and links that can be read on light
 * and on dark.
 *
 * @param {Rgb} accent
 * @returns {Record<string, string>}
 */
export function accentProperties(accent: Rgb): Record<string, string>;
/**
 * The contrast of two colours, from 1 to 21.
 *
 * @param {Rgb} colour
 * @param {Rgb} other
 */
export function contrast(colour: Rgb, other: Rgb): number;
/**
 * A colour, mixed with another until it can be read on a background.
 *
 * @param {Rgb} colour
 * @param {Rgb} background
 * @param {Rgb} target
 * @returns {Rgb}
 */
export function readable(colour: Rgb, background: Rgb, target: Rgb): Rgb;
/**
 * Red, green and blue, from 0 to 255.
 */
export type Rgb = number[];
