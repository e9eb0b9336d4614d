// "Leave this page" in the component: by its button, or by Shift pressed three times.

/** Where the exit leads: a page that many people open every day, without a login. */
export const EXIT = "https://www.wikipedia.org/";
const PRESSES = 3;
const WITHIN_MS = 2000;

/** @typedef {{exitTarget: string}} Component */

/** @type {Set<Component>} */
const components = new Set();
/** @type {number[]} */
const presses = [];

/**
 * Leave at once: empty the page, and replace it in the history by another one. In a frame the outer
 * page is left, if the browser allows it; else the frame stays empty.
 *
 * @param {string} target
 */
export function leave(target = EXIT) {
  const meta = document.createElement("meta");
  meta.name = "referrer";
  meta.content = "no-referrer"; // the next page does not learn the address of this one
  // The component forgets its input and result when it is removed from the page.
  document.documentElement.replaceChildren(meta);
  try {
    /** @type {Window} */ (window.top).location.replace(target);
  } catch {
    window.location.replace("about:blank");
  }
}

/** @param {Component} component Its page is left by Shift, to its `exitTarget`. */
export function listenForShift(component) {
  if (components.size === 0) window.addEventListener("keydown", onKeyDown, true);
  components.add(component);
}

/** @param {Component} component */
export function stopListeningForShift(component) {
  components.delete(component);
  if (components.size === 0) window.removeEventListener("keydown", onKeyDown, true);
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  if (event.repeat) return;
  if (event.key !== "Shift") {
    presses.length = 0;
    return;
  }
  presses.push(event.timeStamp);
  if (presses.length < PRESSES) return;
  if (event.timeStamp - Number(presses.shift()) > WITHIN_MS) return;
  // A page with an exit of its own must not leave a second time: that would cancel the first.
  event.stopImmediatePropagation();
  const [first] = components;
  leave(first.exitTarget);
}
