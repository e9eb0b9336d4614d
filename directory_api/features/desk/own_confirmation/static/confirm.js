// Sends the code of the link, which is after the # of the address: a browser sends that part to no
// server, so no log on the way has it. The address is replaced, so that the history has no code.
function open() {
  const code = location.hash.slice(1);
  if (code) {
    history.replaceState(null, "", location.pathname + location.search);
    const form = document.getElementById("open");
    form.elements.code.value = code;
    form.submit();
  }
}

open();
// A link that is opened in a tab that has this page already loads nothing.
addEventListener("hashchange", open);
