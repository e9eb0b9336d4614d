// Enhances a page: keeps one entry in the browser's history for all searches, so that Back after
// "Leave this page" shows none of them; shows the print button; and loads the component, which
// searches on the device.

import { enhance } from "./enhance.js";
import { submitInPlace } from "./submit.js";

/** Enhance the page, now and after each answer in place. */
function onReady() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-print]")
  )) {
    button.hidden = false;
  }
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-component]"));
  // Without the component, the form remains and works.
  if (place) enhance(place).catch(() => place.remove());
}

/**
 * A static site ignores Accept-Language, so the language is chosen here.
 *
 * @param {DOMStringMap} options Of the page: the `languages` it has, and the address of a `page`,
 *   with * for the language.
 */
function chooseLanguage({ languages, page }) {
  const offered = languages?.split(" ") ?? [];
  const primary = (/** @type {string} */ tag) => tag.split("-")[0];
  const [preferred] = navigator.languages.flatMap((tag) =>
    offered.filter((other) => primary(other) === primary(tag)),
  );
  if (page && preferred && preferred !== document.documentElement.lang) {
    location.replace(page.replace("*", preferred) + location.search);
  }
}

document.addEventListener("submit", (event) => submitInPlace(event, onReady));

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-replace]"));
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    location.replace(link.href);
  }
  if (event.target.closest("[data-print]")) window.print();
});

chooseLanguage(/** @type {HTMLElement} */ (document.querySelector("main")).dataset);
onReady();
