// The search for what was typed, with every name of a place and with the neighbouring countries.
// Both are loaded only when they are needed: a request names a country, and no place.

/**
 * @import { Bundle, Place, Refusal, Resolution } from "./types.js"
 * @import { SearchOrigin } from "./answer.js"
 * @import { Loaded, Owner } from "./finder.js"
 */

import { LOAD } from "./answer.js";
import { normalizeCode, readBundle, withNames } from "./bundle.js";
import { offerPlaces } from "./combobox.js";
import { create, createText } from "./dom.js";
import { load } from "./load.js";
import { read, suggest, writtenLike } from "./places.js";
import { WaitingFinder } from "./waiting.js";

const HAS_LETTERS = /\p{L}{2}/u; // B-1000 has none
// What another table, or the server, may know.
const UNKNOWN = ["place-unknown", "postcode-unknown", "postcode-foreign", LOAD];

export class PlaceFinder extends WaitingFinder {
  /** @type {Map<string, Bundle>} By country, with every name; the neighbours' with postcodes. */
  #tables = new Map();
  /** The country (ISO 3166-1) whose places the buttons of a message name. */
  #country = "";

  /** @param {Document | ShadowRoot} root @param {Owner} owner */
  constructor(root, owner) {
    super(root, owner);
    this.input.addEventListener("focus", () => {
      if (this.isReady) this.#load(this.ready.bundle.country).catch(() => {});
    });
    for (const part of [this.message, this.listing]) {
      part.addEventListener("click", ({ target }) => {
        const button = target instanceof Element && target.closest("button.typed");
        if (!button) return;
        this.findIn(this.#country, /** @type {HTMLButtonElement} */ (button).value);
      });
    }
    offerPlaces(
      this.input,
      (text) => this.#suggest(text),
      (place) => this.#choose(place),
    );
  }

  /**
   * What was chosen is answered at once.
   *
   * @param {import("./combobox.js").Offered} offered
   */
  #choose({ place, country }) {
    const { code } = place;
    const whole = "lat" in place ? place : this.#table(country).places.get(normalizeCode(code));
    this.#country = country;
    if (whole) this.answer({ ...whole, country, typed: code || place.name });
  }

  /** @param {Loaded | null} loaded @override */
  start(loaded) {
    super.start(loaded);
    this.#tables.clear();
    this.#country = loaded?.bundle.country ?? "";
  }

  /** @param {string} text */
  #suggest(text) {
    if (!this.isReady) return [];
    const { translator, bundle } = this.ready;
    return [bundle.country, ...this.#loadedNeighbours].flatMap((country) => {
      const where = country === bundle.country ? "" : ` – ${translator.countryName(country)}`;
      return suggest(this.#table(country), text).map((place) => {
        const label = `${place.code} ${translator.text(place.nameByLanguage, place.name)}`;
        return { place, country, label: `${label.trim()}${where}` };
      });
    });
  }

  /** @param {string} country */
  #table(country) {
    return this.#tables.get(country) ?? this.ready.bundle;
  }

  get #neighbours() {
    return this.ready.bundle.neighbours ?? [];
  }

  get #loadedNeighbours() {
    return this.#neighbours.filter((country) => this.#tables.has(country));
  }

  /** @param {string} country */
  async #load(country) {
    const { bundle } = this.ready;
    const address = `${this.owner.directory()}v1/bundle/names/${country}.json`;
    const { record } = await load([address]);
    const isHome = country === bundle.country;
    const table = isHome ? bundle : readBundle({ ...bundle, helplines: [], ...record });
    if (bundle === this.ready?.bundle) this.#tables.set(country, withNames(table, record));
  }

  /** @param {string} country @param {string} text @returns {Resolution} */
  #read(country, text) {
    return read(this.#table(country), text, this.owner.filters());
  }

  /** @param {string} country @param {string} text Whether its table has all that was typed. */
  #has(country, text) {
    const { place } = this.#read(country, text);
    return place !== undefined && !place.unknownName;
  }

  /** @param {string} text @returns {SearchOrigin | undefined} What it means in the own country. */
  resolve(text) {
    const { country } = this.ready.bundle;
    const { place } = this.#read(country, text);
    return place && { ...place, country };
  }

  /**
   * Search in a country, the bundle's or a neighbouring one. Without a network, a name that only a
   * file has stays unknown, and a refusal says why.
   *
   * @param {string} asked ISO 3166-1.
   * @param {string} text
   */
  async findIn(asked, text = this.input.value) {
    this.abandon();
    const count = this.searches;
    const home = this.ready.bundle.country;
    const country = this.#neighbours.includes(asked) ? asked : home;
    let isFailed = false;
    let isWaiting = false;
    for (const needed of [() => this.#named(country, text), () => this.#elsewhere(country, text)]) {
      const missing = needed().filter((each) => !this.#tables.has(each));
      if (isFailed || missing.length === 0) continue;
      // A second wait would scroll back to where the visitor has moved on from.
      if (!isWaiting) this.wait("loading", (finder) => finder.findIn(country, text));
      isWaiting = true;
      await Promise.all(missing.map((each) => this.#load(each))).catch(() => {
        isFailed = true;
      });
      if (count !== this.searches) return;
    }
    if (country === home) this.#showHere(text, isFailed);
    else if (!isFailed) this.#showThere(country, text);
    else {
      const refusal = { error: LOAD, suggestions: [], countries: [country] };
      this.#refuseHere(refusal, text, this.#alike(text));
    }
  }

  /**
   * The country whose names are needed to read a text. A postcode needs none.
   *
   * @param {string} country
   * @param {string} text
   */
  #named(country, text) {
    const isCode = /\d/.test(text) && this.#has(country, text);
    const isHere = country === this.ready.bundle.country;
    return isHere && (isCode || !HAS_LETTERS.test(text)) ? [] : [country];
  }

  /**
   * The neighbours that may have what is not known here.
   *
   * @param {string} country
   * @param {string} text
   */
  #elsewhere(country, text) {
    if (country !== this.ready.bundle.country) return [];
    const resolution = this.#read(country, text);
    if (!unknownIn(resolution, text)) return [];
    const [only, ...others] = resolution.countries ?? [];
    if (!only || others[0]) return HAS_LETTERS.test(text) ? this.#neighbours : [];
    return this.#neighbours.filter((each) => each === only);
  }

  /** @param {string} text @param {boolean} isFailed Whether names did not come. */
  #showHere(text, isFailed) {
    const { country } = this.ready.bundle;
    const resolution = this.#read(country, text);
    const { place, error = "" } = resolution;
    const unknown = unknownIn(resolution, text);
    const there = this.#havingAll(unknown && text);
    const having = this.#having(unknown);
    this.#country = country;
    if (there.length === 1) {
      this.#showThere(there[0], text);
    } else if (place && having.length === 0) {
      this.#answerHere(place, text, unknown ? place.code : text);
    } else {
      const doubtful = { error: "place-unknown", suggestions: [place], countries: [] };
      const others = error === "postcode-unknown" ? this.#alike(text) : [...there, ...having];
      const refusal = /** @type {Refusal} */ (place ? doubtful : resolution);
      const why = isFailed ? { ...refusal, error: LOAD } : refusal;
      this.#refuseHere(why, text, others, place ? unknown : text);
    }
  }

  /**
   * @param {Place} place
   * @param {string} typed
   * @param {string} code The text, without a name that is not known.
   */
  #answerHere(place, typed, code) {
    const { country } = this.ready.bundle;
    this.answer({ ...place, country, also: place.also ?? this.#alike(code), typed });
  }

  /**
   * Say why there is no answer, and offer other places, countries and the server. A page without a
   * server, and the component, have no form that could be sent.
   *
   * @param {Refusal} refusal
   * @param {string} text
   * @param {string[]} others Countries beside those of the refusal.
   * @param {string} [there] What is searched in another country: a code may be of this one.
   */
  #refuseHere(refusal, text, others, there = text) {
    this.refuse(refusal);
    this.input.value = text;
    const note = this.message.firstElementChild;
    const countries = [...refusal.countries, ...others];
    const known = this.#neighbours.filter((country) => countries.includes(country));
    if (known.length > 0) {
      const choice = this.#choice(known, there);
      const places = refusal.isAbroad && note?.querySelector(".typed");
      if (places) places.before(choice);
      else note?.append(choice);
    }
    const { form } = this.input;
    if (UNKNOWN.includes(refusal.error) && form && !form.hasAttribute("data-alone")) {
      const { translator } = this.ready;
      const words = [createText(translator, "b", "find.button"), " "];
      const sent = createText(translator, "span", "privacy.sent");
      note?.append(create("button", { "data-send": "" }, words, sent));
    }
    this.message.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} country @param {string} text */
  #showThere(country, text) {
    const resolution = this.#read(country, text);
    this.#country = country;
    if (resolution.place) {
      this.answer({ ...resolution.place, country, also: [], typed: text });
      return;
    }
    // The table has only the postcodes near the border.
    const far = { error: "postcode-foreign", countries: [country], reason: "postcode-far" };
    const isFar = resolution.error === "postcode-unknown";
    this.refuse(
      isFar ? { ...far, suggestions: [] } : { ...resolution, countries: [country] },
    );
    this.input.value = text;
  }

  /**
   * The neighbours that have all of a text, or the only one that writes a postcode so: many write a
   * postcode alone so.
   *
   * @param {string} text
   */
  #havingAll(text) {
    const { countries = [] } = this.#read(this.ready.bundle.country, text);
    if (countries.length === 1) return countries.filter((country) => this.#tables.has(country));
    if (!HAS_LETTERS.test(text)) return [];
    return this.#loadedNeighbours.filter((country) => this.#has(country, text));
  }

  /** @param {string} text The neighbours that have a name which begins so. */
  #having(text) {
    return this.#loadedNeighbours.filter((each) => suggest(this.#table(each), text).length > 0);
  }

  /** @param {string} text The neighbours that write a postcode so; its name says the country. */
  #alike(text) {
    if (!/^\s*\d/.test(text) || HAS_LETTERS.test(text)) return [];
    const countries = writtenLike(this.ready.bundle, /\d+/.exec(text)?.[0] ?? "");
    return this.#neighbours.filter((country) => countries.includes(country));
  }

  /** @param {SearchOrigin | null} origin @override */
  show(origin = this.origin) {
    super.show(origin);
    this.#showNeighbours();
  }

  /**
   * The other countries in which the place that is shown may be, at the end of the answer, so that
   * no number moves under a finger.
   */
  #showNeighbours() {
    const { also = [], typed = "", code, country = "", name, nameByLanguage } = this.origin ?? {};
    if (also.length === 0) return;
    const { translator } = this.ready;
    const shown = translator.text(nameByLanguage, name);
    const place = code ? `${code} ${shown}` : shown;
    const here = { country: translator.countryName(country) };
    const question = createText(translator, "summary", "country.other", {}, here);
    const choice = this.#choice(also, HAS_LETTERS.test(typed) ? typed : code || typed, place);
    this.listing.append(create("details", { class: "elsewhere screen-only" }, question, choice));
  }

  /**
   * Buttons to search for a text in other countries.
   *
   * @param {string[]} countries ISO 3166-1.
   * @param {string} text
   * @param {string} [place] In whose answer they are: the country is not that of a centre.
   */
  #choice(countries, text, place) {
    const { translator } = this.ready;
    const buttons = countries.map((country) => {
      const button = create(
        "button",
        { type: "button", part: "button" },
        translator.countryName(country),
      );
      button.addEventListener("click", () => this.findIn(country, text));
      return button;
    });
    const label = translator.say("country.label");
    const ofPlace = place ? [create("bdi", {}, place), " – "] : [];
    const name = place ? `${place} – ${label}` : label;
    const group = { class: "row choice screen-only", role: "group", "aria-label": name };
    return create("div", group, create("span", {}, ofPlace, `${label}:`), buttons);
  }
}

/** @param {Resolution} resolution @param {string} text What of it is not known. */
function unknownIn({ place, error = "" }, text) {
  return place?.unknownName ?? (UNKNOWN.includes(error) ? text : "");
}
