// Copies an address.

/**
 * Copy the address beside a button, and say so. Selecting it works everywhere: browsers forbid
 * navigator.clipboard in a frame and without https.
 *
 * @param {HTMLElement} button
 */
export function copyAddress(button) {
  const address = button.closest(".place")?.querySelector("bdi");
  if (!address) return;
  getSelection()?.selectAllChildren(address);
  const status = button.nextElementSibling;
  if (document.execCommand("copy") && status) status.textContent = String(button.dataset.copy);
}
