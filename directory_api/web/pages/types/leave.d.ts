/**
 * Leave at once: empty the page, and replace it in the history by another one. In a frame the outer
 * page is left, if the browser allows it; else the frame stays empty.
 *
 * @param {string} target
 */
export function leave(target?: string): void;
/** @param {Component} component Its page is left by Shift, to its `exitTarget`. */
export function listenForShift(component: Component): void;
/** @param {Component} component */
export function stopListeningForShift(component: Component): void;
/** Where the exit leads: a page that many people open every day, without a login. */
export const EXIT: "https://www.wikipedia.org/";
export type Component = {
    exitTarget: string;
};
