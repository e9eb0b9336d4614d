// Puts the component in the place of the page's form.

/** @typedef {HTMLElement & {shadowRoot: ShadowRoot}} Component */

/**
 * Load the component, and show it when it is ready for input. Rejects if it cannot be loaded.
 *
 * @param {HTMLElement} place With the address of the module and attributes for the element.
 */
export async function enhance(place) {
  const { component: address, ...attributes } = place.dataset;
  // A static site ignores the query string, so it is read here.
  for (const name of ["language", "service", "audience"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) attributes[name] = value;
  }
  await import(String(address));
  const component = /** @type {Component} */ (document.createElement("nearest-centre"));
  for (const [name, value] of Object.entries(attributes)) {
    const kebabCase = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    component.setAttribute(kebabCase, String(value));
  }
  component.setAttribute("search-only", ""); // the page has helplines and an exit already
  component.hidden = true;
  component.addEventListener("nearest-centre:result", (event) => {
    fillSaveForm(component, /** @type {CustomEvent} */ (event).detail.centres);
  });
  component.addEventListener("nearest-centre:error", () => fillSaveForm(component, []));
  // Without a form, a button to try again also counts.
  const usable = searchForm() ? "input" : "input, button";
  const changes = new MutationObserver(() => {
    if (!component.shadowRoot.querySelector(usable)) return;
    changes.disconnect();
    // Else an answer has replaced the page in the meantime.
    if (place.isConnected) takeOver(place, component);
  });
  changes.observe(component.shadowRoot, { childList: true, subtree: true });
  place.append(component);
}

/** @returns {HTMLFormElement | null} The form that the server answers. */
function searchForm() {
  return document.querySelector("form.search-form");
}

/**
 * Replace the form by the component, with the visitor's choices.
 *
 * @param {HTMLElement} place
 * @param {Component} component
 */
function takeOver(place, component) {
  passChoices(/** @type {Element} */ (document.querySelector("[data-server-form]")), component);
  const form = searchForm();
  if (!form) {
    settle(place, component);
    return;
  }
  const field = /** @type {HTMLInputElement} */ (form.querySelector("#postcode"));
  if (!field.value) {
    replaceForm(form, place, component);
    return;
  }
  // The visitor has begun to type: keep the form, but search on the device when it is sent.
  form.addEventListener("submit", (event) => {
    const input = component.shadowRoot.querySelector("input");
    if (!input) return; // the chosen country's postcodes are still loading
    event.preventDefault();
    event.stopPropagation();
    input.value = field.value;
    field.value = "";
    replaceForm(form, place, component);
    const button = component.shadowRoot.querySelector("[role=search] button");
    /** @type {HTMLElement} */ (button).click();
  });
}

/**
 * @param {Element} serverForm
 * @param {Component} component
 */
function passChoices(serverForm, component) {
  const selects = /** @type {NodeListOf<HTMLSelectElement>} */ (
    serverForm.querySelectorAll(".country select, .filters select")
  );
  const choices = [...selects];
  const pass = (/** @type {HTMLSelectElement} */ { name, value }) => {
    if (value) component.setAttribute(name, value);
    else component.removeAttribute(name);
  };
  let areFiltersCleared = false;
  for (const choice of choices) {
    const initial = /** @type {HTMLOptionElement} */ (
      choice.querySelector("[selected]") ?? choice.options[0]
    );
    // Only a choice made while the component was loading; it has the others from the page or its
    // address.
    if (choice.value !== initial.value) pass(choice);
    choice.addEventListener("change", () => {
      if (choice.name === "country") fillSaveForm(component, []); // the component drops its results
      for (const each of areFiltersCleared ? choices : [choice]) pass(each);
      areFiltersCleared = false;
    });
  }
  component.addEventListener("nearest-centre:all", () => {
    areFiltersCleared = true;
    for (const choice of choices) if (choice.name !== "country") choice.value = "";
  });
}

/**
 * Remove only the form. It is below the helplines, so no link moves: a visitor who taps 112 while
 * the script loads must not call another number.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 * @param {Component} component
 */
function replaceForm(form, place, component) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  show(component);
  form.remove();
  place.hidden = false;
  // Moving an element removes its focus; restore it for a visitor who is about to type or choose.
  const wasInInput = focused?.matches("#postcode");
  const target = wasInInput ? component.shadowRoot.querySelector("input") : focused;
  if (wasInInput || component.contains(focused)) target?.focus({ preventScroll: true });
}

/**
 * A static page shows all centres, with space reserved for the component above them. If the
 * component needs more, as with a large minimum font size, it goes below them and the space stays
 * empty: a change of its height would move the centres' phone numbers.
 *
 * @param {HTMLElement} place
 * @param {Component} component
 */
function settle(place, component) {
  const space = /** @type {HTMLElement} */ (place.parentElement);
  const height = space.offsetHeight; // 0 if the browser does not support @media (scripting)
  place.querySelector("p")?.remove();
  place.classList.remove("loading");
  show(component);
  if (height > 0 && space.offsetHeight <= height) return;
  document.querySelector("[data-server-form]")?.append(place);
}

/** @param {Component} component Shown with the choices of the page in its slot. */
function show(component) {
  document.querySelector(".country label")?.classList.remove("visually-hidden");
  component.append(...document.querySelectorAll(".country, .filters"));
  component.hidden = false;
}

/**
 * Fill the form for printing and saving contacts: with the ids of the centres, without the place.
 *
 * @param {Component} component
 * @param {string[]} ids
 */
function fillSaveForm(component, ids) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-save-form]"));
  if (!form) return; // a static site
  const inputs = /** @type {HTMLElement} */ (form.querySelector("[data-inputs]"));
  const buttons = /** @type {HTMLElement} */ (form.querySelector("[data-buttons]"));
  // In the order of the ids: the order of distances would reveal roughly where the visitor is.
  inputs.replaceChildren(
    ...[...ids].sort().map((id) => {
      const attributes = { type: "hidden", name: "centre", value: id };
      return Object.assign(document.createElement("input"), attributes);
    }),
  );
  const names = component.shadowRoot.querySelectorAll("[part=name]");
  buttons.replaceChildren(
    ...ids.map((id, index) => {
      const attributes = { name: "contact", value: id };
      const button = Object.assign(document.createElement("button"), attributes);
      const name = document.createElement("bdi");
      name.textContent = names[index].textContent;
      button.append(`${buttons.dataset.buttons} – `, name);
      return button;
    }),
  );
  form.hidden = ids.length === 0;
}
