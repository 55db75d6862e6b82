// Drafts: what is typed or pending stays in this tab's storage, under whose it is, until it is done.

const PREFIX = "crm-draft:";
const keyOf = (tag, name) => `${PREFIX}${tag}:${name}`;

export function remember(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // The storage is full: the text is still in the form.
  }
}

export function recall(name) {
  const value = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return value;
}

// `/session.js` says who is here. It may be unable to: then it is who it was in this tab.
function whoIsHere() {
  const tag = window.crmAccount || sessionStorage.getItem("crm-account") || "";
  if (tag) remember("crm-account", tag);
  return tag;
}

export function readDraft(name) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(whoIsHere(), name)));
  } catch {
    return null;
  }
}

export function writeDraft(name, draft) {
  const key = keyOf(whoIsHere(), name);
  if (draft) remember(key, JSON.stringify(draft));
  else sessionStorage.removeItem(key);
}

// The server names the key it saved last; the draft with that key has done its work, whichever
// contact it was for.
export function dropSavedDraft(savedKey) {
  for (const name of Object.keys(sessionStorage)) {
    const isDraft = name.startsWith(PREFIX);
    if (isDraft && sessionStorage.getItem(name).includes(`"key":"${savedKey}"`)) sessionStorage.removeItem(name);
  }
}

// Another account is about to be here: only a guest's drafts may go on being shown until it is known.
export function forgetWhoWasHere(hasSignedIn) {
  if (hasSignedIn && window.crmIsGuest) remember("crm-guest-before", window.crmAccount);
  else for (const name of ["crm-account", "crm-guest-before"]) recall(name);
}

// A guest's drafts follow into the account that is signed in to, as soon as the server says who that
// is; those of an account wait, unseen by others, until it is back in this tab.
function adoptGuestsDrafts() {
  const to = window.crmAccount;
  const from = to && recall("crm-guest-before");
  if (!from || from === to) return;
  for (const name of Object.keys(sessionStorage)) {
    const prefix = keyOf(from, "");
    if (!name.startsWith(prefix)) continue;
    const draft = recall(name); // removed first: the storage may be full
    const kept = name.replace(prefix, keyOf(to, ""));
    if (!sessionStorage.getItem(kept)) remember(kept, draft);
  }
}

if (typeof window !== "undefined") adoptGuestsDrafts();

// crypto.randomUUID() is missing on pages served over plain http from another machine.
export function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-a$4-");
}
