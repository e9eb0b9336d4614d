// The exit of our own pages: their link "Leave this page", or Shift pressed three times. Without
// this script the link still works. Nothing is counted or stored.

import { leave, replace } from "./leave.js";
import { announce, isThirdShift, missingPresses } from "./shift.js";

/** @type {string | null} */
let target = null;
/** @type {string | null} */
let linkTarget = null; // kept in case the page loses the link

function readLink() {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-exit]"));
  linkTarget = link?.href ?? linkTarget;
  return linkTarget;
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", readLink);
else readLink();
// The page mentions the keys only if this script runs. The class is on the root element, because
// page.js replaces the body.
document.documentElement.classList.add("keyboard");

/** @param {string} address */
function leaveFor(address) {
  target = address;
  window.speechSynthesis?.cancel(); // what is read aloud (aloud.js)
  leave(address);
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-exit]"));
  if (!link) return;
  event.preventDefault();
  leaveFor(link.href);
}, true);

document.addEventListener("keydown", (event) => {
  if (!isThirdShift(event)) return;
  const address = readLink();
  if (address) leaveFor(address);
}, true);

document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift") return;
  const words = /** @type {HTMLTemplateElement | null} */ (
    document.querySelector(`[data-presses-left="${missingPresses()}"]`)
  );
  if (words) announce(document.querySelector("[data-presses]"), words.content.cloneNode(true));
}, true);

// Some browsers restore a page from a cache on Back; leave it again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && target) replace(target);
});
