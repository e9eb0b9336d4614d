// On a static site, which ignores Accept-Language: the few languages in sight are those that the
// device asks for, as on a server (finder.py). It is in the page, so that it runs before they are
// painted, and in page.js, for a page that takes the place of this one.

const primary = (/** @type {string} */ tag) => tag.split("-")[0];

/** @param {Document} page */
export function showLikely(page) {
  const nav = /** @type {HTMLElement | null} */ (page.querySelector("[data-unsorted]"));
  if (!nav) return;
  const list = /** @type {HTMLElement} */ (nav.querySelector("ul"));
  /** @type {NodeListOf<HTMLElement>} */
  const links = nav.querySelectorAll("details a");
  const offered = [...links].map(({ lang }) => lang);
  const asked = navigator.languages.flatMap((wanted) =>
    offered.filter((tag) => primary(tag) === primary(wanted)),
  );
  const shown = [...list.children].map((item) => /** @type {HTMLElement} */ (item.firstChild).lang);
  const tags = [...new Set([shown[0], ...asked, ...shown])].slice(0, shown.length);
  const items = tags.map((tag) => links[offered.indexOf(tag)].closest("li")?.cloneNode(true));
  list.replaceChildren(.../** @type {Node[]} */ (items));
  nav.removeAttribute("data-unsorted");
}

// page.js, a module, may run before the list is there.
if (document.currentScript) showLikely(document);
