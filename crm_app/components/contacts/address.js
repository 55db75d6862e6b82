// The address of the page says what is shown: a search (`q`), the opened contact (`contact`), the one
// that is edited (`edit`), on phones the form (`add`), and the tab of the account dialog (`account`). Its
// path says which view it is: the contacts (`/`) or another. Back closes what was opened last.

import { useEffect } from "react";
import { createStore } from "$/browser/store.js";

const NAMES = ["q", "contact", "edit", "add", "account"];
const VIEWS = ["trash"];
const NOTHING = { ...Object.fromEntries(NAMES.map((name) => [name, ""])), view: "" };
const travellers = new Set(); // who follows Back and Forward

// The last of several equal parameters, as Reflex reads it.
function read() {
  const { pathname, searchParams } = new URL(window.location.href);
  const shown = Object.fromEntries(NAMES.map((name) => [name, searchParams.getAll(name).at(-1) ?? ""]));
  return { ...shown, view: VIEWS.find((view) => pathname === `/${view}`) ?? "" };
}

const page = Math.random(); // going back to before a reload would load the page once more
let isGoingBack = false; // history.back() takes a moment
let toClose = ""; // what is closed next
let hash = typeof window === "undefined" ? "" : window.location.hash;
const address = createStore(typeof window === "undefined" ? NOTHING : read(), NOTHING);
export const getAddress = address.get;
export const useAddress = address.use;

// The class lets the HTML of the contacts be hidden before React draws another view; see `head.js`.
function update() {
  address.set(read());
  for (const view of VIEWS) document.documentElement.classList.toggle(`at-${view}`, view === address.get().view);
}

// Go to a view: the link to the contacts ends their search.
export function go(path) {
  const last = address.get();
  const { pathname, search } = window.location;
  if (path === pathname + search) return;
  history.pushState(null, "", path);
  update();
  tell(last);
}

// Show in the address what is shown; `opened` names what Back is to close. All but the account's dialog
// is shown with the contacts.
export function show(changes, opened = "") {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  const now = address.get();
  const leaves = now.view && NAMES.some((name) => name !== "account" && changes[name]);
  if (leaves) url.pathname = "/";
  else if (NAMES.every((name) => (changes[name] ?? now[name]) === now[name])) return;
  if (opened || leaves) history.pushState({ ...history.state, opened, page }, "", url);
  else history.replaceState(history.state, "", url);
  update();
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
  if (!["", ...VIEWS].includes(window.location.pathname.slice(1)) || isHash) return;
  event.stopImmediatePropagation(); // in development React Router would load the data once more
  const last = address.get();
  update();
  tell(last);
  const next = toClose;
  toClose = "";
  if (next) close(next);
}

function tell(last) {
  for (const follow of travellers) follow(address.get(), last);
}

if (typeof window !== "undefined") window.addEventListener("popstate", travel);
