// Shares a centre, or the national line of the page, with another app if the browser can, else
// copies it. Both get the same text, which is made from the record only: it never has the place, a
// distance or the address of the page.

/**
 * @import { Centre, Helpline, Loaded } from "./types.js"
 * @import { Translator } from "./i18n.js"
 */

import { closedText, lineLink, nameIn, townIn } from "./cards.js";
import { create } from "./dom.js";
import { ALWAYS } from "./hours.js";


/**
 * Let what is shown be shared, once its records are there; also on cards that the script has made.
 *
 * @param {Loaded} ready
 */
export function offerSharing(ready) {
  const fold = /** @type {HTMLTemplateElement} */ (
    document.querySelector("template[data-share-fold]")
  );
  for (const card of document.querySelectorAll("article.centre")) {
    if (card.querySelector(".share")) continue;
    card.append(fold.content.cloneNode(true));
    card.querySelector("[name=contact]")?.setAttribute("value", String(idOf(card)));
  }
  // Not in a frame that may not, on a computer without such apps, or in an old browser.
  const canShare = navigator.canShare?.({ text: "-" }) ?? Boolean(navigator.share);
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = document.querySelectorAll("[data-share]");
  for (const button of buttons) {
    button.hidden = (button.dataset.share === "sheet") !== canShare;
    button.disabled = sharedLines(ready, button, false).length === 0;
  }
}

/** @param {HTMLButtonElement} button What was tapped. @param {Loaded} ready */
export async function share(button, ready) {
  const fold = /** @type {HTMLElement} */ (button.closest(".share"));
  const neutral = /** @type {HTMLInputElement} */ (fold.querySelector("[name=neutral]"));
  const status = /** @type {HTMLElement} */ (fold.querySelector("[role=status]"));
  const lines = sharedLines(ready, button, neutral.checked);
  const text = lines.join("\n");
  status.replaceChildren();
  if (button.dataset.share === "sheet") {
    // The visitor may close the sheet.
    await navigator.share({ title: lines[0], text }).catch(() => {});
  } else if (await copy(text)) {
    status.append(create("span", {}, status.dataset.copied));
  }
}

/**
 * The lines of the text, first a name; none without a record.
 *
 * @param {Loaded} ready
 * @param {Element} button
 * @param {boolean} isNeutral Whether nothing names the centre.
 */
function sharedLines({ translator, bundle }, button, isNeutral) {
  const card = /** @type {HTMLElement} */ (button.closest(".centre, .trust"));
  const centre = bundle.centres.find(({ id }) => id === idOf(card));
  const href = card.querySelector("a")?.getAttribute("href");
  const line = bundle.helplines.find(
    (each) => lineLink(translator, each).getAttribute("href") === href,
  );
  /** @type {(string | null | undefined | false)[]} */
  let lines = [];
  if (centre) lines = centreLines(translator, centre, card, isNeutral);
  else if (line) lines = helplineLines(translator, line, isNeutral);
  return lines.filter(Boolean).map((each) => String(each).replaceAll("\u00a0", " "));
}

/** @param {Element} card The id of its centre. */
function idOf(card) {
  return card.getAttribute("data-centre");
}

/**
 * @param {Translator} translator
 * @param {Centre} centre
 * @param {HTMLElement} card
 * @param {boolean} isNeutral
 */
function centreLines(translator, centre, card, isNeutral) {
  const calls = /** @type {HTMLElement} */ (card.querySelector(".calls")?.cloneNode(true));
  const isPublic = (centre.address_visibility ?? "public") === "public";
  /** @param {string} selector */
  const texts = (selector) =>
    [...card.querySelectorAll(selector)].map(({ textContent }) => textContent);
  return [
    isNeutral ? `${translator.say("neutral.name")} ${townIn(card)}`.trim() : nameIn(card),
    centre.status !== "active" && closedText(translator, centre, Date.now()),
    ...[...calls.children].map(callText),
    ...(isPublic ? texts(".address, .place > .until") : []),
    ...new Set(texts(".contested:not(.hours)")),
    !isNeutral && card.querySelector(".website a")?.getAttribute("href"),
  ];
}

/** @param {Element} link The number that it calls, and when calls are answered. */
function callText(link) {
  for (const each of link.querySelectorAll("br")) each.replaceWith(", ");
  link.querySelector(".answered")?.prepend("– ");
  return link.textContent;
}

/** @param {Translator} translator @param {Helpline} helpline @param {boolean} isNeutral */
function helplineLines(translator, { kind, name, number = "", display, hours }, isNeutral) {
  const words = translator.text(name, translator.say(`helpline.${kind}`));
  return [
    isNeutral ? translator.say("neutral.name") : words,
    translator.say("call", { number: display ?? number }),
    hours === ALWAYS && translator.say("phone.always"),
  ];
}

/**
 * Whether the text was copied. Browsers forbid navigator.clipboard in a frame and without https.
 *
 * @param {string} text
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    /** @param {ClipboardEvent} event */
    const fill = (event) => {
      event.preventDefault();
      event.clipboardData?.setData("text/plain", text);
    };
    document.addEventListener("copy", fill);
    const isCopied = document.execCommand("copy");
    document.removeEventListener("copy", fill);
    return isCopied;
  }
}
