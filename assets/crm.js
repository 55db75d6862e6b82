// What only the browser can do, wired to the page by data- attributes: drafts of what is typed,
// edit conflicts, the search text in the address, focus, the form's sheet and the dialog.

import { followSession } from "./account.js";
import { followConnection, hasLoaded, onChange, readyLoad } from "./connection.js";
import { dismissDialog, syncDialog } from "./dialog.js";
import { dropSavedDraft, newKey, readDraft, writeDraft } from "./drafts.js";
import { reportWhenPainted } from "./reports.js";
import { closeSheet, isSheetOpen, openSheet, sheet, wide } from "./sheet.js";
import { followSending, isAwaited, isSentNow, settle, withdraw } from "./sending.js";

let FIELDS = []; // their names
const SUCCESS_SECONDS = 3;
const find = (selector, within = document) => within.querySelector(selector);

// --- drafts: what is typed stays in this tab until it is saved -------------------------------

const draftName = (form) => form.dataset.contactId || "new";

const valuesOf = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));

function isPristine(form) {
  return FIELDS.every((name) => {
    const { value, defaultValue } = form.elements[name];
    return value === defaultValue && value === form.crm.base?.[name];
  });
}

const isBlank = (form) => FIELDS.every((name) => form.elements[name].defaultValue === "");

function keepDraft(form) {
  const { key, version, base, others, wasSent, isPending } = form.crm;
  const draft = { key, version, base, others, wasSent, isPending, fields: valuesOf(form) };
  // After a reload, what was typed since is a form of its own, which was not sent.
  if (isPending && isTypedOn(form)) Object.assign(draft, { key: newKey(), wasSent: false, isPending: false });
  writeDraft(draftName(form), isPristine(form) && !isPending ? null : draft);
}

// Another text is another form: a key that was sent before must not stand for it.
function takeNewKey(form) {
  Object.assign(form.crm, { key: newKey(), wasSent: false });
}

function restoreDraft(form) {
  const { contactId, savedKey } = form.dataset;
  // A new form that is not empty has the text of a deleted contact, which replaces a draft.
  const draft = contactId || isBlank(form) ? readDraft(draftName(form)) : null;
  const opened = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].defaultValue]));
  const version = form.elements.version?.value;
  form.crm = { contactId, savedKey, version, base: opened, others: {}, key: newKey() };
  if (!draft) return;
  const { fields, ...kept } = draft;
  Object.assign(form.crm, { base: undefined }, kept);
  for (const name of FIELDS) form.elements[name].value = fields[name] ?? "";
  showOthers(form);
}

// --- typing on while the form is pending: no letter is lost -----------------------------------

const isTypedOn = ({ elements, crm: { sent } }) => sent && FIELDS.some((name) => elements[name].value !== sent[name]);

function typedSince(form) {
  const typed = valuesOf(form);
  for (const name of FIELDS) {
    const sent = form.crm.sent[name];
    if (typed[name].startsWith(sent)) typed[name] = typed[name].slice(sent.length);
  }
  return typed;
}

// Another text must not go out under the key of the one that was sent.
function takeBackTypedOn(form) {
  if (!form.crm.isPending || !isTypedOn(form)) return false;
  takeNewKey(form);
  takeBack(form);
  return true;
}

// The form was saved. What was typed since is the next contact, from its name on, or another edit of
// the same contact, which the server has closed and is asked to open again.
function keepTypedOn(form) {
  const { contactId, sent, sentFrom, version, base } = form.crm;
  const draft = { key: newKey(), others: {} };
  if (contactId) {
    Object.assign(draft, { version: `${Number(version) + 1}`, base: sent, fields: valuesOf(form) });
    writeDraft(contactId, draft);
    openAgain(contactId);
  } else {
    const typed = typedSince(form);
    const name = sentFrom === "name" ? typed.name : typed[sentFrom] + typed.name;
    writeDraft("new", { ...draft, base, fields: { ...typed, [sentFrom]: "", name } });
  }
}

// Until the contact is open again, the empty form takes what is typed.
let opensAgain = null;

function openAgain(contactId) {
  opensAgain = { contactId, draft: readDraft("new") };
  openContact(contactId);
}

function openContact(contactId) {
  const opener = find("[data-opens-contact]");
  askedFor = contactId;
  enter(opener, contactId);
  opener.value = ""; // the same contact may be asked for again
}

function takeOverTyped(form, last, { draft }) {
  writeDraft("new", draft);
  const typed = typedSince(last);
  for (const name of FIELDS) form.elements[name].value += typed[name];
  keepDraft(form);
}

// What was typed for a missing contact can become a new one. `missing` changes when the contact
// asked for last, at first by the address, does not exist.
let askedFor = new URL(window.location.href).searchParams.get("edit");
let missing = "";

function takeOverDraft(form) {
  if (form.dataset.missing === missing) return;
  ({ missing } = form.dataset);
  opensAgain = null;
  const draft = askedFor && !form.dataset.contactId && !readDraft("new") ? readDraft(askedFor) : null;
  if (!draft) return;
  writeDraft(askedFor, null);
  writeDraft("new", { key: newKey(), others: {}, fields: draft.fields });
  restoreDraft(form);
}

// --- the form --------------------------------------------------------------------------------

let currentForm = null;
let focusWasInForm = false;
let typedIn = ""; // the field that had the focus last

function adoptForm(form) {
  const last = currentForm;
  currentForm = form;
  FIELDS = Array.from(form.querySelectorAll("[data-other]"), (note) => note.dataset.other);
  if (last) settle(last.crm, form.dataset.ack);
  const { savedKey } = form.dataset;
  if (savedKey) dropSavedDraft(savedKey);
  if (savedKey === last?.crm.key && isTypedOn(last)) keepTypedOn(last);
  restoreDraft(form);
  if (last) replaceForm(last, form);
}

function replaceForm(last, form) {
  const { contactId } = form.crm;
  const isOpenAgain = contactId && contactId === opensAgain?.contactId;
  if (isOpenAgain) takeOverTyped(form, last, opensAgain);
  if (contactId) {
    opensAgain = null;
    openSheet(document.activeElement);
  } else if (opensAgain) form.crm.sent = valuesOf(form);
  showInAddress("edit", contactId || opensAgain?.contactId || "");
  moveFocus(form, last.crm.contactId, isOpenAgain || opensAgain);
  if (form.crm.savedKey !== last.crm.savedKey) closeSheetAfterSuccess(form);
}

function closeSheetAfterSuccess(form) {
  if (!isSheetOpen()) return;
  setTimeout(() => {
    if (form === currentForm && isPristine(form)) closeSheet();
  }, SUCCESS_SECONDS * 1000);
}

function moveFocus(form, wasEditing, isTypedOn) {
  const isHidden = !wide.matches && !isSheetOpen();
  // The focus stays in a field outside the form.
  const isInOtherField = document.activeElement?.matches("input, textarea, [role=alertdialog] *");
  if (isHidden || isInOtherField) return;
  if (isTypedOn) form.elements[typedIn].focus();
  else if (form.dataset.contactId) form.elements.name.focus();
  else if (!focusWasInForm) return;
  else if (wasEditing) (rowButton(wasEditing, "edit") ?? form.elements.name).focus();
  else form.elements.name.focus();
}

function rowButton(contactId, name) {
  return find(`li[data-contact-id="${CSS.escape(contactId)}"] [data-testid="${name}"]`);
}

// The server refused the form with this key: nothing is stored under it, the next try is another.
const isRefused = (form) => form.dataset.refusedKey === form.crm.key;

function afterRefusal(form) {
  if (!isRefused(form)) return;
  takeNewKey(form);
  if (form.dataset.conflict) buildOn(form, JSON.parse(form.dataset.conflict));
  keepDraft(form);
  if (!isTypedOn(form)) find('[aria-invalid="true"]', form)?.focus();
}

// --- edit conflicts: the form continues from the stored version; under a field that both changed
// stands the other value, to be swapped with the one in it -----------------------------------------

function buildOn(form, { version, values, collisions, kept }) {
  const sent = form.crm.sent ?? valuesOf(form);
  for (const name of kept) {
    if (form.elements[name].value === sent[name]) form.elements[name].value = sent[name] = values[name];
    else collisions.push(name);
  }
  const others = Object.fromEntries(collisions.map((name) => [name, values[name]]));
  Object.assign(form.crm, { version, base: values, others });
  showOthers(form);
  if (!isTypedOn(form)) form.elements[collisions[0]]?.focus();
}

// What waits to be sent is the person's to take back; typing does, too.
function takeBack(form) {
  withdraw(form);
  keepDraft(form);
}

function followTyping(form) {
  if (isAwaited(form)) {
    keepDraft(form);
    return;
  }
  if (form.crm.wasSent) takeNewKey(form);
  takeBack(form);
}

function showOthers(form) {
  const { base, others } = form.crm;
  for (const note of form.querySelectorAll("[data-other]")) {
    const other = others[note.dataset.other];
    note.hidden = other === undefined;
    if (note.hidden) continue;
    find("span", note).textContent = other === base[note.dataset.other] ? "Saved: " : "Yours: ";
    find("bdi", note).textContent = other || "(empty)";
  }
}

function swap(form, name) {
  const input = form.elements[name];
  [input.value, form.crm.others[name]] = [form.crm.others[name], input.value];
  input.dispatchEvent(new Event("input", { bubbles: true }));
  showOthers(form);
}

document.addEventListener("focusin", (event) => {
  focusWasInForm = Boolean(event.target.closest("form[data-saved-key]"));
  if (focusWasInForm && FIELDS.includes(event.target.name)) typedIn = event.target.name;
});

// Far more than any field takes, and little enough to be sent: the server would hang up on it.
const MAX_BYTES = 10_000; // as JSON
const MAX_ACCOUNT_LENGTH = 1000; // characters, in the forms about accounts

function isTooLong(form) {
  const bytes = ({ value }) => new TextEncoder().encode(JSON.stringify(value)).length;
  const isAccount = form.matches("[data-account-form]");
  const isOver = (input) => (isAccount ? input.value.length > MAX_ACCOUNT_LENGTH : bytes(input) > MAX_BYTES);
  const field = [...form.querySelectorAll("input:not([type=hidden]), textarea")].find(isOver);
  field?.setCustomValidity(`This is too long to be sent: ${field.value.length} characters.`);
  field?.reportValidity();
  return Boolean(field);
}

// The hidden inputs are filled when a form is sent: React empties them when it takes over the page.
function sendContact(form) {
  if (isTooLong(form) || takeBackTypedOn(form)) return false;
  const sentFrom = FIELDS.find((name) => form.elements[name] === document.activeElement) ?? "name";
  Object.assign(form.crm, { sent: valuesOf(form), sentFrom });
  const isSent = isSentNow(form);
  keepDraft(form);
  form.elements.idempotency_key.value = form.crm.key;
  if (!form.elements.version) return isSent;
  form.elements.version.value = form.crm.version;
  form.elements.base.value = JSON.stringify(form.crm.base ?? null);
  return isSent;
}

function isReady(form) {
  if (form.matches("[data-deletes]")) return sendDeletion(form);
  if (form.matches("[data-saved-key]")) return sendContact(form);
  return !isTooLong(form);
}

document.addEventListener(
  "submit",
  (event) => {
    if (isReady(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("crm-settled", ({ target: form }) => {
  if (form.matches("[data-deletes]")) writeDraft("deletion", null);
  else {
    if (isTypedOn(form) && !isRefused(form)) takeNewKey(form);
    keepDraft(form);
    openSheet(null); // it was refused: success would have brought another form
  }
});

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
  if (!box || box.value) return;
  const query = new URL(window.location.href).searchParams.getAll("q").at(-1) ?? ""; // as Reflex reads it
  box.value = [...query].slice(0, box.maxLength).join("");
}

// The setter of the prototype: React only notices a change that its own setter did not make.
function enter(input, value) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function clearSearch() {
  enter(searchBox(), "");
  searchBox().focus();
}

const shownQuery = () => find("[data-query]")?.dataset.query;
let searchStartedAt = 0;

function startSearch() {
  searchStartedAt = searchBox().value.trim() === shownQuery() ? 0 : performance.now();
}

function followSearch() {
  if (!searchStartedAt || searchBox()?.value.trim() !== shownQuery()) return;
  reportWhenPainted("get_contacts", searchStartedAt);
  searchStartedAt = 0;
}

// --- the deletion: confirmed in a dialog, sent until it is acknowledged ------------------------

// A pending deletion may be from before the page was loaded. Each time the
// question is asked it is about another one.
function followDeletion(form) {
  form.crm ??= readDraft("deletion") ?? {};
  const isAsked = form.closest("dialog").dataset.open === "true";
  if (!isAsked && !form.crm.isPending && !form.crm.isShown) form.crm = {};
}

function sendDeletion(form) {
  const { contactId } = form.dataset;
  if (!form.crm.isPending && form.crm.contactId !== contactId) form.crm = { contactId, key: newKey() };
  const isSent = isSentNow(form);
  const { key, wasSent } = form.crm;
  writeDraft("deletion", { contactId: form.crm.contactId, key, wasSent, isPending: true });
  form.elements.contact_id.value = form.crm.contactId;
  form.elements.idempotency_key.value = key;
  return isSent;
}

function dismiss(dialog) {
  dismissDialog(dialog);
  const form = find("[data-deletes]", dialog);
  if (!form || form.crm.contactId !== form.dataset.contactId) return; // another one's goes on waiting
  withdraw(form);
  writeDraft("deletion", null);
}

function closeMenu(details) {
  details.open = false;
  find("summary", details).focus();
}

// --- clicks, keys and typing -----------------------------------------------------------------

document.addEventListener("click", (event) => {
  clicked = event.target.closest?.("[data-keeps-focus]") ?? null;
  const hit = (attribute) => event.target.closest?.(`[${attribute}]`);
  const opener = hit("data-opens-sheet");
  askedFor = event.target.closest?.('[data-testid="edit"]')?.closest("li").dataset.contactId ?? askedFor;
  if (opener) {
    opensAgain = null;
    openSheet(opener);
  }
  if (hit("data-closes-sheet") || event.target === sheet()) closeSheet();
  if (hit("data-discards-draft")) {
    withdraw(currentForm);
    writeDraft(draftName(currentForm), null);
    closeSheet();
  }
  if (hit("data-withdraws")) takeBack(currentForm);
  if (hit("data-dismisses")) dismiss(event.target.closest("dialog"));
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
    if (event.target === searchBox()) {
      showInAddress("q", event.target.value.trim());
      startSearch();
    }
    const { form } = event.target;
    if (!form) return;
    event.target.setCustomValidity("");
    if (form.matches("[data-saved-key]")) followTyping(form);
  },
  true,
);

// --- React draws; this follows ----------------------------------------------------------------

// A button that is removed or disabled after its click loses the focus.
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

function afterRefusedAccount() {
  if (sentBy.disabled || ![document.body, sentBy].includes(document.activeElement)) return;
  (find('[aria-invalid="true"]', sentBy.form) ?? sentBy).focus();
}

// Nobody would know of a text in a sheet that is closed.
let hasShownDraft = false;

function showDraft(form) {
  if (hasShownDraft || !hasLoaded()) return;
  hasShownDraft = true;
  // The contact may have been saved and closed while more was typed, just before the page was loaded.
  if (askedFor && !form.crm.contactId && readDraft(askedFor)) openContact(askedFor);
  if (!isPristine(form)) openSheet(null);
}

function follow() {
  keepFocus();
  followSession();
  const form = find("form[data-saved-key]");
  if (form && form !== currentForm) adoptForm(form);
  if (form?.dataset.missing) takeOverDraft(form);
  const deletion = find("[data-deletes]");
  if (deletion) followDeletion(deletion);
  followConnection();
  if (form && form.crm.sentIn !== readyLoad()) takeBackTypedOn(form);
  followSending();
  if (form) afterRefusal(form);
  if (form) showDraft(form);
  followSearch();
  for (const dialog of document.querySelectorAll("dialog[data-open]")) syncDialog(dialog);
}

new MutationObserver((changes) => {
  follow();
  if (changes.some(({ attributeName, target }) => attributeName === "disabled" && target === sentBy)) afterRefusedAccount();
}).observe(document.documentElement, {
  subtree: true,
  childList: true,
  attributeFilter: ["data-open", "data-refused-key", "data-accepted", "data-has-left", "data-is-loaded", "data-load", "data-ack", "data-query", "data-missing", "disabled"],
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  const hint = find("[data-search-shortcut]");
  if (hint) hint.textContent = "⌘ K";
}
onChange(follow);
follow();
fillSearch();
