// Modal dialogs: the server says whether one is open; it closes at once all the same.

const find = (selector, within = document) => within.querySelector(selector);
const openers = new WeakMap();
const dismissed = new WeakSet();

export function syncDialog(dialog) {
  const shouldBeOpen = dialog.dataset.open === "true";
  if (!shouldBeOpen) dismissed.delete(dialog);
  if (shouldBeOpen && !dialog.open && !dismissed.has(dialog)) openDialog(dialog);
  if (!shouldBeOpen && dialog.open) closeDialog(dialog);
}

function openDialog(dialog) {
  openers.set(dialog, document.activeElement);
  dialog.showModal();
  find("[data-takes-focus]", dialog)?.focus();
}

function closeDialog(dialog) {
  dialog.close();
  const opener = openers.get(dialog);
  // The row of a deleted contact disappears at the same time or a little later.
  setTimeout(() => {
    if (document.activeElement !== document.body && document.activeElement !== opener) return;
    (opener?.isConnected && opener !== document.body ? opener : find("#contacts-heading"))?.focus();
  }, 50);
}

// The dialog closes at once; the server learns of it when it can.
export function dismissDialog(dialog) {
  dismissed.add(dialog);
  closeDialog(dialog);
}

document.addEventListener(
  "cancel",
  (event) => {
    const button = find("[data-dismisses]", event.target);
    if (!button) return;
    event.preventDefault();
    button.click();
  },
  true,
);
