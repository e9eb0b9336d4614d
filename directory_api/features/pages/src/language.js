// In the head of a page of a static site, which ignores Accept-Language: the page in the visitor's
// language takes the place of this one before anything is painted, so that no number moves.

// If it does not come, this one is shown, with its numbers.
const WAIT_MS = 6000;

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const { languages = "", page = "" } = script.dataset;
const offered = languages.split(" ");
const primary = (/** @type {string} */ tag) => tag.split("-")[0];
const [tag] = navigator.languages.flatMap((wanted) =>
  offered.filter((other) => primary(other) === primary(wanted)),
);
const root = document.documentElement;

/** @param {string} address */
async function openInstead(address) {
  const controller = new AbortController();
  root.hidden = true;
  setTimeout(() => {
    controller.abort();
    root.hidden = false;
  }, WAIT_MS);
  try {
    // Chromium paints nothing more of a page that is being left, so it is not left for a page that
    // may not come. A sandboxed frame may not ask.
    const { ok } = self.origin === "null" ? { ok: true } : await fetch(address, controller);
    if (!ok) throw new Error("no such page");
    location.replace(address);
  } catch {
    root.hidden = false;
  }
}

if (tag && tag !== root.lang) openInstead(page.replace("*", tag) + location.search);
