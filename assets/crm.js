// What only the browser can do, wired to the page by data- attributes: drafts of what is typed,
// edits made elsewhere, the search text in the address, focus, the form's sheet and the dialog.

import { draftPrefix, followSession } from "./account.js";

const FIELDS = ["name", "email", "company", "phone", "notes"];
const SUCCESS_SECONDS = 3;
const find = (selector, within = document) => within.querySelector(selector);
const wide = window.matchMedia("(min-width: 1024px)");

// --- drafts: what is typed stays in this tab until it is saved -------------------------------

const draftName = (form) => draftPrefix() + (form.dataset.contactId || "new");

function readDraft(form) {
  try {
    return JSON.parse(sessionStorage.getItem(draftName(form)));
  } catch {
    return null;
  }
}

function writeDraft(form, draft) {
  try {
    if (draft) sessionStorage.setItem(draftName(form), JSON.stringify(draft));
    else sessionStorage.removeItem(draftName(form));
  } catch {
    // Storage is full or forbidden: the text is still in the form.
  }
}

// crypto.randomUUID() is missing on pages served over plain http from another machine.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

function isPristine(form) {
  return FIELDS.every((name) => {
    const { value, defaultValue } = form.elements[name];
    return value === defaultValue && value === form.crm.base?.[name];
  });
}

const isBlank = (form) => FIELDS.every((name) => form.elements[name].defaultValue === "");

function keepDraft(form) {
  const fields = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const { key, version, base, others, wasSent } = form.crm;
  writeDraft(form, isPristine(form) ? null : { key, version, base, others, wasSent, fields });
}

// Another text is another form: a key that was sent before must not stand for it.
function takeNewKey(form) {
  Object.assign(form.crm, { key: newKey(), wasSent: false });
}

function restoreDraft(form) {
  const draft = readDraft(form);
  const { contactId, savedKey } = form.dataset;
  const version = draft?.version ?? form.elements.version?.value;
  const wasSent = draft?.wasSent ?? false;
  const opened = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].defaultValue]));
  const base = draft ? draft.base : opened;
  const others = draft?.others ?? {};
  form.crm = { contactId, savedKey, version, base, others, wasSent, key: draft?.key ?? newKey() };
  // A new form that comes filled is the text of a contact that is gone: it goes before a draft.
  if (!draft || (!contactId && !isBlank(form))) return;
  for (const name of FIELDS) form.elements[name].value = draft.fields[name] ?? "";
  showOthers(form);
}

// The server names the key it saved last; the draft with that key has done its work, whichever
// contact it was for.
function dropSavedDraft(savedKey) {
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith("crm-draft:")) continue;
      if (JSON.parse(sessionStorage.getItem(name))?.key === savedKey) sessionStorage.removeItem(name);
    }
  } catch {
    // Nothing is stored where storage is forbidden.
  }
}

// --- the form --------------------------------------------------------------------------------

let currentForm = null;
let focusWasInForm = false;

function adoptForm(form) {
  const previous = currentForm?.crm;
  currentForm = form;
  if (form.dataset.savedKey) dropSavedDraft(form.dataset.savedKey);
  restoreDraft(form);
  if (!previous) return;
  if (form.crm.contactId) openSheet(document.activeElement);
  showInAddress("edit", form.crm.contactId);
  moveFocus(form, previous.contactId);
  if (form.crm.savedKey !== previous.savedKey) closeSheetAfterSuccess(form);
}

function moveFocus(form, wasEditing) {
  const isHidden = !wide.matches && !isSheetOpen();
  // Who went on to type elsewhere meanwhile stays there.
  const isElsewhere = document.activeElement?.matches("input, textarea, [role=alertdialog] *");
  if (isHidden || isElsewhere) return;
  if (form.dataset.contactId) form.elements.name.focus();
  else if (!focusWasInForm) return;
  else if (wasEditing) (rowButton(wasEditing, "edit") ?? form.elements.name).focus();
  else form.elements.name.focus();
}

function rowButton(contactId, name) {
  return find(`li[data-contact-id="${CSS.escape(contactId)}"] [data-testid="${name}"]`);
}

// The server refused the form with this key: nothing is stored under it, the next try is another.
function afterRefusal(form) {
  if (form.dataset.refusedKey !== form.crm.key) return;
  takeNewKey(form);
  if (form.dataset.elsewhere) buildOn(form, JSON.parse(form.dataset.elsewhere));
  keepDraft(form);
  find('[aria-invalid="true"]', form)?.focus();
}

// --- edited elsewhere: the form goes on from what is stored now; where both changed a field, the
// other value stands under it, to be swapped with the one in it ------------------------------------

function buildOn(form, { version, values, collisions, kept }) {
  for (const name of kept) form.elements[name].value = values[name];
  const others = Object.fromEntries(collisions.map((name) => [name, values[name]]));
  Object.assign(form.crm, { version, base: values, others });
  showOthers(form);
  form.elements[collisions[0]]?.focus();
}

function showOthers(form) {
  const { base, others } = form.crm;
  for (const note of form.querySelectorAll("[data-other]")) {
    const other = others[note.dataset.other];
    note.hidden = other === undefined;
    if (note.hidden) continue;
    find("span", note).textContent = other === base[note.dataset.other] ? "Elsewhere: " : "Yours: ";
    find("bdi", note).textContent = other || "(empty)";
  }
}

function swap(form, name) {
  const input = form.elements[name];
  if (input.readOnly) return;
  [input.value, form.crm.others[name]] = [form.crm.others[name], input.value];
  input.dispatchEvent(new Event("input", { bubbles: true }));
  showOthers(form);
}

document.addEventListener("focusin", (event) => {
  focusWasInForm = Boolean(event.target.closest("form[data-saved-key]"));
});

// Far more than any field takes, and little enough to be sent: the server would hang up on it.
const MAX_BYTES = 10_000;

function isTooLong(form) {
  const bytes = (name) => new TextEncoder().encode(form.elements[name].value).length;
  const field = form.elements[FIELDS.find((name) => bytes(name) > MAX_BYTES)];
  field?.setCustomValidity(`This is too long to be sent: ${field.value.length} characters.`);
  field?.reportValidity();
  return Boolean(field);
}

// The hidden inputs are filled when the form is sent: React empties them when it takes over the page.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("[data-saved-key]")) return;
    if (isTooLong(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.crm.wasSent = true;
    keepDraft(form);
    form.elements.idempotency_key.value = form.crm.key;
    if (!form.elements.version) return;
    form.elements.version.value = form.crm.version;
    form.elements.base.value = JSON.stringify(form.crm.base ?? null);
  },
  true,
);

// --- the address of the page says what is shown ----------------------------------------------

function showInAddress(name, value) {
  const url = new URL(window.location.href);
  if ((url.searchParams.get(name) ?? "") === value) return;
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
}

const searchBox = () => find('[data-testid="search"]');

function fillSearch() {
  const box = searchBox();
  if (box && !box.value) box.value = new URL(window.location.href).searchParams.get("q") ?? "";
}

function clearSearch() {
  const box = searchBox();
  // The setter of the prototype: React only notices a change that its own setter did not make.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, "");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

// --- the sheet: below 1024 px the form lies over the page -------------------------------------

let sheetOpener = null;
const sheet = () => find("[data-sheet]");
const isSheetOpen = () => sheet()?.dataset.sheet === "open";

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

function openSheet(opener) {
  if (wide.matches || isSheetOpen()) return;
  sheetOpener = opener;
  setSheet(true);
  currentForm?.elements.name.focus();
}

function closeSheet() {
  if (!isSheetOpen()) return;
  setSheet(false);
  (sheetOpener?.isConnected ? sheetOpener : find('[data-testid="add-contact"]'))?.focus();
}

function closeSheetAfterSuccess(form) {
  if (!isSheetOpen()) return;
  setTimeout(() => {
    if (form === currentForm && isPristine(form)) closeSheet();
  }, SUCCESS_SECONDS * 1000);
}

wide.addEventListener("change", () => isSheetOpen() && setSheet(false));

// --- the dialog ------------------------------------------------------------------------------

const openers = new WeakMap();
const dismissed = new WeakSet();

function syncDialog(dialog) {
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
  // The row of a deleted contact is gone in the same moment or a little later.
  setTimeout(() => {
    if (document.activeElement !== document.body && document.activeElement !== opener) return;
    (opener?.isConnected && opener !== document.body ? opener : find("#contacts-heading"))?.focus();
  }, 50);
}

// The dialog closes at once; the server learns of it when it can.
function dismissDialog(dialog) {
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

function closeMenu(details) {
  details.open = false;
  find("summary", details).focus();
}

// --- clicks, keys and typing -----------------------------------------------------------------

document.addEventListener("click", (event) => {
  clicked = event.target.closest?.("[data-keeps-focus]") ?? null;
  const hit = (attribute) => event.target.closest?.(`[${attribute}]`);
  const opener = hit("data-opens-sheet");
  if (opener) openSheet(opener);
  if (hit("data-closes-sheet") || event.target === sheet()) closeSheet();
  if (hit("data-discards-draft")) {
    writeDraft(currentForm, null);
    closeSheet();
  }
  if (hit("data-dismisses")) dismissDialog(event.target.closest("dialog"));
  if (hit("data-swaps")) swap(currentForm, hit("data-swaps").dataset.swaps);
  if (hit("data-clear-search")) clearSearch();
  if (hit("data-refresh-page")) window.location.reload();
  if (hit("data-closes-menu")) closeMenu(event.target.closest("details"));
  for (const details of document.querySelectorAll("details[data-closes-outside][open]")) {
    if (!details.contains(event.target)) details.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches?.("input, textarea, select, [contenteditable]");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isCommandK = event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (isSlash || isCommandK) {
    event.preventDefault();
    searchBox()?.focus();
    searchBox()?.select();
  }
  if (event.key === "Escape" && !find("dialog[open]")) {
    closeSheet();
    const details = find("details[data-closes-outside][open]");
    if (details) closeMenu(details);
  }
});

document.addEventListener(
  "input",
  (event) => {
    if (event.target === searchBox()) showInAddress("q", event.target.value.trim());
    const form = event.target.form;
    if (!form?.matches("[data-saved-key]")) return;
    event.target.setCustomValidity("");
    if (form.crm.wasSent) takeNewKey(form);
    keepDraft(form);
  },
  true,
);

// --- React draws; this follows ----------------------------------------------------------------

// A button that is gone or disabled after its click takes the focus with it.
let clicked = null;

function keepFocus() {
  if (!clicked || document.activeElement !== document.body) return;
  if (clicked.isConnected && clicked.disabled) return;
  const fallback = find("dialog[open] [data-takes-focus]") ?? find("#contacts-heading");
  (clicked.isConnected ? clicked : fallback)?.focus();
  clicked = null;
}

// A form about an account was refused: the button that sent it can be pressed again.
let sentBy = null;

document.addEventListener("submit", ({ target: form, submitter }) => {
  if (form.matches("[data-account-form]")) sentBy = submitter;
});

function afterAnswer() {
  if (sentBy.disabled || ![document.body, sentBy].includes(document.activeElement)) return;
  (find('[aria-invalid="true"]', sentBy.form) ?? sentBy).focus();
}

function follow() {
  keepFocus();
  followSession();
  const form = find("form[data-saved-key]");
  if (form && form !== currentForm) adoptForm(form);
  for (const dialog of document.querySelectorAll("dialog[data-open]")) syncDialog(dialog);
}

new MutationObserver((changes) => {
  follow();
  if (changes.some((change) => change.attributeName === "data-refused-key")) afterRefusal(currentForm);
  if (changes.some(({ attributeName, target }) => attributeName === "disabled" && target === sentBy)) afterAnswer();
}).observe(document.documentElement, {
  subtree: true,
  childList: true,
  attributeFilter: ["data-open", "data-refused-key", "data-accepted", "data-has-left", "data-is-loaded", "disabled"],
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  const hint = find("[data-search-shortcut]");
  if (hint) hint.textContent = "⌘ K";
}
follow();
fillSearch();
