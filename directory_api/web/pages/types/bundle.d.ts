/**
 * Unpack the postcodes and outlines of a bundle. Throws if it has another format.
 *
 * @param {BundleRecord} record
 * @returns {Bundle}
 */
export function readBundle(record: BundleRecord): Bundle;
/**
 * A postcode in capitals, without spaces and hyphens: the key of `places`.
 *
 * @param {string} code
 */
export function normalizeCode(code: string): string;
import type { BundleRecord } from "./types.js";
import type { Bundle } from "./types.js";
