// The custom element <nearest-centre> (docs/embedding-component.md).

/**
 * @import { Bundle, BundleRecord, Filters, Helpline } from "./types.js"
 * @import { Refusal, WordsRecord } from "./types.js"
 * @import { Loaded } from "./load.js"
 * @import { OpenStateElements, SearchOrigin } from "./results.js"
 */

import { readBundle } from "./bundle.js";
import { applyAccent, applyStyle, BaseElement, create, createButton } from "./dom.js";
import { createText, httpsOnly } from "./dom.js";
import { languageName, Translator, wordsNames } from "./i18n.js";
import { EXIT, leave, listenForShift, stopListeningForShift } from "./leave.js";
import { isNotTimeout, load } from "./load.js";
import { centreCard, circumstances, updateOpenState } from "./results.js";
import { LIMIT, nearest, resolve } from "./search.js";
import CSS from "./style.css";
import {
  attribution,
  createHeading,
  createParts,
  helplineItem,
  refusalContent,
  searchForm,
} from "./view.js";

/** @typedef {ReturnType<typeof createParts>} Parts */

const HOME = new URL(import.meta.url).origin;
const POSITION_TIMEOUT_MS = 15000;
const POSITION_MAX_AGE_MS = 60000;
const UPDATE_MS = 20000;
// The only number in the module: 112 works in the whole European Union. All others are records.
const EMERGENCY = { kind: "emergency", number: "112", name: { en: "Emergency number" } };
const LAST_RESORT = [/** @type {Helpline} */ ({ ...EMERGENCY, countries: [] })];
/** @type {("language" | "service" | "audience")[]} */
const FILTERS = ["language", "service", "audience"];
// The members of PositionError.
const POSITION_ERRORS = ["unavailable", "denied", "unavailable", "slow"];

export class NearestCentre extends BaseElement {
  static observedAttributes = [
    "lang", "country", "service", "audience", "language", "accent", "compact", "exit-target", "src",
    "heading",
  ];

  #root = this.attachShadow({ mode: "open" });
  /** @type {Parts | null} */
  #parts = null;
  /** @type {HTMLInputElement | null} */
  #input = null;
  #translator = new Translator();
  #isEnglishChosen = false;
  /** @type {Bundle | null} */
  #bundle = null;
  #isOld = false;
  #helplines = LAST_RESORT;
  /** @type {SearchOrigin | null} Like the input, it stays on the device. */
  #origin = null;
  #isUnfiltered = false;
  /** @type {OpenStateElements[]} */
  #openStates = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer = undefined;
  #searches = 0;
  #starts = 0;
  #isStartQueued = false;
  #bundleAddress = "";

  connectedCallback() {
    listenForShift(this);
    this.#timer = setInterval(() => {
      this.#updateOpenStates();
      this.#updateAccent(); // the page may have changed from light to dark
    }, UPDATE_MS);
    this.#build();
    this.#start();
  }

  disconnectedCallback() {
    stopListeningForShift(this);
    clearInterval(this.#timer);
    this.forget();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    // A filter that is set after "Show all centres" applies again.
    if (FILTERS.some((filter) => filter === name)) this.#isUnfiltered = false;
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
    this.#searches += 1; // a position that arrives later is ignored
    this.#origin = null;
    this.#isUnfiltered = false;
    this.#openStates = [];
    if (this.#input) this.#input.value = "";
    this.#parts?.message.replaceChildren();
    this.#parts?.results.replaceChildren();
  }

  get #language() {
    if (this.#isEnglishChosen) return "en";
    const ancestor = /** @type {HTMLElement | null} */ (this.closest("[lang]"));
    return this.getAttribute("lang") || ancestor?.lang || navigator.language || "en";
  }

  get #isCompact() {
    return this.hasAttribute("compact");
  }

  async #start() {
    const count = (this.#starts += 1);
    this.#updateAccent();
    try {
      const bundleLoading = this.#loadBundle();
      const wordsRecord = await this.#loadWords();
      if (count !== this.#starts) return;
      if (wordsRecord) this.#translator = new Translator(wordsRecord);
      this.#render("loading");
      const { record, isOld } = await bundleLoading;
      if (count !== this.#starts) return;
      this.#bundle = readBundle(record);
      this.#isOld = isOld;
      if (this.#bundle.helplines.length > 0) this.#helplines = this.#bundle.helplines;
      if (!this.#translator.isLoaded) throw new Error("no words");
      this.#render();
    } catch {
      if (count !== this.#starts) return;
      this.#render("load.failed");
      this.#emit("error", { kind: "load" });
      if (this.#helplines === LAST_RESORT) await this.#loadHelplines(count);
    }
  }

  /**
   * Without the bundle, the list of helplines, which is small, may still arrive.
   *
   * @param {number} count Of the start.
   */
  async #loadHelplines(count) {
    try {
      const { record } = await load([`${this.#home}/v1/helplines.json`]);
      /** @type {Helpline[]} */
      const all = record.helplines;
      const country = this.#country;
      const helplines = all.filter(
        ({ countries }) => !country || countries.length === 0 || countries.includes(country),
      );
      if (count !== this.#starts || helplines.length === 0) return;
      this.#helplines = helplines;
      this.#renderHelplines();
    } catch {} // 112 stays
  }

  /** The origin of the directory. Throws a TypeError if `src` is not an address. */
  get #home() {
    const src = this.getAttribute("src");
    return src === null ? HOME : new URL(src, document.baseURI).origin;
  }

  get #country() {
    return (this.getAttribute("country") || "").toUpperCase();
  }

  /** @returns {Promise<Loaded<BundleRecord>>} */
  #loadBundle() {
    // The addresses end in .json, so that a folder of files can serve them.
    const home = this.#home;
    const ownCountry = `${home}/v1/bundle.json`;
    const country = this.#country;
    const address = country ? `${home}/v1/bundle/${encodeURIComponent(country)}.json` : ownCountry;
    if (address !== this.#bundleAddress) this.#bundle = null;
    this.#bundleAddress = address;
    // A country that the directory does not have is a mistake in the page.
    return load([...new Set([address, ownCountry])]);
  }

  /** @returns {Promise<WordsRecord | null>} */
  async #loadWords() {
    const home = this.#home;
    const addresses = [...wordsNames(this.#language)].map(
      (name) => `${home}/embed/words/${encodeURIComponent(name)}.json`,
    );
    try {
      return (await load(addresses, isNotTimeout)).record;
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
    this.#render();
  }

  get #elements() {
    return /** @type {Parts} */ (this.#parts);
  }

  /** @param {string} state The words shown until the bundle and the words are there. */
  #render(state = "loading") {
    const { box, exit, hint, search, message, position, foot } = this.#elements;
    const translator = this.#translator;
    box.lang = translator.tag;
    box.dir = translator.direction;
    box.setAttribute("aria-label", this.#label);
    exit.href = this.exitTarget;
    exit.textContent = translator.say("exit.button");
    hint.replaceChildren(
      createText(translator, "span", "exit.hint", { class: "keys" }),
      " ",
      createText(translator, "span", "exit.history"),
    );
    this.#renderHelplines();
    for (const part of [message, position, foot]) part.replaceChildren();
    if (this.#bundle && translator.isLoaded) {
      this.#renderSearch(this.#bundle);
      return;
    }
    this.forget();
    // The content between the tags is shown until there is something better.
    search.replaceChildren(create("slot"));
    message.replaceChildren(createText(translator, "p", state));
    if (state !== "loading") {
      message.append(createButton(translator, "retry.button", () => this.#start()));
    }
  }

  #renderHelplines() {
    const translator = this.#translator;
    this.#elements.helplines.replaceChildren(
      createText(translator, "h2", "helplines.heading", { id: "dial" }),
      create("ul", {}, this.#helplines.map((line) => helplineItem(translator, line))),
    );
  }

  /** The name of the region: its heading, and its number if the page has several components. */
  get #label() {
    const heading = this.getAttribute("heading") || this.#translator.say("heading");
    const components = [...document.querySelectorAll(this.localName)];
    return components.length > 1 ? `${heading} ${components.indexOf(this) + 1}` : heading;
  }

  /** @param {Bundle} bundle */
  #renderSearch(bundle) {
    const { search, position, foot } = this.#elements;
    const translator = this.#translator;
    const text = this.#input?.value ?? "";
    const example = bundle.places.keys().next().value ?? "";
    const { form, input } = searchForm(translator, example, (typed) => this.#search(typed));
    this.#input = input;
    input.value = text;
    search.replaceChildren(createHeading(translator, this.getAttribute("heading")), form);
    position.replaceChildren(
      createButton(translator, "position.button", () => this.#locate(), {
        "aria-describedby": "position-help",
      }),
      createText(translator, "p", "position.help", { id: "position-help", class: "soft" }),
    );
    foot.replaceChildren(...this.#notices(bundle));
    if (this.#origin) this.#showResults();
  }

  /** @param {Bundle} bundle */
  #notices(bundle) {
    const translator = this.#translator;
    /** @type {HTMLElement[]} */
    const notices = [];
    if (!translator.isReviewed) {
      notices.push(
        createText(translator, "p", "notice.unreviewed"),
        createButton(translator, "notice.english", () => {
          this.#isEnglishChosen = true;
          this.#start();
        }),
      );
    }
    const sources = this.#isCompact ? null : attribution(translator, bundle);
    return sources ? [...notices, sources] : notices;
  }

  /** @param {string} text */
  #search(text) {
    this.#searches += 1;
    const resolution = resolve(/** @type {Bundle} */ (this.#bundle), text);
    if (resolution.place) {
      this.#origin = { ...resolution.place, isPostcode: true };
      this.#showResults();
      this.#focusResults();
    } else this.#refuse(resolution);
  }

  /** @param {Refusal} refusal */
  #refuse(refusal) {
    const translator = this.#translator;
    const { message, results } = this.#elements;
    this.#origin = null;
    results.replaceChildren();
    this.#openStates = [];
    const content = refusalContent(translator, /** @type {Bundle} */ (this.#bundle), refusal, {
      class: "button plain typed",
      part: "button",
    });
    for (const button of content.buttons) {
      button.addEventListener("click", () => {
        if (this.#input) this.#input.value = button.value;
        this.#search(button.value);
      });
    }
    message.replaceChildren(...content.nodes);
    this.#input?.setAttribute("aria-invalid", "true");
    this.#input?.focus();
    message.scrollIntoView?.({ block: "nearest" }); // a phone shows little beside its keyboard
    this.#emit("error", { kind: refusal.error });
  }

  #locate() {
    const count = (this.#searches += 1);
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#refusePosition("unsupported");
      return;
    }
    this.#elements.message.replaceChildren(createText(this.#translator, "p", "position.waiting"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (count !== this.#searches) return;
        if (this.#input) this.#input.value = "";
        this.#origin = {
          lat: coords.latitude,
          lon: coords.longitude,
          accuracy: Math.ceil(coords.accuracy),
          isPostcode: false,
        };
        this.#showResults();
        this.#focusResults();
      },
      ({ code }) => {
        if (count === this.#searches) this.#refusePosition(POSITION_ERRORS[code]);
      },
      { maximumAge: POSITION_MAX_AGE_MS, timeout: POSITION_TIMEOUT_MS },
    );
  }

  /** @param {string} reason */
  #refusePosition(reason) {
    const text = createText(this.#translator, "p", `position.${reason}`);
    this.#elements.message.replaceChildren(text);
    this.#emit("error", { kind: `position-${reason}` });
  }

  #showResults() {
    const { message, results } = this.#elements;
    results.replaceChildren();
    try {
      this.#list();
    } catch {
      message.replaceChildren(createText(this.#translator, "p", "load.failed"));
    }
  }

  /** For a new search; when only the words change, the focus stays. */
  #focusResults() {
    this.#elements.results.querySelector("h3")?.focus();
  }

  #list() {
    const translator = this.#translator;
    const bundle = /** @type {Bundle} */ (this.#bundle);
    const origin = /** @type {SearchOrigin} */ (this.#origin);
    const limit = this.#isCompact ? 1 : LIMIT;
    const { hits, certain } = nearest(bundle, origin, this.#filters, limit);
    this.#input?.removeAttribute("aria-invalid");
    this.#elements.message.replaceChildren();
    const heading = createText(translator, "h3", "results.heading", { tabindex: "-1" });
    const cards = hits.map((hit, index) => {
      // It is not certain which of the first two is closer.
      const rank = certain || index > 1 ? index : null;
      return centreCard(translator, hit, { rank, isCompact: this.#isCompact });
    });
    this.#openStates = cards.map(({ openState }) => openState);
    this.#elements.results.replaceChildren(
      heading,
      ...circumstances(translator, bundle, {
        origin,
        hits,
        certain,
        isOld: this.#isOld,
        filterNames: this.#filterNames(),
        onClear: () => this.#clearFilters(),
      }),
      ...cards.map(({ card }) => card),
    );
    this.#updateOpenStates();
    this.#emit("result", { centres: hits.map(({ centre }) => centre.id), certain });
  }

  /**
   * The filters of the page. A code that the directory does not have is a mistake in the page, and
   * filters nothing.
   *
   * @returns {Filters}
   */
  get #filters() {
    if (this.#isUnfiltered) return {};
    const values = FILTERS.map((name) => [name, this.getAttribute(name)]);
    return Object.fromEntries(
      values.filter(
        ([name, value]) =>
          value && (name === "language" || this.#translator.say(`${name}.${value}`)),
      ),
    );
  }

  /** The filters in words, so that the closest of some is not taken for the closest of all. */
  #filterNames() {
    const { language, service, audience } = this.#filters;
    const names = [
      language && languageName(language),
      service && this.#translator.say(`service.${service}`),
      audience && this.#translator.say(`audience.${audience}`),
    ];
    return names.filter(Boolean).join(" · ");
  }

  #clearFilters() {
    this.#isUnfiltered = true;
    this.#emit("all", {});
    this.#showResults();
    this.#focusResults();
  }

  #updateOpenStates() {
    const now = Date.now();
    for (const elements of this.#openStates) {
      updateOpenState(this.#translator, /** @type {Bundle} */ (this.#bundle), elements, now);
    }
  }

  /**
   * Apply the partner's colour, from the attribute or the custom property; for links only as far as
   * they can be read.
   */
  #updateAccent() {
    const property = getComputedStyle(this).getPropertyValue("--accent").trim();
    applyAccent(this.#elements.box, this.getAttribute("accent") ?? property);
  }
}
