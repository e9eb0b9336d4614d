// The search of the visitor's page, on the device: what is typed never leaves it.
//
// The page is complete without it. Its elements stay where they are: an answer sorts the centres of
// the page, or adds them if there are too many to show before a search.

/**
 * @import { Bundle, Centre, Filters, Hit, Origin, Refusal } from "./types.js"
 * @import { SearchOrigin } from "./results.js"
 *
 * @typedef {SearchOrigin & {region?: number}} FinderOrigin `region`: where it is on the map.
 */

import { readBundle } from "./bundle.js";
import { centreCard, placeCard, updateState } from "./card.js";
import { create, createButton, createText } from "./dom.js";
import { languageName, Translator } from "./i18n.js";
import { load } from "./load.js";
import { enableRegions, listenToMap, regionLabel } from "./map.js";
import { isOutside, LIMIT, nearest, resolve } from "./search.js";
import { refusalContent } from "./view.js";

const POSITION_TIMEOUT_MS = 15000;
const POSITION_MAX_AGE_MS = 60000;
const UPDATE_MS = 20000;
// The members of PositionError.
const POSITION_ERRORS = ["unavailable", "denied", "unavailable", "slow"];

export class Finder {
  /** @type {Bundle | null} */
  #bundle = null;
  #translator = new Translator();
  #isOld = false;
  /** @type {FinderOrigin | null} */
  #origin = null;
  #searches = 0;
  /** @type {Map<string, HTMLElement>} The list items of the page, by centre. */
  #items = new Map();
  /** @type {Centre[]} */
  #shown = [];
  #isPending = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer = undefined;

  /**
   * @param {HTMLFormElement} form
   * @param {(ids: string[], names: string[]) => void} onAnswer Called with the centres shown.
   */
  constructor(form, onAnswer) {
    this.form = form;
    this.onAnswer = onAnswer;
    this.search = /** @type {HTMLElement} */ (form.closest(".search"));
    this.details = /** @type {HTMLDetailsElement} */ (form.closest("details"));
    this.input = /** @type {HTMLInputElement} */ (form.querySelector("#postcode"));
    const describedBy = this.input.getAttribute("aria-describedby") ?? "";
    this.description = describedBy.replace(" form-error", "");
    this.message = /** @type {HTMLElement} */ (this.search.querySelector("[data-message]"));
    this.map = /** @type {SVGSVGElement | null} */ (document.querySelector(".map"));
    this.results = /** @type {HTMLElement} */ (document.querySelector("[data-results]"));
    for (const card of this.results.querySelectorAll("[data-centre]")) {
      const { centre } = /** @type {HTMLElement} */ (card).dataset;
      this.#items.set(String(centre), /** @type {HTMLElement} */ (card.closest("li")));
    }
    // Only a page without an answer has all centres, and a static site has no server to ask.
    this.isComplete = !this.details.classList.contains("known");
    this.isAlone = form.hasAttribute("data-alone");
    // No host of files answers a form, so until this script runs it cannot be sent.
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    this.#applyQuery();
    form.querySelector("[data-position]")?.addEventListener("click", () => this.#locate());
    form.querySelector("[data-retry]")?.addEventListener("click", () => this.load());
    form.addEventListener("change", (event) => this.#onChoice(event));
    if (this.map) listenToMap(this.map, (place, region) => this.#findOnMap(place, region));
  }

  /** Whether it can search; until then the page's own form does. */
  get isReady() {
    return this.#bundle !== null;
  }

  get origin() {
    return this.#origin;
  }

  /** The country whose postcodes are typed. */
  get #country() {
    const select = /** @type {HTMLSelectElement | null} */ (this.form.querySelector("#country"));
    return select ? select.value : String(this.form.dataset.search);
  }

  /** The values of the form's choices, by name. */
  get choices() {
    return Object.fromEntries(this.#selects.map(({ name, value }) => [name, value]));
  }

  set choices(choices) {
    for (const select of this.#selects) select.value = choices[select.name] ?? select.value;
  }

  /** A static site ignores the query string, so it is read here. */
  #applyQuery() {
    const query = new URLSearchParams(location.search);
    if (this.isAlone) this.choices = Object.fromEntries(query);
  }

  /** Load the words and the bundle. If one of them does not come, the page's own form searches. */
  async load() {
    const country = this.#country;
    this.#bundle = null;
    this.search.classList.remove("enhanced", "broken");
    try {
      const [words, bundle] = await Promise.all([
        load([`/embed/words/${document.documentElement.lang}.json`]),
        load([...new Set([`/v1/bundle/${country}.json`, "/v1/bundle.json"])]),
      ]);
      if (country !== this.#country) return;
      this.#translator = new Translator(words.record);
      this.#bundle = readBundle(bundle.record);
      this.#isOld = bundle.isOld;
    } catch {
      this.search.classList.add("broken");
      return;
    }
    if (this.form.querySelector("#country")) {
      const help = /** @type {HTMLElement} */ (this.form.querySelector("#postcode-help"));
      const example = this.#bundle.places.keys().next().value ?? "";
      help.textContent = this.#translator.say("postcode.help", { example });
    }
    this.search.classList.add("enhanced");
    if (this.map) enableRegions(this.map);
    this.#timer ??= setInterval(() => this.#updateStates(), UPDATE_MS);
    if (this.#isPending) this.find();
  }

  /** Search for what was typed; once the bundle has come, if it is still on its way. */
  find(text = this.input.value) {
    this.#isPending = !this.isReady;
    if (this.search.classList.contains("broken")) this.load();
    if (this.#isPending) return;
    this.#searches += 1;
    const resolution = resolve(/** @type {Bundle} */ (this.#bundle), text, this.#filters);
    if (resolution.place) this.answer({ ...resolution.place, isPostcode: true });
    else this.#refuse(resolution);
  }

  /**
   * Show the closest centres to a place, and go there.
   *
   * @param {FinderOrigin} origin
   */
  answer(origin) {
    this.#origin = origin;
    this.#list();
    this.input.value = "";
    this.input.removeAttribute("aria-invalid");
    this.input.setAttribute("aria-describedby", this.description);
    this.message.replaceChildren();
    this.details.classList.add("known");
    this.details.open = false;
    const place = /** @type {HTMLElement} */ (this.details.querySelector("[data-place]"));
    const name = this.#translator.text(origin.nameByLanguage, origin.name);
    place.textContent = origin.isPostcode
      ? this.#translator.say("results.from", { place: `${origin.code} ${name}`.trim() })
      : this.#placeName(origin);
    this.results.querySelector("h2")?.focus({ preventScroll: true });
    this.details.scrollIntoView();
  }

  /** @param {FinderOrigin} origin Not a postcode. */
  #placeName({ region }) {
    if (!this.map || region === undefined) return this.#translator.say("position.button");
    return regionLabel(this.map, region);
  }

  /** @param {Origin} place @param {number} region */
  #findOnMap(place, region) {
    if (!this.isReady) return;
    this.#searches += 1;
    this.answer({ ...place, isPostcode: false, region });
  }

  #list() {
    const translator = this.#translator;
    const bundle = /** @type {Bundle} */ (this.#bundle);
    const origin = /** @type {SearchOrigin} */ (this.#origin);
    const limit = this.isComplete && this.#items.size > 0 ? this.#items.size : LIMIT;
    const { hits, certain } = nearest(bundle, origin, this.#filters, limit);
    const heading = createText(translator, "h2", "results.heading", {
      id: "results",
      tabindex: "-1",
    });
    const items = hits.map((hit, index) => this.#item(hit, index, certain));
    this.#shown = hits.map(({ centre }) => centre);
    this.results.replaceChildren(
      heading,
      ...this.#circumstances(bundle, origin, hits),
      create("ol", { class: "centres" }, items),
      ...this.#caveats(hits, certain, origin),
    );
    this.results.hidden = false;
    this.#number(hits);
    this.#updateStates();
    const names = items.map((item) => item.querySelector("h3 bdi")?.textContent ?? "");
    this.onAnswer(
      this.#shown.map(({ id }) => id),
      names,
    );
  }

  /** @param {Hit} hit @param {number} index From 0. @param {boolean} certain */
  #item({ centre, distance }, index, certain) {
    const sources = this.#bundle?.sources;
    const item =
      this.#items.get(centre.id) ??
      create("li", {}, centreCard(this.#translator, centre, sources));
    this.#items.set(centre.id, item);
    const card = /** @type {HTMLElement} */ (item.querySelector("article"));
    const isRanked = certain || index > 1;
    placeCard(this.#translator, card, { number: index + 1, distance, isRanked });
    return item;
  }

  /**
   * What to know before the centres.
   *
   * @param {Bundle} bundle
   * @param {SearchOrigin} origin
   * @param {Hit[]} hits
   */
  #circumstances(bundle, origin, hits) {
    const translator = this.#translator;
    /** @type {HTMLElement[]} */
    const content = [];
    if (this.#isOld || !navigator.onLine) {
      const date = translator.date(Date.parse(bundle.made));
      content.push(createText(translator, "p", "offline", { class: "note" }, { date }));
    }
    const outside = origin.isPostcode
      ? !bundle.coverage.countries.includes(bundle.country)
      : isOutside(bundle, origin.lat, origin.lon);
    if (outside) {
      const dial = createText(translator, "b", "outside.dial");
      const text = createText(translator, "span", "outside");
      content.push(create("p", { class: "note warning" }, text, " ", dial));
    }
    const names = this.#filterNames();
    if (names) {
      const all = createButton(translator, "filter.clear", () => this.#showAll(), { class: null });
      const chosen = create(
        "p",
        {},
        createText(translator, "span", "filters.label"),
        `: ${names} `,
      );
      const empty = createText(translator, "p", "empty");
      content.push(create("div", { class: "chosen" }, hits.length > 0 ? chosen : empty, all));
    }
    return content;
  }

  /**
   * What is not known, once for all centres.
   *
   * @param {Hit[]} hits
   * @param {boolean} certain
   * @param {SearchOrigin} origin
   */
  #caveats(hits, certain, origin) {
    const translator = this.#translator;
    const doubtful = hits.map(({ centre }) => centre).filter((centre) => !isConfirmed(centre));
    const spoken = doubtful.filter(({ languages }) => languages?.length);
    /** @type {[string, Centre[]][]} */
    const caveats = [
      ["record.unconfirmed", doubtful],
      ["spoken.unconfirmed", spoken],
    ];
    const content = caveats
      .filter(([, centres]) => centres.length > 0)
      .map(([key, centres]) => {
        const names = centres.map(({ name, name_translations: translations }) =>
          translator.text(translations, name),
        );
        const some = create("b", {}, `${names.join(", ")}: `);
        const isAll = centres.length === hits.length;
        const text = createText(translator, "span", key);
        return create("p", { class: "caveat muted" }, isAll ? null : some, text);
      });
    if (!certain) {
      const why = origin.isPostcode ? "uncertain.postcode" : "uncertain.position";
      const both = createText(translator, "span", "uncertain.both");
      const text = createText(translator, "span", why);
      content.push(create("p", { class: "caveat" }, text, " ", both));
    }
    return content;
  }

  /** @param {Hit[]} hits The numbers of the map become those of the list. */
  #number(hits) {
    const ids = hits.map(({ centre }) => centre.id);
    for (const mark of document.querySelectorAll("[data-mark]")) {
      const number = ids.indexOf(String(mark.getAttribute("data-mark"))) + 1;
      mark.toggleAttribute("hidden", number === 0);
      if (number === 0) continue;
      const name = this.#items.get(ids[number - 1])?.querySelector("h3 bdi")?.textContent ?? "";
      mark.setAttribute("href", `#centre-${number}`);
      mark.setAttribute("aria-label", `${number} ${name}`);
      const text = mark.querySelector("text");
      if (text) text.textContent = String(number);
    }
  }

  /** Show anew which centres are open. */
  #updateStates() {
    const now = Date.now();
    for (const centre of this.#shown) {
      const item = this.#items.get(centre.id);
      if (item && this.#bundle) updateState(this.#translator, this.#bundle, centre, item, now);
    }
  }

  /** @returns {Filters} */
  get #filters() {
    const choices = Object.entries(this.choices);
    return Object.fromEntries(choices.filter(([name, value]) => name !== "country" && value));
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

  get #selects() {
    return [...this.form.querySelectorAll("select")];
  }

  #showAll() {
    for (const select of this.#selects) if (select.name !== "country") select.value = "";
    this.#list();
  }

  /** @param {Event} event */
  #onChoice({ target }) {
    if (!(target instanceof HTMLSelectElement)) return;
    if (target.name === "country") this.load();
    else if (this.#origin && this.isReady) this.#list();
  }

  /** @param {Refusal} refusal */
  #refuse(refusal) {
    const bundle = /** @type {Bundle} */ (this.#bundle);
    const { nodes, buttons } = refusalContent(this.#translator, bundle, refusal);
    for (const button of buttons) button.addEventListener("click", () => this.find(button.value));
    this.message.replaceChildren(create("div", { class: "note error", id: "form-error" }, nodes));
    this.details.open = true;
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", `${this.description} form-error`);
    this.input.focus();
    this.message.scrollIntoView?.({ block: "nearest" }); // a phone shows little beside its keyboard
  }

  #locate() {
    const count = (this.#searches += 1);
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#refusePosition("unsupported");
      return;
    }
    this.#say("position.waiting");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (count !== this.#searches) return;
        this.answer({
          lat: coords.latitude,
          lon: coords.longitude,
          accuracy: Math.ceil(coords.accuracy),
          isPostcode: false,
        });
      },
      ({ code }) => {
        if (count === this.#searches) this.#refusePosition(POSITION_ERRORS[code]);
      },
      { maximumAge: POSITION_MAX_AGE_MS, timeout: POSITION_TIMEOUT_MS },
    );
  }

  /** @param {string} reason */
  #refusePosition(reason) {
    this.#say(`position.${reason}`);
  }

  /** @param {string} key */
  #say(key) {
    const text = createText(this.#translator, "p", key);
    this.message.replaceChildren(create("div", { class: "note" }, text));
  }
}

/** @param {Centre} centre */
function isConfirmed({ freshness }) {
  return freshness !== "unverified" && freshness !== "stale";
}
