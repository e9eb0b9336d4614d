// Registers a passkey, and signs in with one. The server checks everything that is sent.

/** @param {string} encoded in base64url @returns {Uint8Array<ArrayBuffer>} */
function bytes(encoded) {
  const binary = atob(encoded.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer @returns {string | null} in base64url */
function text(buffer) {
  if (!buffer) {
    return null;
  }
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {any} options as JSON @returns {Promise<object>} the answer of the device, as JSON */
async function registered(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((/** @type {any} */ each) => ({
      ...each,
      id: bytes(each.id),
    })),
  };
  const made = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.create({ publicKey })
  );
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  };
}

/** @param {any} options as JSON @returns {Promise<object>} the answer of the device, as JSON */
async function used(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  const found = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (found.response);
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  };
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
  if (!window.PublicKeyCredential || isElsewhere) {
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
      field.value = JSON.stringify(await (isNew ? registered(options) : used(options)));
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
