import { beforeEach, expect, test, vi } from "vitest";
import { load } from "./page.jsx";

let drafts;
const DRAFT = { key: "k1", fields: { name: "Ada" } };

// The page is loaded, and `/session.js` says who is here.
async function arrive(account, isGuest = false) {
  window.crmAccount = account;
  window.crmIsGuest = isGuest;
  drafts = await load("drafts.js");
}

beforeEach(() => arrive("guest-1", true));

test("a draft is there after a reload, until it is done", async () => {
  drafts.writeDraft("new", DRAFT);
  await arrive("guest-1", true);
  expect(drafts.readDraft("new")).toEqual(DRAFT);
  expect(drafts.readDraft("another")).toBeNull();
  drafts.writeDraft("new", null);
  expect(drafts.readDraft("new")).toBeNull();
});

test("nobody sees the drafts of another account", async () => {
  await arrive("ada");
  drafts.writeDraft("new", DRAFT);
  drafts.forgetWhoWasHere(true);
  await arrive("grace");
  expect(drafts.readDraft("new")).toBeNull();
  drafts.forgetWhoWasHere(true);
  await arrive("ada");
  expect(drafts.readDraft("new")).toEqual(DRAFT);
});

test("while the server cannot say who is here it is who it was", async () => {
  drafts.writeDraft("new", DRAFT);
  await arrive(undefined);
  expect(drafts.readDraft("new")).toEqual(DRAFT);
});

test("after signing out nobody is known to be here", async () => {
  await arrive("ada");
  drafts.writeDraft("new", DRAFT);
  drafts.forgetWhoWasHere(false);
  await arrive(undefined);
  expect(drafts.readDraft("new")).toBeNull();
});

test("a guest's drafts follow into the account that is signed in to", async () => {
  drafts.writeDraft("new", DRAFT);
  drafts.writeDraft("c1", { ...DRAFT, key: "k2" });
  drafts.forgetWhoWasHere(true);
  await arrive(undefined); // an outage
  expect(drafts.readDraft("new")).toEqual(DRAFT);
  await arrive("ada");
  expect(drafts.readDraft("new")).toEqual(DRAFT);
  expect(drafts.readDraft("c1").key).toBe("k2");
  await arrive("guest-1", true);
  expect(drafts.readDraft("new")).toBeNull();
});

test("a guest's drafts replace none of the account", async () => {
  await arrive("ada");
  drafts.writeDraft("new", { ...DRAFT, key: "of ada" });
  await arrive("guest-1", true);
  drafts.writeDraft("new", DRAFT);
  drafts.forgetWhoWasHere(true);
  await arrive("ada");
  expect(drafts.readDraft("new").key).toBe("of ada");
});

test("only the draft with the key that was saved is dropped, whichever contact it is for", () => {
  drafts.writeDraft("new", DRAFT);
  drafts.writeDraft("c1", { ...DRAFT, key: "k2" });
  sessionStorage.setItem("token", '"key":"k1"');
  drafts.dropSavedDraft("k1");
  expect(drafts.readDraft("new")).toBeNull();
  expect(drafts.readDraft("c1").key).toBe("k2");
  expect(sessionStorage.getItem("token")).not.toBeNull();
});

test("a full storage and a broken draft stop nobody", () => {
  const setItem = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  drafts.writeDraft("new", DRAFT);
  expect(drafts.readDraft("new")).toBeNull();
  setItem.mockRestore();
  drafts.writeDraft("new", DRAFT);
  sessionStorage.setItem("crm-draft:guest-1:new", "{");
  expect(drafts.readDraft("new")).toBeNull();
});

test("what is recalled is forgotten", () => {
  drafts.remember("crm-left", "yes");
  expect(drafts.recall("crm-left")).toBe("yes");
  expect(drafts.recall("crm-left")).toBeNull();
});

test("a key is a random UUID", () => {
  const keys = new Set(Array.from({ length: 100 }, () => drafts.newKey()));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
});
