// Drafts: what is typed or pending stays in this tab's storage until it is done.

import { draftPrefix } from "./account.js";

export function readDraft(name) {
  try {
    return JSON.parse(sessionStorage.getItem(draftPrefix() + name));
  } catch {
    return null;
  }
}

export function writeDraft(name, draft) {
  try {
    if (draft) sessionStorage.setItem(draftPrefix() + name, JSON.stringify(draft));
    else sessionStorage.removeItem(draftPrefix() + name);
  } catch {
    // The storage is full: the text is still in the form.
  }
}

// The server names the key it saved last; the draft with that key has done its work, whichever
// contact it was for.
export function dropSavedDraft(savedKey) {
  for (const name of Object.keys(sessionStorage)) {
    const isDraft = name.startsWith("crm-draft:");
    if (isDraft && sessionStorage.getItem(name).includes(`"key":"${savedKey}"`)) sessionStorage.removeItem(name);
  }
}

// crypto.randomUUID() is missing on pages served over plain http from another machine.
export function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})/, "$1-$2-4$3-a$4-");
}
