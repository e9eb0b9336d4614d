// Enhances a page: keeps one entry in the browser's history for all searches, so that Back after
// "Leave this page" shows none of them; shows the print button; and loads the component, which
// searches on the device.
const swap = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  document.body.replaceWith(document.adoptNode(page.body));
  ready();
  document.querySelector("[data-focus]")?.focus();
};

const failed = () => {
  const main = document.querySelector("main");
  main.querySelector("[data-failure]")?.remove();
  const message = document.createElement("p");
  message.className = "note error";
  message.setAttribute("role", "alert");
  message.tabIndex = -1;
  message.dataset.failure = "";
  message.textContent = main.dataset.failed;
  main.querySelector("h1").after(message);
  message.focus();
};

let sent = 0;

// Only the last request counts: a late answer to an older one would show the wrong centres.
const send = async (form, button) => {
  const turn = (sent += 1);
  const fields = new URLSearchParams(new FormData(form, button));
  const ids = [...form.querySelectorAll("[name=contact]")].map((each) => each.value);
  try {
    const response = await fetch(button?.hasAttribute("formaction") ? button.formAction : form.action, {
      method: "POST", body: fields, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
    });
    if (!response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error("not a page");
    const text = await response.text();
    if (turn !== sent) return;
    swap(text);
    // The request has the order of the ids; print in the order shown.
    const sections = ids.map((id) => document.querySelector(`section[data-centre="${CSS.escape(id)}"]`));
    for (const section of sections) section?.parentNode.append(section);
  } catch {
    // No fallback to a normal submit: it would leave the answer in the history.
    if (turn === sent) failed();
  }
};

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (!form.hasAttribute("data-in-place") && !button?.hasAttribute("data-print-page")) return;
  if (self.origin === "null") return; // a sandboxed frame, whose fetch would be blocked
  event.preventDefault();
  send(form, button);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest("a[data-replace]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    location.replace(link.href);
  }
  if (event.target.closest("[data-print]")) window.print();
});

const enhance = async (place) => {
  const { component, ...attributes } = place.dataset;
  // A static site ignores the query string, so it is read here.
  for (const name of ["language", "service", "audience"]) {
    const value = new URLSearchParams(location.search).get(name);
    if (value) attributes[name] = value;
  }
  await import(component);
  const element = document.createElement("nearest-centre");
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
  }
  element.setAttribute("search-only", ""); // the page has helplines and an exit already
  element.hidden = true;
  element.addEventListener("nearest-centre:result", (event) => offer(element, event.detail.centres));
  element.addEventListener("nearest-centre:error", () => offer(element, []));
  // Without a form, a button to try again also counts.
  const usable = document.querySelector("form.search-form") ? "input" : "input, button";
  const changes = new MutationObserver(() => {
    if (element.shadowRoot.querySelector(usable)) {
      changes.disconnect();
      if (place.isConnected) takeOver(place, element); // else the form was answered meanwhile
    }
  });
  changes.observe(element.shadowRoot, { childList: true, subtree: true });
  place.append(element);
};

// Replaces the form when the component is ready for input, and passes on the visitor's choices.
const takeOver = (place, element) => {
  passChoices(document.querySelector("[data-server-form]"), element);
  const form = document.querySelector("form.search-form");
  if (!form) {
    settle(place, element);
    return;
  }
  const field = form.querySelector("#postcode");
  if (!field.value) {
    replace(form, place, element);
    return;
  }
  // The visitor has begun to type: keep the form, but search on the device when it is sent.
  form.addEventListener("submit", (event) => {
    const input = element.shadowRoot.querySelector("input");
    if (!input) return; // the chosen country's postcodes are still loading
    event.preventDefault();
    event.stopPropagation();
    input.value = field.value;
    field.value = "";
    replace(form, place, element);
    element.shadowRoot.querySelector("[role=search] button").click();
  });
};

const passChoices = (serverForm, element) => {
  const choices = [...serverForm.querySelectorAll(".country select, .filters select")];
  const tell = ({ name, value }) => {
    if (value) element.setAttribute(name, value);
    else element.removeAttribute(name);
  };
  let isDropped = false;
  for (const choice of choices) {
    // Choices made while the component was loading; it has the others from the page or its URL.
    if (choice.value !== (choice.querySelector("[selected]") ?? choice.options[0]).value) tell(choice);
    choice.addEventListener("change", () => {
      if (choice.name === "country") offer(element, []); // the component drops its results
      for (const each of isDropped ? choices : [choice]) tell(each);
      isDropped = false;
    });
  }
  element.addEventListener("nearest-centre:all", () => {
    isDropped = true;
    for (const choice of choices) if (choice.name !== "country") choice.value = "";
  });
};

// Removes only the form. It is below the helplines, so no link moves: a visitor who taps 112 while
// the script loads must not call another number.
const replace = (form, place, element) => {
  const focused = document.activeElement;
  fill(element);
  form.remove();
  place.hidden = false;
  // Moving an element removes its focus; restore it for a visitor who is about to type or choose.
  const next = focused?.matches("#postcode") ? element.shadowRoot.querySelector("input") : focused;
  if (focused !== next || element.contains(focused)) next.focus({ preventScroll: true });
};

// A static page shows all centres, with space reserved for the component above them. If the
// component needs more, as with a large minimum font size, it goes below them and the space stays
// empty: a change of its height would move the centres' phone numbers.
const settle = (place, element) => {
  const space = place.parentElement;
  const height = space.offsetHeight; // 0 if the browser does not support @media (scripting)
  place.querySelector("p").remove();
  place.classList.remove("loading");
  fill(element);
  if (height > 0 && space.offsetHeight <= height) return;
  document.querySelector("[data-server-form]").append(place);
};

// Shows the component, with the choices of the page in its slot.
const fill = (element) => {
  document.querySelector(".country label")?.classList.remove("visually-hidden");
  element.append(...document.querySelectorAll(".country, .filters"));
  element.hidden = false;
};

// Fills the form for printing and saving contacts: with the ids of the centres, without the place.
const offer = (element, ids) => {
  const form = document.querySelector("[data-save-form]");
  if (!form) return; // a static site
  const names = [...element.shadowRoot.querySelectorAll("[part=name]")].map((name) => name.textContent);
  const [inputs, buttons] = ["[data-inputs]", "[data-buttons]"].map((part) => form.querySelector(part));
  // In the order of the ids: the order of distances would reveal roughly where the visitor is.
  inputs.replaceChildren(...[...ids].sort().map((id) => Object.assign(document.createElement("input"), {
    type: "hidden", name: "centre", value: id,
  })));
  const words = buttons.dataset.buttons;
  buttons.replaceChildren(...ids.map((id, number) => {
    const button = Object.assign(document.createElement("button"), { name: "contact", value: id });
    const name = document.createElement("bdi");
    name.textContent = names[number];
    button.append(`${words} – `, name);
    return button;
  }));
  form.hidden = ids.length === 0;
};

// A static site ignores Accept-Language, so the language is chosen here.
const chooseLanguage = ({ languages, page }) => {
  const offered = languages?.split(" ") ?? [];
  const stem = (tag) => tag.split("-")[0];
  const [mine] = navigator.languages.flatMap((tag) => offered.filter((other) => stem(other) === stem(tag)));
  if (mine && mine !== document.documentElement.lang) location.replace(page.replace("*", mine) + location.search);
};

const ready = () => {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  const place = document.querySelector("[data-component]");
  if (place) enhance(place).catch(() => place.remove()); // the form remains and works
};

chooseLanguage(document.querySelector("main").dataset);
ready();
