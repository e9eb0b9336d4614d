// Registers a passkey, and signs in with one. The server checks everything that is sent.

/** @param {any} options as JSON @returns {Promise<Credential | null>} */
function register(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey });
}

/** @param {any} options as JSON @returns {Promise<Credential | null>} */
function use(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

/** @param {HTMLFormElement} form @returns {Promise<any>} what the device needs, as JSON */
async function optionsOf(form) {
  if (form.dataset.options) {
    return JSON.parse(form.dataset.options);
  }
  const answer = await fetch(form.dataset.from ?? "", { method: "POST" });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

/** Shows one of the sentences that the page has for what can happen.
 * @param {HTMLFormElement} form @param {string} name none if empty */
function say(form, name) {
  for (const sentence of form.querySelectorAll("[data-say]")) {
    if (sentence instanceof HTMLElement) {
      sentence.hidden = sentence.dataset.say !== name;
    }
  }
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  const isElsewhere = form.dataset.origin !== location.origin;
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON || isElsewhere) {
    say(form, isElsewhere ? "elsewhere" : "unable");
    return;
  }
  say(form, "");
  for (const part of form.querySelectorAll("[data-able]")) {
    part.removeAttribute("hidden");
  }
  const button = form.querySelector("button");
  const field = form.elements.namedItem("credential");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!button || !(field instanceof HTMLInputElement) || button.disabled) {
      return;
    }
    button.disabled = true;
    say(form, "");
    try {
      const isNew = form.dataset.passkey === "new";
      const options = await optionsOf(form);
      const credential = await (isNew ? register(options) : use(options));
      // A password manager may have no toJSON: then registering fails with a sentence.
      field.value = JSON.stringify(/** @type {PublicKeyCredential} */ (credential).toJSON());
      form.submit();
    } catch (error) {
      const isKnown = error instanceof DOMException && error.name === "InvalidStateError";
      say(form, isKnown ? "known" : "failed");
    }
    button.disabled = false;
  });
}

// Sends the code of the link, which is after the # of the address: a browser sends that part to no
// server, so no log on the way has it. The address is replaced, so that the history has no code.
function openLink() {
  const code = location.hash.slice(1);
  const form = document.getElementById("open-link");
  if (!(form instanceof HTMLFormElement)) {
    return;
  }
  say(form, "");
  if (code) {
    history.replaceState(null, "", location.pathname + location.search);
    const field = form.elements.namedItem("code");
    if (field instanceof HTMLInputElement) {
      field.value = code;
      form.submit();
    }
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (form instanceof HTMLFormElement) {
    prepare(form);
  }
}
openLink();
addEventListener("hashchange", openLink);
