// The words of a language, and Unicode's names, numbers and dates in it.

/** @import { Texts, WordsRecord } from "./types.js" */

// The directory's words of these languages have a script in their name.
/** @type {Record<string, string>} */
const SCRIPTS = { sr: "sr-Latn", zh: "zh-Hans" };

/**
 * Until words have been loaded.
 *
 * @type {WordsRecord}
 */
const ENGLISH = {
  tag: "en",
  direction: "ltr",
  reviewed: true,
  borrowed: [],
  words: {
    heading: "Find a centre",
    "exit.button": "Leave this page",
    "helplines.heading": "In danger now? Call.",
    "helpline.emergency": "Emergency number",
    loading: "Loading…",
    "load.failed": "The list did not load. Try again, or call a number on this page.",
    "retry.button": "Try again",
  },
};

/**
 * The names that the words of a language may have: a server knows nl for nl-BE, a folder has only
 * the names of its files.
 *
 * @param {string} tag
 */
export function wordsNames(tag) {
  let primary = "en";
  try {
    primary = new Intl.Locale(tag.replaceAll("_", "-")).language;
  } catch {} // not a tag
  return new Set([tag, SCRIPTS[primary] ?? primary, "en"]);
}

/** Says things in one language. */
export class Translator {
  /** @param {WordsRecord} [record] Without it, the few English words that are always there. */
  constructor(record) {
    this.isLoaded = record !== undefined;
    this.record = record ?? ENGLISH;
  }

  get tag() {
    return this.record.tag;
  }

  get direction() {
    return this.record.direction;
  }

  /** Whether a speaker has reviewed the words. */
  get isReviewed() {
    return this.record.reviewed;
  }

  /** @param {string} key Whether its words are English in another language. */
  isEnglish(key) {
    return this.record.borrowed.includes(key);
  }

  /**
   * The words of a key, with placeholders filled; empty if there is no such key.
   *
   * @param {string} key
   * @param {Record<string, string>} [values]
   * @param {boolean} [areInLanguage] Whether the values are texts in this language.
   */
  say(key, values = {}, areInLanguage = false) {
    // Without isolation, a phone number's groups are in the wrong order in right-to-left text.
    const isIsolated = this.direction === "rtl" && !this.isEnglish(key) && !areInLanguage;
    const text = this.record.words[key] ?? ENGLISH.words[key] ?? "";
    return text.replace(/\{(\w+)\}/g, (_, name) =>
      isIsolated ? `\u2068${values[name]}\u2069` : values[name],
    );
  }

  /**
   * A record's text in this language.
   *
   * @template {string | undefined} Fallback
   * @param {Texts | undefined} texts
   * @param {Fallback} [fallback]
   * @returns {string | Fallback}
   */
  text(texts, fallback) {
    const own = texts?.[this.tag] ?? texts?.[this.tag.split("-")[0]];
    return own ?? /** @type {Fallback} */ (fallback);
  }

  /** @param {number} metres Kilometres in this language, with one decimal below ten. */
  kilometres(metres) {
    const digits = metres < 9950 ? 1 : 0; // 10 km, not 10.0 km
    return (metres / 1000).toLocaleString(this.#locales, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  /** @param {number} moment @param {string} timeZone Its date, with the month as a word. */
  date(moment, timeZone = "UTC") {
    return this.#dateFormat({ dateStyle: "long", timeZone }).format(moment);
  }

  /**
   * A time, as on the server's page: with its weekday unless it is today, and with its date from a
   * week on. Throws a RangeError if the browser does not have the
   * time zone.
   *
   * @param {number} moment
   * @param {number} now
   * @param {string | undefined} timeZone
   */
  time(moment, now, timeZone) {
    /** @type {Intl.DateTimeFormatOptions} */
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    const clock = this.#dateFormat(options).format(moment);
    const [day, today] = [moment, now].map(
      (each) => new Date(new Date(each).toLocaleDateString("en-US", { timeZone })),
    );
    const days = Math.round((day.getTime() - today.getTime()) / DAY_MS);
    if (days === 0) return clock;
    if (days > 6) return `${this.date(moment, timeZone)}, ${clock}`;
    // A browser may not have the names in each language.
    const name =
      this.record.week?.days[(day.getDay() + 6) % 7] ??
      this.#dateFormat({ weekday: "long", timeZone }).format(moment);
    return `${name}, ${clock}`;
  }

  /** @param {number} count `in 20 minutes`; empty if this browser cannot say it. */
  minutes(count) {
    const [known] = Intl.RelativeTimeFormat.supportedLocalesOf(this.#locales[0]);
    return known ? new Intl.RelativeTimeFormat(known).format(count, "minute") : "";
  }

  /** @param {string} code ISO 3166-1. */
  countryName(code) {
    return new Intl.DisplayNames(this.#locales, { type: "region" }).of(code) ?? code;
  }

  /** @param {Intl.DateTimeFormatOptions} options */
  #dateFormat(options) {
    return new Intl.DateTimeFormat(this.#locales, options);
  }

  get #locales() {
    // English without a country is American: December 31.
    const tag = this.tag.replace(/^en$/, "en-001");
    return [`${tag}-u-ca-gregory-nu-latn`, "en-001-u-nu-latn"];
  }
}

const DAY_MS = 86400000;

/**
 * The name of a language in itself, else in English, else its code.
 *
 * @param {string} code BCP 47.
 * @returns {string}
 */
export function languageName(code) {
  try {
    const own = new Intl.DisplayNames([code, "en"], { type: "language", fallback: "none" });
    const english = new Intl.DisplayNames("en", { type: "language" });
    return own.of(code) ?? english.of(code) ?? code;
  } catch {
    return code; // a tag that this browser refuses
  }
}
