// Drafts: what is typed, or waits for its answer, stays in this tab's storage until it is done.

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
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}
