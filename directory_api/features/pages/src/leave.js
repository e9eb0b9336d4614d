// "Leave this page": at once, and so that Back does not return.

/** Where the exit of the component leads: a page that many people open every day. */
export const EXIT = "https://www.wikipedia.org/";

/**
 * Leave at once: empty the page, and replace it in the history by another one, which does not learn
 * where the visitor came from. In a frame the outer page is left, if the browser allows it; else
 * the frame stays empty.
 *
 * @param {string} target
 */
export function leave(target = EXIT) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll("input, select, textarea")
  );
  for (const field of fields) field.value = "";
  document.title = "\u00a0";
  const meta = document.createElement("meta");
  meta.name = "referrer";
  meta.content = "no-referrer";
  // A component forgets its input and result when it is removed from the page.
  document.documentElement.replaceChildren(meta);
  replace(target);
}

/** @param {string} address Opened in place of the page, and in a frame of the page around it. */
export function replace(address) {
  try {
    // Browsers allow this after a tap or a key press.
    /** @type {Window} */ (window.top).location.replace(address);
  } catch {
    // The sandbox lacks allow-top-navigation: empty the frame at least.
    window.location.replace("about:blank");
  }
}
