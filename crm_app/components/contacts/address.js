// The address of the page says what is shown: a search (`q`), the opened contact (`contact`), the one
// that is edited (`edit`), on phones the form (`add`), and the tab of the account dialog (`account`). Back
// closes what was opened last.

import { useEffect } from "react";
import { createStore } from "$/browser/store.js";

const NAMES = ["q", "contact", "edit", "add", "account"];
const NOTHING = Object.fromEntries(NAMES.map((name) => [name, ""]));
const travellers = new Set(); // who follows Back and Forward

// The last of several equal parameters, as Reflex reads it.
function read() {
  const { searchParams } = new URL(window.location.href);
  return Object.fromEntries(NAMES.map((name) => [name, searchParams.getAll(name).at(-1) ?? ""]));
}

const page = Math.random(); // going back to before a reload would load the page once more
let isGoingBack = false; // history.back() takes a moment
let toClose = ""; // what is closed next
let hash = typeof window === "undefined" ? "" : window.location.hash;
const address = createStore(typeof window === "undefined" ? NOTHING : read(), NOTHING);
export const getAddress = address.get;
export const useAddress = address.use;

// Show in the address what is shown; `opened` names what Back is to close.
export function show(changes, opened = "") {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  const now = address.get();
  if (NAMES.every((name) => (changes[name] ?? now[name]) === now[name])) return;
  if (opened) history.pushState({ ...history.state, opened, page }, "", url);
  else history.replaceState(history.state, "", url);
  address.set(read());
}

// Close what was opened, the way Back does where this page opened it. Return whether it was open.
export function close(name) {
  const last = address.get();
  if (!last[name]) return false;
  if (isGoingBack) {
    toClose = name;
    return true;
  }
  isGoingBack = history.state?.opened === name && history.state.page === page;
  if (isGoingBack) history.back();
  else {
    show({ [name]: "" });
    tell(last);
  }
  return true;
}

// Call with the address and the one before when the person goes back or forward.
export function useTravel(follow) {
  useEffect(() => {
    travellers.add(follow);
    return () => travellers.delete(follow);
  });
}

function travel(event) {
  isGoingBack = false;
  const isHash = window.location.hash !== hash;
  hash = window.location.hash;
  if (window.location.pathname !== "/" || isHash) return;
  event.stopImmediatePropagation(); // in development React Router would load the data once more
  const last = address.get();
  address.set(read());
  tell(last);
  const next = toClose;
  toClose = "";
  if (next) close(next);
}

function tell(last) {
  for (const follow of travellers) follow(address.get(), last);
}

if (typeof window !== "undefined") window.addEventListener("popstate", travel);
