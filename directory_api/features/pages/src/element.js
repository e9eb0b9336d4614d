// The custom element <nearest-centre> (docs/embedding-component.md).

/**
 * @import { Bundle, BundleRecord, Filters, Helpline, WordsRecord } from "./types.js"
 * @import { Loaded } from "./load.js"
 */

import { knownFilters } from "./answer.js";
import { readBundle, withCards } from "./bundle.js";
import { applyAccent, applyStyle, BaseElement, create, createButton } from "./dom.js";
import { createText, httpsOnly } from "./dom.js";
import { Finder } from "./finder.js";
import { Translator, wordsNames } from "./i18n.js";
import { EXIT, leave } from "./leave.js";
import { keepInSight } from "./in-sight.js";
import { home, isNotTimeout, load, ofOneRevision, withPostcodes } from "./load.js";
import { emergencyNumber, EUROPEAN, isForDanger, isForVictims } from "./helplines.js";
import { createParts, helplineList, messageElement, searchDetails } from "./markup.js";
import { announce, isThirdShift, missingPresses } from "./shift.js";
import { isShort } from "./search.js";
import { hold } from "./waiting.js";
import CSS from "./component.css";

const UPDATE_MS = 20000;
/** @type {string[]} Attributes. */
const FILTERS = ["language", "service", "audience"];

/** @type {Set<NearestCentre>} In the order of the page. */
const components = new Set();

export class NearestCentre extends BaseElement {
  static observedAttributes = [
    ...FILTERS, "lang", "country", "accent", "full", "exit-target", "src", "heading",
  ];

  #root = this.attachShadow({ mode: "open" });
  /** @type {ReturnType<typeof createParts> | null} */
  #parts = null;
  /** @type {Finder | null} */
  #finder = null;
  #translator = new Translator();
  #isEnglishChosen = false;
  /** @type {Bundle | null} */
  #bundle = null;
  #isOld = false;
  /** @type {Helpline[]} */
  #helplines = [{ id: "", kind: "emergency", number: EUROPEAN, countries: [] }];
  #isUnfiltered = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer = undefined;
  #starts = 0;
  #isStartQueued = false;
  #bundleAddress = "";
  #putExitBack = () => {};

  connectedCallback() {
    listenForShift(this);
    this.#timer = setInterval(() => {
      this.#finder?.updateStates();
      this.#updateAccent(); // the page may have changed from light to dark
    }, UPDATE_MS);
    this.#build();
    this.#putExitBack = keepInSight(this, this.#elements.exit);
    this.#start();
  }

  disconnectedCallback() {
    stopListeningForShift(this);
    this.#putExitBack();
    clearInterval(this.#timer);
    this.forget();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    // A filter that is set after "Show all centres" applies again.
    if (FILTERS.includes(name)) this.#isUnfiltered = false;
    if (!this.isConnected || this.#isStartQueued) return;
    this.#isStartQueued = true;
    queueMicrotask(() => {
      this.#isStartQueued = false;
      if (this.isConnected) this.#start();
    });
  }

  /** Where “Leave this page” leads. */
  get exitTarget() {
    return httpsOnly(this.getAttribute("exit-target")) ?? EXIT;
  }

  /** Clear the input and the result. */
  forget() {
    this.#isUnfiltered = false;
    this.#finder?.forget();
  }

  /** @param {number} missing Say how many presses of Shift are missing. */
  announce(missing) {
    announce(this.#elements.presses, this.#translator.say(`exit.more.${missing}`));
  }

  get #language() {
    if (this.#isEnglishChosen) return "en";
    const ancestor = /** @type {HTMLElement | null} */ (this.closest("[lang]"));
    return this.getAttribute("lang") || ancestor?.lang || navigator.language || "en";
  }

  /** With `full` all centres are shown before a search, and more of each. */
  get #isCompact() {
    return !this.hasAttribute("full");
  }

  async #start() {
    const count = (this.#starts += 1);
    this.#updateAccent();
    // All at once, so that no number is shown that moves later; after a while at least 112.
    const show = () => count === this.#starts && this.#renderWords();
    const [, ...parts] = /** @type {HTMLCollectionOf<HTMLElement>} */ (this.#elements.box.children);
    const [words, bundle] = await hold(this.#load(), parts, this.#finder ? null : show);
    if (count !== this.#starts) return;
    if (words) this.#translator = new Translator(words);
    if (bundle && this.#translator.isLoaded) {
      this.#bundle = bundle;
      this.#renderWords();
      this.#renderSearch(bundle);
    } else {
      this.#leaveSearch("load.failed");
      this.#renderWords();
      this.#emit("error", { kind: "load" });
    }
  }

  /** @returns {Promise<[WordsRecord | null, Bundle | null]>} */
  async #load() {
    const [words, bundle] = await ofOneRevision(async (cache) => {
      const loading = this.#loadBundle(cache).catch(() => null);
      return [await this.#loadWords(cache), await loading];
    });
    if (!words?.cards || !bundle) {
      this.#takeHelplines(words);
      return [words, null];
    }
    return [words, withCards(bundle, words)];
  }

  /** @param {WordsRecord | null} words Those of the country, if the bundle did not come. */
  #takeHelplines(words) {
    const country = this.#country || words?.country;
    const helplines = Object.entries(words?.lines ?? {}).map(([id, line]) => ({ id, ...line }));
    const own = helplines.filter(({ countries }) => countries.includes(String(country)));
    if (own[0]) this.#helplines = own;
  }

  /** The address of the directory, with / at its end. Throws a TypeError if `src` is none. */
  get #home() {
    const address = this.getAttribute("src") || home();
    return new URL(address.replace(/\/?$/, "/"), this.baseURI);
  }

  get #country() {
    return (this.getAttribute("country") || "").toUpperCase();
  }

  /** @param {RequestCache} [cache] */
  async #loadBundle(cache) {
    // The addresses end in .json, so that a folder of files can serve them.
    const bundle = `${this.#home}v1/bundle`;
    const ownCountry = `${bundle}.json`;
    const country = this.#country;
    const address = country ? `${bundle}/${encodeURIComponent(country)}.json` : ownCountry;
    // The answer for another country is no answer here.
    if (address !== this.#bundleAddress) this.#leaveSearch();
    this.#bundleAddress = address;
    // A country that the directory does not have is a mistake in the page.
    /** @type {Loaded<BundleRecord>} */
    const { record, isOld } = await load([...new Set([address, ownCountry])], undefined, cache);
    this.#isOld = isOld;
    // While the postcodes are on their way, the numbers are shown if that is slow.
    if (record.helplines?.[0]) this.#helplines = record.helplines;
    return readBundle(await withPostcodes(this.#home, record));
  }

  /** @param {RequestCache} [cache] @returns {Promise<WordsRecord | null>} */
  async #loadWords(cache) {
    try {
      const words = `${this.#home}embed/words`;
      const addresses = [...wordsNames(this.#language)].map(
        (name) => `${words}/${encodeURIComponent(name)}.json`,
      );
      return (await load(addresses, isNotTimeout, cache)).record;
    } catch {
      return null;
    }
  }

  /** @param {string} kind @param {object} detail */
  #emit(kind, detail) {
    const init = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent(`nearest-centre:${kind}`, init));
  }

  #build() {
    if (this.#parts) return;
    this.#parts = createParts();
    this.#parts.exit.addEventListener("click", (event) => {
      event.preventDefault();
      leave(this.exitTarget);
    });
    this.#root.append(this.#parts.box);
    applyStyle(this.#root, CSS);
    this.#renderExit();
    this.#leaveSearch();
  }

  get #elements() {
    return /** @type {ReturnType<typeof createParts>} */ (this.#parts);
  }

  #renderExit() {
    const { box, exit } = this.#elements;
    const translator = this.#translator;
    box.lang = translator.tag;
    box.dir = translator.direction;
    exit.href = this.exitTarget;
    const cross = create("span", { class: "cross", "aria-hidden": "true" }, "×");
    exit.replaceChildren(translator.say("exit.button"), cross);
  }

  /**
   * What needs no bundle. The numbers are shown from here on, in the language of the visitor, so
   * that none of them moves.
   */
  #renderWords() {
    const { box, emergency, heading, helplines, others, foot } = this.#elements;
    const translator = this.#translator;
    this.#renderExit();
    box.setAttribute("aria-label", this.#label);
    heading.replaceChildren(
      this.getAttribute("heading") || createText(translator, "span", "heading"),
    );
    const number = emergencyNumber(this.#helplines) ?? EUROPEAN;
    emergency.setAttribute("href", `tel:${number}`);
    emergency.replaceChildren(create("bdi", { dir: "ltr" }, number));
    // The search comes first after these.
    const first = this.#helplines.filter((line) => isForDanger(line) || isForVictims(line));
    const rest = this.#helplines.filter((line) => !first.includes(line));
    helplines.replaceChildren(
      createText(translator, "h2", "helplines.heading", { id: "helplines" }),
      helplineList(translator, first),
    );
    others.replaceChildren(helplineList(translator, rest));
    foot.replaceChildren(...(translator.isLoaded ? this.#notices() : []));
  }

  /** The name of the region: its heading, and its number if the page has several components. */
  get #label() {
    const heading = this.getAttribute("heading") || this.#translator.say("heading");
    const all = [...document.querySelectorAll(this.localName)];
    return all.length > 1 ? `${heading} ${all.indexOf(this) + 1}` : heading;
  }

  #notices() {
    const translator = this.#translator;
    const hint = createText(translator, "span", "exit.hint", { class: "keyboard" });
    const history = createText(translator, "span", "exit.history");
    const notices = [create("p", {}, hint, " ", history)];
    const sources = (this.#bundle?.attribution ?? []).map(({ name }) => name).join(", ");
    if (sources && !this.#isCompact) {
      notices.push(createText(translator, "p", "attribution", {}, { sources }));
    }
    if (!translator.isReviewed) {
      notices.push(
        createText(translator, "p", "notice.unreviewed"),
        createButton(translator, "notice.english", () => {
          this.#isEnglishChosen = true;
          this.#start();
        }),
      );
    }
    return notices;
  }

  /**
   * Forget the bundle, the place and the answer.
   *
   * @param {string} state
   */
  #leaveSearch(state = "loading") {
    this.#finder?.forget();
    this.#bundle = null;
    this.#finder = null;
    this.#elements.results.hidden = true;
    this.#renderState(state);
  }

  /**
   * The content between the tags is shown until there is something better.
   *
   * @param {string} key Of the words about the state.
   */
  #renderState(key) {
    const translator = this.#translator;
    const message = messageElement();
    const text = createText(translator, "p", key);
    const retry =
      key === "loading" ? "" : createButton(translator, "retry.button", () => this.#start());
    message.append(create("div", { class: "note" }, text, retry));
    this.#elements.search.replaceChildren(create("slot"), message);
  }

  /** @param {Bundle} bundle The answer stays when the language or the filters change. */
  #renderSearch(bundle) {
    const translator = this.#translator;
    const { origin, view } = this.#finder ?? {};
    const typed = view?.input.value ?? "";
    this.#finder?.forget();
    this.#elements.search.replaceChildren(
      searchDetails(translator, () => this.#find()),
    );
    const finder = new Finder(this.#root, {
      directory: () => this.#home.href,
      filters: () => this.#filters,
      limit: () => (this.#isCompact ? 1 : undefined),
      clearFilters: () => {
        this.#isUnfiltered = true;
        this.#emit("all", {});
      },
      onAnswer: ({ origin: place, results }) => {
        const told = results.map(({ centre: { id }, shown_because }) => ({ id, shown_because }));
        if (place) this.#emit("result", { results: told });
      },
      onError: (kind) => this.#emit("error", { kind }),
    });
    this.#finder = finder;
    this.#warn(bundle);
    finder.view.input.value = typed;
    finder.start({ translator, bundle, isOld: this.#isOld });
    if (origin || (isShort(bundle) && !this.#isCompact)) finder.show(origin);
    if (bundle.places.size === 0) {
      finder.say("load.failed");
      finder.view.details.open = true;
      this.#emit("error", { kind: "load" });
    }
  }

  /** Search for what was typed. Postcodes that did not come are loaded again before. */
  async #find() {
    const text = this.#finder?.view.input.value ?? "";
    if (this.#bundle?.places.size === 0) await this.#start();
    const finder = this.#finder;
    if (this.#bundle?.places.size) {
      finder?.ask({ country: this.#bundle.country, text });
    } else if (finder) {
      // The form is a new one.
      const { input, message } = finder.view;
      input.value = text;
      input.focus({ preventScroll: true });
      message.scrollIntoView?.({ block: "nearest" });
    }
  }

  /**
   * Tell who wrote the page which attributes the directory does not know. None of them is a place.
   *
   * @param {Bundle} bundle
   */
  #warn({ country }) {
    const wrong = FILTERS.filter((name) => this.getAttribute(name) && !(name in this.#filters));
    if (this.#country && this.#country !== country) wrong.push("country");
    // eslint-disable-next-line no-console -- for who wrote the page
    if (wrong[0]) console.warn(`nearest-centre: not known: ${wrong}`);
  }

  /** @returns {Filters} Those of the page. */
  get #filters() {
    if (this.#isUnfiltered) return {};
    const choices = FILTERS.map((name) => [name, this.getAttribute(name)]);
    return knownFilters(this.#translator, Object.fromEntries(choices));
  }

  /**
   * Apply the partner's colour, from the attribute or the custom property; for links only as far as
   * they can be read.
   */
  #updateAccent() {
    if (!this.#parts) return;
    const property = getComputedStyle(this).getPropertyValue("--nearest-centre-accent").trim();
    applyAccent(this.#parts.box, this.getAttribute("accent") ?? property);
  }
}

/** @param {NearestCentre} component Its page is left by Shift, to its `exitTarget`. */
function listenForShift(component) {
  // A listener that is there already is not added again.
  window.addEventListener("keydown", onKeyDown, true);
  window.addEventListener("keyup", onKeyUp, true);
  components.add(component);
}

/** @param {NearestCentre} component */
function stopListeningForShift(component) {
  components.delete(component);
  if (components.size > 0) return;
  window.removeEventListener("keydown", onKeyDown, true);
  window.removeEventListener("keyup", onKeyUp, true);
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  if (!isThirdShift(event)) return;
  // A page with an exit of its own must not leave a second time: that would cancel the first.
  event.stopImmediatePropagation();
  const [first] = components;
  leave(first.exitTarget);
}

/** @param {KeyboardEvent} event */
function onKeyUp(event) {
  const [first] = components;
  const missing = missingPresses();
  if (event.key === "Shift" && missing > 0) first.announce(missing);
}
