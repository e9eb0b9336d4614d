/**
 * Hours in OpenStreetMap's syntax as lines such as `Monday – Friday: 09:00 – 17:00`, and whether
 * the centre is closed on public holidays. There are no lines if the hours are not the same every
 * week.
 *
 * @param {string} expression
 * @param {WeekWords} words
 */
export function weeklyHours(expression: string, words: WeekWords): {
    lines: string[];
    isClosedOnHolidays: boolean;
};
/**
 * Days from 0 (Monday).
 */
export type WeeklyRule = {
    days: number[];
    times: string[][];
};
import type { WeekWords } from "./types.js";
