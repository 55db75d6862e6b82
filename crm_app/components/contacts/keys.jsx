// The keys: the handler and the sheet both read `KEYS`. A key presses the button that is drawn for
// it, which has the name of the key in `data-key`: in the row with the focus, in the opened contact,
// or anywhere on the page.

import { getAddress } from "$/browser/address.js";
import { isAtRest } from "$/browser/focus.jsx";
import { sheet } from "$/browser/keyboard.jsx";
import { focusRow, jump, rowWithFocus, step } from "$/browser/row_focus.js";

// The opened contact, unless it is being edited.
function openedPanel() {
  const { contact, edit } = getAddress();
  return contact && !edit ? document.querySelector("#contact-heading")?.closest("section") : null;
}

const press = (key, place = document) => place?.querySelector(`[data-key="${key}"]`)?.click();
const pressThere = (key) => () => press(key, rowWithFocus() ?? openedPanel());

// In an opened contact it goes to the one beside it, and the focus with it where it was in a row.
const go = (by) => () => {
  const panel = openedPanel();
  if (!panel) return void step(by);
  const wasInRow = rowWithFocus();
  press(by > 0 ? "J" : "K", panel);
  if (wasInRow) focusRow(getAddress().contact);
};
// Elsewhere these keys scroll.
const inList = (run) => () => (rowWithFocus() || document.activeElement === document.body ? run() : false);

// What `keys` do: each returns false where it leaves the key to the browser. Without them the key is
// handled where it works. `shown` is for the sheet; keys that may be held down are repeated.
const [EVERYWHERE, LIST, FORM] = ["Everywhere", "In the list", "In the form"];
export const KEYS = [
  { group: EVERYWHERE, label: "Search", shown: "/ or Ctrl K" },
  { group: EVERYWHERE, label: "Add contact", shown: "N", keys: { N: () => press("N") } },
  { group: EVERYWHERE, label: "Close, cancel, clear", shown: "Esc" },
  { group: EVERYWHERE, label: "This sheet", shown: "?", keys: { "?": () => sheet.set("open") } },
  {
    ...{ group: LIST, label: "Next, previous", shown: "J K or ↓ ↑", repeats: true },
    keys: { J: go(1), K: go(-1), ArrowDown: inList(go(1)), ArrowUp: inList(go(-1)) },
  },
  { group: LIST, label: "Open", shown: "Enter" },
  { group: LIST, label: "Edit", shown: "E", keys: { E: pressThere("E") } },
  { group: LIST, label: "Delete", shown: "# or Del", keys: { "#": pressThere("#"), Delete: pressThere("#") } },
  { group: LIST, label: "Copy email", shown: "Y", keys: { Y: pressThere("Y") } },
  { group: LIST, label: "First, last", shown: "Home End", keys: { Home: inList(() => jump(false)), End: inList(() => jump(true)) } },
  { group: FORM, label: "Save", shown: "Ctrl ↵" },
  { group: FORM, label: "Next field", shown: "Tab" },
  { group: FORM, label: "Cancel", shown: "Esc" },
];

// "J", "Shift X", "Ctrl K". Where Shift is needed to type a sign it is not named.
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const name = key.length === 1 ? key.toUpperCase() : key;
  const isShift = shiftKey && (name !== name.toLowerCase() || name.length > 1);
  return [(ctrlKey || metaKey) && "Ctrl", altKey && "Alt", isShift && "Shift", name].filter(Boolean).join(" ");
}

const MENUS = "[role=menu], [role=listbox]";

export function handle(event) {
  if (!event.key || event.target.closest?.(MENUS)) return;
  const name = nameOf(event);
  if (isAtRest(event, !name.startsWith("Ctrl "))) return;
  const found = KEYS.find(({ keys }) => keys && Object.hasOwn(keys, name));
  if (!found || (event.repeat && !found.repeats)) return;
  if (getAddress().view && found.group !== EVERYWHERE) return; // the list is hidden
  if (found.keys[name]() !== false) event.preventDefault();
}
