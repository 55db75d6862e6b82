// Sessions in the browser: it makes the ticket of a form that signs in, trades it for a cookie, and
// notifies the other tabs. Scripts never see the cookie.

const SECOND = 1000;
const RETRY_SECONDS = 2;
const find = (selector, within = document) => within.querySelector(selector);
export const backend = new URL(find('script[src$="/session.js"]').src).origin;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("crm-session") : null;
const tickets = new Map();

// 32 random bytes as the server wants them: base64url without padding.
function randomToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// --- whose drafts these are ------------------------------------------------------------------

// The server may be unable to say; then it is who it was in this tab.
function whoIsHere() {
  const tag = window.crmAccount || sessionStorage.getItem("crm-account") || "";
  if (tag) remember("crm-account", tag);
  return tag;
}

export const draftPrefix = () => `crm-draft:${whoIsHere()}:`;

// A guest's drafts follow into the account that is signed in to, as soon as the server says who that
// is; those of an account wait, unseen by others, until it is back in this tab.
function adoptGuestsDrafts() {
  const to = window.crmAccount;
  const from = to && recall("crm-guest-before");
  if (!from || from === to) return;
  for (const name of Object.keys(sessionStorage)) {
    const prefix = `crm-draft:${from}:`;
    if (!name.startsWith(prefix)) continue;
    const draft = recall(name); // removed first: the storage may be full
    const kept = name.replace(prefix, `crm-draft:${to}:`);
    if (!sessionStorage.getItem(kept)) remember(kept, draft);
  }
}

function remember(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // The storage is full: it is forgotten with the page.
  }
}

function recall(name) {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
}

// Another account is about to be here: only a guest's drafts may go on being shown until it is known.
function forgetWhoWasHere(news) {
  if (news === "signed in" && window.crmIsGuest) remember("crm-guest-before", window.crmAccount);
  else for (const name of ["crm-account", "crm-guest-before"]) recall(name);
}

adoptGuestsDrafts();

// --- forms that sign in ----------------------------------------------------------------------

// A one-time link carries its secret behind the #, which browsers send to nobody.
let link = "";
let mustOpenReset = false;

function takeLink() {
  const found = window.location.hash.match(/^#reset=([\w-]{20,100})$/)?.[1];
  if (!found) return;
  link = found;
  mustOpenReset = true;
  history.replaceState(history.state, "", window.location.pathname);
}

takeLink();
// In a tab that is open already, such a link changes no more than what stands behind the #.
window.addEventListener("hashchange", () => {
  takeLink();
  followSession();
});

document.addEventListener(
  "submit",
  ({ target: form }) => {
    if (!form.matches("[data-account-form]")) return;
    const attempt = randomToken().slice(0, 12);
    const values = { ticket: randomToken(), attempt, link };
    for (const [name, value] of Object.entries(values)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    tickets.set(attempt, values.ticket);
  },
  true,
);

async function changeSession(method, body) {
  try {
    const options = { method, body, credentials: "include", headers: { "X-CRM": "1" } };
    return (await fetch(`${backend}/session`, options)).status;
  } catch {
    return 0; // no connection
  }
}

async function trade(attempt) {
  const ticket = tickets.get(attempt);
  tickets.delete(attempt);
  if (!ticket) return; // another tab's, or from before a reload
  let status = 0;
  while (status === 0 || status === 429 || status >= 500) {
    status = await changeSession("POST", ticket);
    if (status !== 204 && status !== 401) await new Promise((go) => setTimeout(go, RETRY_SECONDS * SECOND));
  }
  if (status === 401) find("[data-says-too-late]")?.click();
  else startOver("signed in");
}

async function leave() {
  await changeSession("DELETE");
  startOver("signed out");
}

function startOver(news) {
  forgetWhoWasHere(news);
  if (news !== "signed in") remember("crm-signed-out", "yes");
  else if (find("dialog[open] [data-account-form]")) remember("crm-password-changed", "yes");
  tabs?.postMessage(news);
  window.location.reload();
}

tabs?.addEventListener("message", ({ data: news }) => {
  forgetWhoWasHere(news);
  window.location.reload();
});

// --- a new API token is copied ---------------------------------------------------------------

// Without HTTPS there is no clipboard; then the text stays selected, to be copied by hand.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copies]");
  if (!button) return;
  const input = button.previousElementSibling;
  input.select();
  const isCopied = await navigator.clipboard?.writeText(input.value).then(() => true, () => false);
  button.textContent = isCopied ? "Copied" : "Selected";
});

// --- a waiting time counts down --------------------------------------------------------------

const WAIT = /Try again in (\d+) seconds?\.$/;
const deadlines = new WeakMap();

function countDown() {
  for (const element of document.querySelectorAll("[data-counts-down]")) {
    const text = element.firstChild;
    const seconds = text?.nodeValue?.match(WAIT)?.[1];
    if (!seconds) continue;
    if (!deadlines.has(element)) deadlines.set(element, Date.now() + seconds * SECOND);
    const left = Math.ceil((deadlines.get(element) - Date.now()) / SECOND);
    const shown = left > 0 ? `Try again in ${left} second${left === 1 ? "" : "s"}.` : "Try again now.";
    if (!text.nodeValue.endsWith(shown)) text.nodeValue = text.nodeValue.replace(WAIT, shown);
  }
}

setInterval(countDown, SECOND / 2);

// --- React draws; this follows ---------------------------------------------------------------

let accepted = "";
let hasLeft = false;
let view;

export function followSession() {
  const signals = find("[data-session]");
  if (!signals) return;
  // Nothing hears the button before; afterwards, loading does not show the contacts instead.
  if (mustOpenReset && signals.dataset.isLoaded === "true") {
    mustOpenReset = false;
    find("[data-opens-reset]")?.click();
  }
  if (signals.dataset.isLoaded === "true" && recall("crm-password-changed")) {
    find("[data-says-password-changed]")?.click();
  }
  if (signals.dataset.isLoaded === "true" && (window.crmIsGuest || !window.crmAccount)) {
    if (recall("crm-signed-out")) find("[data-says-signed-out]")?.click();
  }
  if (signals.dataset.accepted && signals.dataset.accepted !== accepted) {
    accepted = signals.dataset.accepted;
    trade(accepted);
  }
  if (signals.dataset.hasLeft === "true" && !hasLeft) {
    hasLeft = true;
    leave();
  }
  const shown = find("[data-view]")?.dataset.view;
  if (shown !== view) {
    view = shown;
    find("[data-account-form] input:not([hidden], [type=hidden])")?.focus();
  }
}
