// What is read aloud: which voice may read it, and how it says numbers and days.

/** @import { WeekWords } from "./types.js" */

/**
 * A voice for a language that is on the device: another one would send the text to its maker. One
 * that does not say where it is counts as another.
 *
 * @param {SpeechSynthesisVoice[]} voices
 * @param {string} tag Of the language (BCP 47).
 * @returns {SpeechSynthesisVoice | null}
 */
export function localVoice(voices, tag) {
  const wanted = localeOf(tag);
  const able = voices.filter((voice) => {
    const locale = localeOf(voice.lang);
    return isLocal(voice, voices) && wanted && locale && isSpoken(wanted, locale);
  });
  const inScript = able.filter((voice) => localeOf(voice.lang)?.script === wanted?.script);
  const [best = null] = inScript.length > 0 ? inScript : able;
  return inScript.find((voice) => voice.default) ?? best;
}

/**
 * Whether a voice is on the device, and no other one has its name: browsers look for a voice by its
 * name when they speak.
 *
 * @param {SpeechSynthesisVoice} voice
 * @param {SpeechSynthesisVoice[]} voices
 */
export function isLocal(voice, voices) {
  const others = voices.filter(({ localService }) => localService !== true);
  return voice.localService === true && !others.some(({ name }) => name === voice.name);
}

/**
 * Whether a voice speaks a language. Chinese in another script may be Cantonese; Serbian is the
 * same in both of its scripts.
 *
 * @param {Intl.Locale} wanted
 * @param {Intl.Locale} locale
 */
function isSpoken({ language, script }, locale) {
  return locale.language === language && (language !== "zh" || locale.script === script);
}

/** @param {string} tag Of a page, or of a voice: Android writes `pt_BR`. */
function localeOf(tag) {
  try {
    return new Intl.Locale(tag.replaceAll("_", "-")).maximize();
  } catch {
    return null; // not a tag
  }
}

/**
 * A number as it is said: each digit alone, so that no voice makes a hundred and one of 101, in the
 * groups in which it is shown. No full stop ends a group: "8." is "eighth" in German.
 *
 * @param {string} shown
 * @param {string} plus The word for "+".
 */
export function spokenGroups(shown, plus) {
  const groups = shown.match(/[+\d]+/g) ?? [];
  return groups.map((group) => [...group].join(", ").replaceAll("+", plus));
}

/**
 * A text with every day of a range: most voices say nothing for a dash, and "Monday Friday" would
 * be two days.
 *
 * @param {string} text
 * @param {WeekWords} week The words with which weekly.js wrote the range.
 */
export function spokenDays(text, { days, range }) {
  const ranges = days.flatMap((start, first) =>
    days.slice(first + 1).map((end, more) => ({
      shown: range.replace("{0}", start).replace("{1}", end),
      said: days.slice(first, first + more + 2).join(", "),
    })),
  );
  // The longest first: in Amharic the name of Tuesday ends with that of Monday.
  ranges.sort((one, other) => other.shown.length - one.shown.length);
  return ranges.reduce((sum, { shown, said }) => sum.replaceAll(shown, said), text);
}
