// Sends a form and shows the answer in the same entry of the browser's history.

let requests = 0;

/**
 * @param {SubmitEvent} event
 * @param {() => void} onReady Called when an answer has replaced the page.
 */
export function submitInPlace(event, onReady) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (!form.hasAttribute("data-in-place") && !button?.hasAttribute("data-print-page")) return;
  if (self.origin === "null") return; // a sandboxed frame, whose fetch would be blocked
  event.preventDefault();
  send(form, button, onReady);
}

/**
 * Only the last request counts: a late answer to an older one would show the wrong centres.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @param {() => void} onReady
 */
async function send(form, button, onReady) {
  const count = (requests += 1);
  const fields = /** @type {any} */ (new FormData(form, button));
  const ids = Array.from(form.querySelectorAll("[name=contact]"), (contact) =>
    contact.getAttribute("value"),
  );
  try {
    const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
    const response = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    if (!response.headers.get("Content-Type")?.startsWith("text/html")) {
      throw new Error("not a page");
    }
    const text = await response.text();
    if (count !== requests) return;
    replacePage(text);
    onReady();
    /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
    sortSections(ids);
  } catch {
    // No fallback to a normal submit: it would leave the answer in the history.
    if (count === requests) showFailure();
  }
}

/** @param {string} text HTML of this site. */
function replacePage(text) {
  const { documentElement, body } = new DOMParser().parseFromString(text, "text/html");
  document.documentElement.lang = documentElement.lang;
  document.documentElement.dir = documentElement.dir;
  document.body.replaceWith(document.adoptNode(body));
}

/**
 * Print the centres in the order of the page. The request has the order of the ids.
 *
 * @param {(string | null)[]} ids
 */
function sortSections(ids) {
  const sections = ids.map((id) =>
    document.querySelector(`section[data-centre="${CSS.escape(String(id))}"]`),
  );
  for (const section of sections) section?.parentNode?.append(section);
}

function showFailure() {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  main.querySelector("[data-failure]")?.remove();
  const message = document.createElement("p");
  message.className = "note error";
  message.setAttribute("role", "alert");
  message.tabIndex = -1;
  message.dataset.failure = "";
  message.textContent = main.dataset.failed ?? "";
  main.querySelector("h1")?.after(message);
  message.focus();
}
