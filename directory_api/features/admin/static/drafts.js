// What was typed into a form and is not saved yet is there again after Back, after another page,
// and after reloading. It is kept in the storage of this tab, encrypted with a key
// that the server derives from the session: after signing out it cannot be read. It is not sent.

const PREFIX = "draft:";
const OF_PAGE = /^(map\.|confirm_number|once$|reason$|checked$)/;
// The number of the page, of a form that has several.
const STEP = "step";
const { key: secret, forget } = document.querySelector("script[data-drafts]").dataset;
const key = await importedKey(secret);

// The page of signing in: the next person at this computer may be another one.
if (forget !== undefined) {
  const names = Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  for (const name of names) sessionStorage.removeItem(name);
} else if (key) {
  await Promise.all([...document.querySelectorAll("form[data-draft]")].map(keep));
}

async function importedKey(hex) {
  if (!hex || !globalThis.crypto?.subtle) return null;
  const bytes = Uint8Array.from(hex.match(/../g), (digits) => parseInt(digits, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function keep(form) {
  const name = PREFIX + form.dataset.draft;
  const initial = JSON.stringify(fieldsOf(form));
  let changes = 0;
  let isFilling = false;

  async function store() {
    if (isFilling) return;
    const change = ++changes;
    const fields = fieldsOf(form);
    const isUnsaved = "unsaved" in form.dataset || JSON.stringify(fields) !== initial;
    const text = isUnsaved ? await encrypted({ at: Date.now(), fields }) : null;
    if (change !== changes) return; // something else was typed meanwhile
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  }

  form.addEventListener("input", store);
  form.addEventListener("submit", (event) => {
    if (event.submitter && "saves" in event.submitter.dataset) {
      changes++;
      sessionStorage.removeItem(name);
    }
  });
  // What the server has answered with is newer than what is stored.
  if ("unsaved" in form.dataset) {
    await store();
    return;
  }
  const draft = await decrypted(sessionStorage.getItem(name));
  // What was typed before the draft was read is newer.
  if (changes) return;
  if (!draft) {
    sessionStorage.removeItem(name);
    return;
  }
  // Resetting a form leaves the values of hidden fields.
  const hidden = [...form.querySelectorAll("input[type=hidden]")];
  const values = hidden.map(({ value }) => value);
  // The draft stays as it is, with its time and its step, until something is typed.
  isFilling = true;
  fill(form, draft.fields);
  isFilling = false;
  notify(form, draft, () => {
    changes++;
    sessionStorage.removeItem(name);
    for (const field of form.querySelectorAll("[data-of-draft]")) field.remove();
    hidden.forEach((field, at) => Object.assign(field, { value: values[at] }));
    form.reset();
    for (const field of form.elements) changed(field);
  });
}

// The fields of the record as they are sent, without what belongs to a page alone.
function fieldsOf(form) {
  return [...new FormData(form)].filter(([name]) => !OF_PAGE.test(name));
}

function fill(form, fields) {
  for (const field of form.querySelectorAll("input[name], select, textarea")) {
    if (OF_PAGE.test(field.name) || field.name === STEP || field.type === "image") continue;
    const texts = fields.filter(([name]) => name === field.name).map(([, text]) => text);
    const [text, isChecked] = [field.value, field.checked];
    if (["checkbox", "radio"].includes(field.type)) field.checked = texts.includes(field.value);
    // Ticks and the text after them may have one name.
    else if (texts.length) field.value = texts.at(-1);
    if (field.value === text && field.checked === isChecked) continue;
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) {
      box.open = true;
    }
    changed(field);
  }
  // Such as a language that was added, or the other steps of a new centre.
  for (const [field, text] of fields.filter(([name]) => !form.elements[name])) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: field, value: text });
    input.dataset.ofDraft = "";
    form.append(input);
  }
}

// For what else listens to the form, such as the map.
function changed(field) {
  if (field.name) field.dispatchEvent(new Event("input", { bubbles: true }));
}

function notify(form, { at, fields }, discard) {
  const template = document.querySelector("[data-draft-notice]");
  if (!template) return;
  const notice = template.content.firstElementChild.cloneNode(true);
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  notice.querySelector("time").textContent = new Date(at).toLocaleTimeString([], time);
  notice.querySelector("[data-discard]").addEventListener("click", () => {
    notice.remove();
    discard();
  });
  continued(form, fields, notice.querySelector("[data-continue]"));
  form.prepend(notice);
}

// The server shows the step that a form is sent with.
function continued(form, fields, button) {
  const step = fields.find(([name]) => name === STEP)?.[1];
  if (!button || step === form.elements[STEP].value) {
    button?.remove();
    return;
  }
  button.addEventListener("click", () => {
    form.elements[STEP].value = step;
    form.submit();
  });
}

async function encrypted(draft) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  return JSON.stringify([[...iv], [...sealed]]);
}

// Returns null without a draft, and for one of another session.
async function decrypted(text) {
  try {
    const [iv, sealed] = JSON.parse(text).map((bytes) => Uint8Array.from(bytes));
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}
