// Reads the numbers of the page, or the closest centre of an answer, aloud: with a voice that is on
// the device, quietly, and after a tap only.

/** @import { WeekWords } from "./types.js" */

import { isLocal, localVoice, spokenDays, spokenGroups } from "./spoken.js";

const VOLUME = 0.5; // of what the device is set to
const RATE = 0.9;
const SEPARATORS = /^[\s–·,:]+|[\s–·,]+$/gu;

/** @typedef {{text: string, tag: string}} Part What is said in one go, and its language. */

/** @type {{button: Element, utterances: SpeechSynthesisUtterance[]} | null} */
let reading = null;

/**
 * Put what reads aloud beside the helplines and the answer, once the device has a voice. Its place
 * is kept, so that nothing moves then.
 */
export function offerReading() {
  const fold = /** @type {HTMLTemplateElement | null} */ (
    document.querySelector("template[data-aloud-fold]")
  );
  if (!fold || !window.speechSynthesis) return;
  speechSynthesis.onvoiceschanged = onVoices; // Safari 15 has no addEventListener here
  if (!localVoice(speechSynthesis.getVoices(), document.documentElement.lang)) return;
  const headings = [document.querySelector("main > .helplines > h2")];
  if (document.querySelector("#origin.known") && document.querySelector(".results article")) {
    headings.push(document.querySelector(".results > h2"));
  }
  for (const heading of headings) {
    const section = heading?.parentElement;
    if (!section || section.querySelector(":scope > .aloud")) continue;
    const copy = fold.content.cloneNode(true);
    // Not between "In danger now? Call." and the numbers.
    if (section.matches(".helplines")) heading.before(copy);
    else heading.after(copy);
  }
}

/**
 * Read, or stop reading.
 *
 * @param {HTMLElement} button What was tapped.
 * @param {WeekWords} [week] The words for days, once they have been loaded.
 */
export function readAloud(button, week) {
  const isSecond = reading?.button === button;
  stopReading();
  if (isSecond) return;
  const section = /** @type {Element} */ (button.closest(".helplines, .results"));
  const plus = String(button.dataset.aloud);
  const parts = section.matches(".results") ? centreParts(section, plus) : lineParts(section, plus);
  const voices = speechSynthesis.getVoices();
  const utterances = parts.flatMap(({ text, tag }) => {
    const voice = localVoice(voices, tag);
    // Never the browser's own choice.
    return voice ? [utteranceOf(week ? spokenDays(text, week) : text, voice)] : [];
  });
  const end = () => {
    if (reading?.utterances === utterances) stopReading();
  };
  const last = utterances.at(-1);
  if (!last) return;
  last.onend = end;
  for (const each of utterances) each.onerror = end;
  reading = { button, utterances }; // Chromium forgets what nothing refers to
  button.classList.add("reading");
  for (const each of utterances) speechSynthesis.speak(each);
}

/** Be silent at once. */
export function stopReading() {
  if (!reading) return;
  reading.button.classList.remove("reading");
  reading = null;
  speechSynthesis.cancel();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stopReading();
});
// Some browsers go on when the page is gone.
window.addEventListener("pagehide", stopReading);

/** Stop when a voice that reads is gone: the browser would go on with one of its own choice. */
function onVoices() {
  const voices = speechSynthesis.getVoices();
  const isThere = (/** @type {SpeechSynthesisUtterance} */ { voice }) =>
    voices.some((one) => one.voiceURI === voice?.voiceURI && isLocal(one, voices));
  if (!reading?.utterances.every(isThere)) stopReading();
  offerReading();
}

/** @param {string} text @param {SpeechSynthesisVoice} voice */
function utteranceOf(text, voice) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.volume = VOLUME;
  utterance.rate = RATE;
  return utterance;
}

/**
 * The helplines that have a number, each after what it is.
 *
 * @param {Element} section
 * @param {string} plus
 */
function lineParts(section, plus) {
  const lines = [...section.querySelectorAll(":scope > ul > li")].filter((line) =>
    line.querySelector(":scope > [href^='tel:']"),
  );
  return [
    ...partsOf(section.querySelector("h2"), plus),
    ...lines.flatMap((line) => [
      ...linkParts(line.querySelector("a"), plus),
      ...partsOf(line.querySelector(":scope > .listen"), plus),
    ]),
  ];
}

/**
 * The closest centre: its name, its state, the number to call now before the others, and the number
 * for danger. Not the distance, which tells where the visitor is.
 *
 * @param {Element} section
 * @param {string} plus
 */
function centreParts(section, plus) {
  const card = /** @type {Element} */ (section.querySelector("article"));
  const links = [...card.querySelectorAll(":scope > .night, :scope > .calls > .call")];
  const isNow = (/** @type {Element} */ link) => link.classList.contains("main");
  const others = [".calls > .until", ".duty", ".contested"].flatMap((part) => [
    ...card.querySelectorAll(`:scope > ${part}`),
  ]);
  const lines = document.querySelector("main > .helplines");
  return [
    ...partsOf(card.querySelector("h3 bdi"), plus),
    ...partsOf(card.querySelector(".state > span"), plus),
    ...[...links.filter(isNow), ...links.filter((link) => !isNow(link))].flatMap((link) =>
      linkParts(link, plus),
    ),
    ...others.flatMap((part) => partsOf(part, plus)),
    ...partsOf(lines?.querySelector("h2"), plus),
    ...linkParts(lines?.querySelector(".emergency a"), plus),
  ];
}

/**
 * @param {Element | null | undefined} link That of a helpline says what it is before its number.
 * @param {string} plus
 */
function linkParts(link, plus) {
  const number = link?.querySelector(":scope > b");
  const words = link?.querySelector(":scope > span");
  return number && words
    ? [...partsOf(words, plus), ...partsOf(number, plus)]
    : partsOf(link, plus);
}

/**
 * The texts of an element as they are shown, those of each element in it on their own.
 *
 * @param {Element | null | undefined} element
 * @param {string} plus
 * @returns {Part[]}
 */
function partsOf(element, plus) {
  if (!element) return [];
  /** @type {Part[]} */
  const parts = [];
  const tag = String(element.closest("[lang]")?.getAttribute("lang"));
  let text = "";
  const flush = () => {
    const plain = text.replace(/[\s\u2068\u2069]+/gu, " ").replaceAll(" ·", ",");
    const said = plain.replace(SEPARATORS, "");
    if (/[\p{L}\p{N}]/u.test(said)) parts.push({ text: said, tag });
    text = "";
  };
  for (const node of element.childNodes) {
    if (!(node instanceof Element)) {
      text += node.textContent;
    } else if (!node.matches("bdi")) {
      flush();
      parts.push(...partsOf(node, plus));
    } else if (node.closest("[href^='tel:']")) {
      flush();
      for (const group of spokenGroups(String(node.textContent), plus)) {
        parts.push({ text: group, tag: document.documentElement.lang });
      }
    } else {
      text += node.textContent;
    }
  }
  flush();
  return parts;
}
