// Enhances the visitor's page: searches on the device (page-search.js), keeps one entry in the
// browser's history for all searches, so that Back after "Leave this page" shows none of them, and
// shows the print button. Without this script the page is complete.

import { showAtTop } from "./dom.js";
import { PageSearch } from "./page-search.js";

const UPDATE_MS = 20000;

// A static site ignores the query string of a frame, so its colour scheme is read here.
const scheme = String(new URLSearchParams(location.search).get("scheme"));
if (["light", "dark"].includes(scheme)) {
  document.querySelector("[name=color-scheme]")?.setAttribute("content", scheme);
}

/** @type {PageSearch | null} */
let search = null;
let requests = 0;

/** @param {string} html */
function replacePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.body.replaceWith(document.adoptNode(page.body));
  const loading = start();
  /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
  const known = /** @type {HTMLElement | null} */ (document.querySelector("#origin.known"));
  if (known) showAtTop(known);
  return loading;
}

function showFailure() {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  main.querySelector(".note[data-failure]")?.remove();
  const content = /** @type {HTMLTemplateElement} */ (main.querySelector("template[data-failure]"));
  const message = document.createElement("div");
  message.className = "note error";
  message.setAttribute("role", "alert");
  message.tabIndex = -1;
  message.dataset.failure = "";
  message.append(content.content.cloneNode(true));
  const place = main.querySelector("[data-message]");
  if (place) place.replaceChildren(message);
  else main.querySelector("h1")?.after(message);
  message.focus();
}

/**
 * Only the last request counts: a late answer to an older one would show the wrong centres.
 *
 * @param {string} address
 * @param {RequestInit} options
 * @returns {Promise<boolean>} Whether its page is shown.
 */
async function request(address, options) {
  const count = (requests += 1);
  try {
    const response = await fetch(address, {
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      ...options,
    });
    if (!response.headers.get("Content-Type")?.startsWith("text/html")) {
      throw new Error("not a page");
    }
    const html = await response.text();
    if (count !== requests) return false;
    await replacePage(html);
    return true;
  } catch {
    // No fallback to a normal submit: it would leave the answer in the history.
    if (count === requests) showFailure();
    return false;
  }
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
async function send(form, button) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) body.append(name, String(value));
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (
    form.querySelectorAll("[name=contact]")
  );
  const ids = [...buttons].map(({ value }) => value);
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  if (!(await request(address, { method: "POST", body }))) return;
  // The request has the order of the ids; print in the order shown.
  for (const id of ids) {
    const section = document.querySelector(`section[data-centre="${CSS.escape(id)}"]`);
    section?.parentNode?.append(section);
  }
}

/**
 * Another language keeps the answer: the page of the language contains no place, which stays here.
 *
 * @param {string} address Of the page.
 */
async function changeLanguage(address) {
  const origin = search?.origin;
  const choices = search?.choices ?? {};
  // A sandboxed frame may not fetch its page.
  if (!origin || self.origin === "null") {
    location.replace(address);
    return;
  }
  if (!(await request(address, { method: "GET" })) || !search?.isReady) return;
  search.choices = choices;
  search.answer(origin);
}

/**
 * Go to a centre, or to the content, without an entry in the history, to which Back would lead
 * after "Leave this page".
 *
 * @param {Event} event
 * @param {Element} mark
 */
function showMarked(event, mark) {
  event.preventDefault();
  const heading = document.getElementById(String(mark.getAttribute("href")).slice(1));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  showAtTop(heading);
}

/**
 * Answer a form on this device if it can: the search, and the choice of another country.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @returns {boolean} Whether it does.
 */
function answerHere(form, button) {
  if (search && form === search.form && (search.isReady || search.isAlone)) {
    requests += 1; // a late answer of the server to an older search is not shown
    search.find();
    return true;
  }
  if (!search?.isReady || !form.hasAttribute("data-choice")) return false;
  search.finder.findIn(String(button?.value), String(new FormData(form).get("postcode")));
  return true;
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (answerHere(form, button)) {
    event.preventDefault();
    return;
  }
  const isInPlace = form.hasAttribute("data-in-place") || button?.hasAttribute("data-print-page");
  if (!isInPlace) return;
  if (self.origin === "null") return; // a sandboxed frame, whose fetch would be blocked
  event.preventDefault();
  // A place that this device knows is not sent again.
  if (search?.origin && button?.name === "lang") {
    changeLanguage(`${location.pathname}?lang=${button.value}`);
  } else send(form, button);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = /** @type {HTMLAnchorElement | null} */ (event.target.closest("a[data-replace]"));
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    changeLanguage(link.href);
  }
  const mark = event.target.closest("a[data-mark], a.skip");
  if (mark) showMarked(event, mark);
  if (event.target.closest("[data-print]")) window.print();
});

/**
 * Fill the form for printing and saving contacts: with the ids of the centres, without the place.
 *
 * @param {string[]} ids
 * @param {string[]} names
 */
function offerContacts(ids, names) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-save-form]"));
  if (!form) return; // a static site
  const inputs = /** @type {HTMLElement} */ (form.querySelector("[data-inputs]"));
  const buttons = /** @type {HTMLElement} */ (form.querySelector("[data-buttons]"));
  // In the order of the ids: the order of distances would reveal roughly where the visitor is.
  inputs.replaceChildren(
    ...[...ids].sort().map((id) =>
      Object.assign(document.createElement("input"), { type: "hidden", name: "centre", value: id }),
    ),
  );
  buttons.replaceChildren(
    ...ids.map((id, index) => {
      const button = document.createElement("button");
      Object.assign(button, { name: "contact", value: id });
      const name = document.createElement("bdi");
      name.textContent = names[index];
      button.append(`${buttons.dataset.buttons} – `, name);
      return button;
    }),
  );
  form.hidden = ids.length === 0;
}

/** @param {string[]} ids @param {string[]} names */
function showContacts(ids, names) {
  requests += 1; // also after a suggestion, a position or a choice
  offerContacts(ids, names);
}

async function start() {
  for (const button of document.querySelectorAll("[data-print]")) button.removeAttribute("hidden");
  const form = document.querySelector("form.search-form[data-search]");
  search?.finder.cancel();
  search = form ? new PageSearch(/** @type {HTMLFormElement} */ (form), showContacts) : null;
  await search?.load();
}

// Which centres are open changes while the page is open.
setInterval(() => search?.finder.updateStates(), UPDATE_MS);
start();
