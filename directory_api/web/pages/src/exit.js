// "Leave this page": clears the page at once and replaces it with a neutral one, so that Back does
// not return. Shift pressed three times does the same. Without this script the link still works.
// Nothing is counted or stored.

const PRESSES = 3;
const WITHIN_MS = 2000;
/** @type {number[]} */
let presses = [];
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
// submit.js replaces the body.
document.documentElement.classList.add("keyboard");

/** @param {string} address */
function leave(address) {
  target = address;
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll("input, select, textarea")
  );
  for (const field of fields) field.value = "";
  document.title = "\u00a0";
  document.documentElement.replaceChildren();
  go(address);
}

/** @param {string} address */
function go(address) {
  try {
    // In a frame, leave the page around it: browsers allow this after a tap or a key press.
    /** @type {Window} */ (window.top).location.replace(address);
  } catch {
    // The sandbox lacks allow-top-navigation: empty the frame at least.
    window.location.replace("about:blank");
  }
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-exit]"));
  if (!link) return;
  event.preventDefault();
  leave(link.href);
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    presses = [];
    return;
  }
  if (event.repeat) return;
  const now = event.timeStamp;
  presses = [...presses, now].filter((moment) => now - moment < WITHIN_MS);
  if (presses.length < PRESSES) return;
  const address = readLink();
  if (address) leave(address);
}, true);

// Says to a screen reader how many presses are missing. After the key is released, so that the
// exit is not delayed and capital letters are not announced.
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;
document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || presses.length === 0) return;
  const status = document.querySelector("[data-presses]");
  const missing = PRESSES - presses.length;
  const words = /** @type {HTMLTemplateElement | null} */ (
    document.querySelector(`[data-presses-left="${missing}"]`)
  );
  if (!status || !words) return;
  status.replaceChildren(words.content.cloneNode(true));
  clearTimeout(silence);
  silence = setTimeout(() => status.replaceChildren(), WITHIN_MS);
}, true);

// Some browsers restore a page from a cache on Back; leave it again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && target) go(target);
});

export {};
