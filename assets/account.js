// Sessions, as far as only the browser can: it makes up the ticket of a form that signs in, trades
// it for a cookie, and tells the other tabs. Scripts never see the cookie.

const SECOND = 1000;
const RETRY_SECONDS = 2;
const find = (selector, within = document) => within.querySelector(selector);
const backend = new URL(find('script[src$="/session.js"]').src).origin;
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
  try {
    const tag = window.crmAccount || sessionStorage.getItem("crm-account") || "";
    if (tag) sessionStorage.setItem("crm-account", tag);
    return tag;
  } catch {
    return window.crmAccount ?? "";
  }
}

export const draftPrefix = () => `crm-draft:${whoIsHere()}:`;

function forgetDrafts() {
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("crm-draft:") || name === "crm-account") sessionStorage.removeItem(name);
    }
  } catch {
    // Nothing is stored where storage is forbidden.
  }
}

// --- forms that sign in ----------------------------------------------------------------------

// A one-time link carries its secret behind the #, which browsers send to nobody.
const link = window.location.hash.match(/^#reset=([\w-]{20,100})$/)?.[1] ?? "";
if (link) history.replaceState(history.state, "", window.location.pathname);
let mustOpenReset = link !== "";

// In a tab that is open already, such a link changes no more than what stands behind the #.
window.addEventListener("hashchange", () => {
  if (window.location.hash.startsWith("#reset=")) window.location.reload();
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
  for (let status = 0; status === 0 || status >= 500; ) {
    status = await changeSession("POST", ticket);
    if (status === 0 || status >= 500) await new Promise((go) => setTimeout(go, RETRY_SECONDS * SECOND));
  }
  startOver("signed in");
}

async function leave() {
  forgetDrafts();
  await changeSession("DELETE");
  startOver("signed out");
}

function startOver(news) {
  tabs?.postMessage(news);
  window.location.reload();
}

tabs?.addEventListener("message", ({ data: news }) => {
  if (news === "signed out") forgetDrafts();
  window.location.reload();
});

// --- a waiting time counts down --------------------------------------------------------------

const deadlines = new WeakMap();

function countDown() {
  for (const element of document.querySelectorAll("[data-counts-down]")) {
    const text = element.firstChild;
    const seconds = text?.nodeValue?.match(/in (\d+) seconds?\./)?.[1];
    if (!seconds) continue;
    if (!deadlines.has(element)) deadlines.set(element, Date.now() + seconds * SECOND);
    const left = Math.ceil((deadlines.get(element) - Date.now()) / SECOND);
    const shown = left > 0 ? `in ${left} second${left === 1 ? "" : "s"}.` : "now.";
    if (`in ${seconds} seconds.` !== shown) text.nodeValue = text.nodeValue.replace(/in \d+ seconds?\./, shown);
  }
}

setInterval(countDown, SECOND / 2);

// --- React draws; this follows ---------------------------------------------------------------

let accepted = "";
let hasLeft = false;
let view = "";

export function followSession() {
  const signals = find("[data-session]");
  if (!signals) return;
  // Nothing hears the button before; afterwards, loading does not show the contacts instead.
  if (mustOpenReset && signals.dataset.isLoaded === "true") {
    mustOpenReset = false;
    find("[data-opens-reset]")?.click();
  }
  if (signals.dataset.accepted && signals.dataset.accepted !== accepted) {
    accepted = signals.dataset.accepted;
    trade(accepted);
  }
  if (signals.dataset.hasLeft === "true" && !hasLeft) {
    hasLeft = true;
    leave();
  }
  const heading = find("[data-view-heading]");
  if ((heading?.textContent ?? "") !== view) {
    view = heading?.textContent ?? "";
    find("[data-account-form] input:not([hidden])")?.focus();
  }
}
