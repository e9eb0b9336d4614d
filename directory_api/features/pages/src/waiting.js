// The search while it waits for files or for the position: what can be tapped then stays where it
// is when the answer or the question comes, at any moment.

/**
 * @import { Refusal } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Owner } from "./finder.js"
 */

import { createText, showAtTop } from "./dom.js";
import { Finder } from "./finder.js";
import { dialText } from "./markup.js";

const WAITING = ["loading", "position.waiting"];

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
      this.cancel(); // what comes later is no answer to a text that is being changed
      this.#stopWaiting();
      this.message.replaceChildren();
      this.details.open = true;
      this.input.focus({ preventScroll: true });
    });
  }

  /** @param {string} key @override */
  say(key) {
    if (WAITING.includes(key)) {
      this.#wait(key);
      return;
    }
    this.#stopWaiting();
    super.say(key);
    this.#dialOnce();
  }

  /** @param {SearchOrigin} origin @override */
  answer(origin) {
    if (!this.#stopWaiting()) {
      this.#dial?.remove();
      super.answer(origin);
      return;
    }
    // The page has been scrolled to where the answer is now, unless the visitor has moved on.
    this.cancel();
    this.show(origin);
    this.#dialOnce();
    this.results.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** @param {Refusal} refusal @override */
  refuse(refusal) {
    if (!this.#stopWaiting()) this.#dial?.remove();
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
   */
  #wait(key) {
    const { details, message, search } = this;
    const { translator, bundle } = this.ready;
    const place = /** @type {HTMLElement} */ (details.querySelector("[data-place]"));
    if (!this.#restore) {
      const isKnown = details.classList.contains("known");
      const [isOpen, text] = [details.open, place.textContent];
      this.#restore = () => {
        details.classList.toggle("known", isKnown);
        details.open = isOpen;
        place.textContent = text;
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

  /** @returns {boolean} Whether it was waiting. */
  #stopWaiting() {
    if (!this.#restore) return false;
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
    for (const link of this.results.querySelectorAll("a")) {
      if (link.href === address && link.closest(".danger")) link.remove();
    }
    for (const text of this.root.querySelectorAll(".message p, .results > p")) {
      if (text.textContent === this.#dial.textContent) text.remove();
    }
  }
}
