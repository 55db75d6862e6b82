// The sheet: below 1024 px the form lies over the page.

const find = (selector) => document.querySelector(selector);
export const wide = window.matchMedia("(min-width: 1024px)");

let sheetOpener = null;
export const sheet = () => find("[data-sheet]");
export const isSheetOpen = () => sheet()?.dataset.sheet === "open";

function setSheet(isOpen) {
  const panel = sheet();
  panel.dataset.sheet = isOpen ? "open" : "closed";
  const attributes = { role: "dialog", "aria-modal": "true", "aria-labelledby": "form-heading" };
  for (const [name, value] of Object.entries(attributes)) {
    if (isOpen) panel.setAttribute(name, value);
    else panel.removeAttribute(name);
  }
  for (const element of document.querySelectorAll("[data-behind-sheet]")) element.inert = isOpen;
}

export function openSheet(opener) {
  if (wide.matches || isSheetOpen()) return;
  sheetOpener = opener;
  setSheet(true);
  find("[data-sheet] input:not([type=hidden])")?.focus();
}

export function closeSheet() {
  if (!isSheetOpen()) return;
  setSheet(false);
  (sheetOpener?.isConnected ? sheetOpener : find('[data-testid="add-contact"]'))?.focus();
}

wide.addEventListener("change", () => isSheetOpen() && setSheet(false));
