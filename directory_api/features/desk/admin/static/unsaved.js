// The browser asks before a page is left whose forms have changes that were not sent.

const forms = [...document.querySelectorAll("form[data-guarded]")];
const before = new Map(forms.map((form) => [form, fieldsOf(form)]));
let sent = null;
let isCalling = false;

// With `data-unsaved`, the page itself has what was sent before and is not saved.
function isUnsaved(form) {
  return "unsaved" in form.dataset || fieldsOf(form) !== before.get(form);
}

function fieldsOf(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

for (const form of forms) {
  form.addEventListener("submit", () => {
    sent = form;
  });
}
// Browsers also announce that a page is left when a link opens the phone or the mail program.
document.addEventListener("click", (event) => {
  isCalling = Boolean(event.target.closest("a:is([href^='tel:'], [href^='sms:'], [href^='mailto:'])"));
});
addEventListener("beforeunload", (event) => {
  if (isCalling) return;
  if (forms.some((form) => form !== sent && isUnsaved(form))) event.preventDefault();
  sent = null;
});
