// All waiting of the page and the component: what can be tapped while something is on its way stays
// where it is when it comes, at any moment. A search that waits for files or for the position has a
// place and a number to call (WaitingFinder); before everything is replaced, nothing can be tapped
// (hold).

/**
 * @import { Refusal } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Again, Owner } from "./finder.js"
 */

import { createText, showAtTop } from "./dom.js";
import { Finder } from "./finder.js";
import { dialText } from "./markup.js";

const SLOW_MS = 6000;
export const FINGER_MS = 300; // a finger that is on its way needs less

/**
 * Let nothing in some parts of the page be tapped until what will replace them is there. If it is
 * slow, they can be tapped again, but not right before it comes.
 *
 * @template Result
 * @param {Promise<Result>} coming
 * @param {HTMLElement[]} parts
 * @param {(() => void) | null} [show] Null if they can be replaced; else called if it is slow, when
 *   nothing is shown yet that would be.
 */
export async function hold(coming, parts, show = null) {
  /** @param {boolean} isHeld */
  const keep = (isHeld) => {
    for (const part of parts) part.inert = isHeld;
  };
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    keep(false);
    show?.();
  }, SLOW_MS);
  keep(!show);
  await coming.catch(() => {});
  clearTimeout(timer);
  if (isSlow) {
    keep(true);
    await new Promise((done) => setTimeout(done, FINGER_MS));
  }
  keep(false);
  return coming;
}

export class WaitingFinder extends Finder {
  /** @type {(() => void) | null} While it waits: shows the form as it was before. */
  #restore = null;
  /** @type {HTMLElement | null} The number to call, from the first wait on. */
  #dial = null;

  /** @param {Document | ShadowRoot} root @param {Owner} owner */
  constructor(root, owner) {
    super(root, owner);
    this.details.querySelector("summary")?.addEventListener("click", (event) => {
      if (!this.#restore) return;
      event.preventDefault();
      this.abandon(); // what comes later is no answer to a text that is being changed
      this.#stopWaiting();
      this.message.replaceChildren();
      this.input.focus({ preventScroll: true });
    });
  }

  /** @param {string} key @override */
  say(key) {
    this.#stopWaiting();
    super.say(key);
    this.#dialOnce();
  }

  /** @param {SearchOrigin} origin @override */
  answer(origin) {
    // If it waited, the page has been scrolled to where the answer is now, unless the visitor has
    // moved on.
    super.answer(origin, this.#stopWaiting());
    this.#dialOnce();
  }

  /** @param {Refusal} refusal @override */
  refuse(refusal) {
    this.#stopWaiting();
    super.refuse(refusal);
    this.#dialOnce();
  }

  /** @override */
  forget() {
    this.#stopWaiting();
    this.#dial?.remove();
    super.forget();
  }

  /**
   * Fold the form, and go to where the answer will be, with a number to call above it. Until then
   * what is below cannot be tapped.
   *
   * @param {string} key
   * @param {Again} again
   * @override
   */
  wait(key, again) {
    this.again = again;
    const { details, message, search } = this;
    const { translator, bundle } = this.ready;
    const place = /** @type {HTMLElement} */ (details.querySelector("[data-place]"));
    if (!this.#restore) {
      const isKnown = details.classList.contains("known");
      const text = place.textContent;
      this.#restore = () => {
        details.classList.toggle("known", isKnown);
        details.open = true;
        place.textContent = text;
        // Back to below the field; what moves loses the focus.
        /** @type {HTMLElement} */ (details.querySelector(".field")).after(message);
        message.focus({ preventScroll: true });
      };
    }
    this.#dial ??= dialText(translator, bundle.helplines);
    this.#dial.classList.add("dial");
    details.before(this.#dial, message);
    message.replaceChildren(createText(translator, "p", key, { class: "visually-hidden" }));
    place.replaceChildren(createText(translator, "span", key));
    details.classList.add("known");
    details.open = false;
    search.classList.add("waiting");
    // The field is out of sight now; on a button a second Enter would do something else.
    message.tabIndex = -1;
    message.focus({ preventScroll: true });
    // Where it is without being sticky: a sticky element that is in sight is not scrolled to.
    this.#dial.style.position = "static";
    showAtTop(this.#dial);
    this.#dial.style.position = "";
  }

  /** @returns {boolean} Whether it was waiting; if not, the number of an earlier wait goes. */
  #stopWaiting() {
    this.again = null;
    if (!this.#restore) {
      this.#dial?.remove();
      return false;
    }
    // The page has been scrolled already; what shows a message also scrolls to it, and helplines of
    // another country may be higher.
    const top = this.#top;
    queueMicrotask(() => window.scrollBy(0, this.#top - top));
    this.#restore();
    this.#restore = null;
    this.search.classList.remove("waiting");
    return true;
  }

  /** Where the search is on the screen. */
  get #top() {
    return this.search.getBoundingClientRect().top;
  }

  /** The number is not repeated in what is below it. */
  #dialOnce() {
    if (!this.#dial?.isConnected) return;
    const address = this.#dial.querySelector("a")?.href;
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = this.root.querySelectorAll(".message a, .results a");
    for (const link of links) {
      if (link.href !== address) continue;
      if (link.closest(".danger")) link.remove();
      else if (link.closest(".note p")) link.replaceWith(...link.childNodes);
    }
    for (const text of this.root.querySelectorAll(".message p, .results > p")) {
      if (text.textContent === this.#dial.textContent) text.remove();
    }
  }
}
