// The contact form while it is about a contact: edits, conflicts, contacts that are deleted.

import { act, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { ADA, EMPTY, enter, field, formPage, press, submit, submitButton, texts, type } from "./form_page.jsx";
import { setWide, travel, wait } from "./page.jsx";

let page;
const STORED = { name: "Ada King", email: ADA.email, notes: "" };
const address = () => window.location.search;
const other = (name) => document.querySelector(`[data-other=${name}]`);
const use = (name) => screen.getByLabelText(`Use this for ${name}`).click();

beforeEach(async () => {
  setWide(true);
  page = await formPage();
  page.connect();
});

function collide(changes = {}) {
  const conflict = { version: "5", values: STORED, collisions: ["name"], kept: ["notes"] };
  page.refuse({}, { ...conflict, ...changes });
}

test("an opened contact is in the address, in the form, and in the focus", () => {
  const entries = history.length;
  page.open("ada", 3, ADA);
  expect(address()).toBe("?edit=ada");
  expect(history.length).toBe(entries + 1);
  expect(texts()).toEqual(ADA);
  expect(screen.getByText("Edit contact")).toBeDefined();
  expect(document.activeElement).toBe(field("name"));
  page.open("grace", 1, EMPTY);
  expect(address()).toBe("?edit=grace");
  expect(history.length).toBe(entries + 1);
});

test("an update names the contact, its version, and what it was", () => {
  page.open("ada", 3, ADA);
  submit({ name: " King" });
  expect(page.on.onUpdate).toHaveBeenCalledExactlyOnceWith({
    ...{ ...ADA, name: "Ada King" },
    idempotency_key: expect.any(String),
    contact_id: "ada",
    version: "3",
    base: JSON.stringify(ADA),
  });
  expect(page.on.onCreate).not.toHaveBeenCalled();
  expect(submitButton().textContent).toBe("Updating");
});

test("after the update the form is for a new contact again", async () => {
  page.open("ada", 3, ADA);
  submit({ name: " King" });
  await travel(() => page.save());
  expect(address()).toBe("");
  expect(texts()).toEqual(EMPTY);
  expect(screen.getByText("Add contact")).toBeDefined();
  expect(page.draft("ada")).toBeNull();
});

test.each([["", "create_contact"], ["ada", "update_contact"]])("the wait of the form about '%s' is reported as %s", async (contactId, action) => {
  await wait(1);
  if (contactId) page.open(contactId, 3, ADA);
  submit({ name: "Ada" });
  page.save();
  await wait(6);
  const [[, body]] = navigator.sendBeacon.mock.calls;
  expect(JSON.parse(body).map((report) => report.action)).toEqual([action]);
});

test("success is said until something is typed or a contact is opened", () => {
  page.connect();
  const isSaid = () => screen.queryByText("Success") !== null;
  for (const goOn of [() => type({ name: "G" }), () => page.open("ada", 2, ADA)]) {
    page.open("ada", 1, ADA);
    submit({ name: " King" });
    page.save();
    expect(isSaid()).toBe(true);
    goOn();
    expect(isSaid()).toBe(false);
    page.serve({ ...page.startOver, formKey: "next" });
  }
});

test("the form says what was changed, and from what", () => {
  page.open("ada", 3, ADA);
  expect(screen.queryByText("Unsaved changes")).toBeNull();
  type({ name: " King" });
  expect(screen.getByText("Unsaved changes")).toBeDefined();
  expect(screen.getByText("Was").textContent).toBe("Was Ada");
});

test("what is typed stays when the server opens the same version again", () => {
  page.open("ada", 3, ADA);
  submit({ notes: "!" });
  type({ notes: "?" });
  page.open("ada", 3, ADA);
  expect(field("notes").value).toBe("Countess!?");
  page.open("ada", 4, STORED);
  expect(page.draft("ada").fields.notes).toBe("Countess!?");
});

test("a connection that has not loaded the data changes no form", () => {
  page.open("ada", 3, ADA);
  page.lose();
  page.serve({ ...page.startOver, formKey: "another" });
  expect(texts()).toEqual(ADA);
  page.open("ada", 3, ADA);
  page.connect();
  expect(texts()).toEqual(ADA);
});

test("an edit is a draft of its contact, beside that of a new one", async () => {
  type({ name: "Third" });
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await page.reload();
  expect(field("name").value).toBe("Third");
  page.connect();
  page.open("ada", 3, ADA);
  expect(field("notes").value).toBe("Countess!");
  submit();
  page.save();
  expect(field("name").value).toBe("Third");
});

test("a draft builds on the version it was typed for", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await page.reload();
  page.connect();
  page.open("ada", 5, STORED);
  submit();
  expect(page.sent().at(-1)).toMatchObject({ version: "3", base: JSON.stringify(ADA), notes: "Countess!" });
});

test("an edit whose contact the server has closed is opened again", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await page.reload();
  page.connect();
  expect(page.on.onEdit).toHaveBeenCalledExactlyOnceWith("ada");
});

test("what is typed while an edit is saved is the next edit", () => {
  page.open("ada", 3, ADA);
  type({ name: " King" });
  enter("name");
  type({ name: ", Coun" });
  page.save();
  expect(page.on.onEdit).toHaveBeenCalledExactlyOnceWith("ada");
  type({ name: "tess" }); // while the server opens it
  page.open("ada", 4, { ...ADA, name: "Ada King", email: "new@example.com" });
  expect(texts()).toEqual({ ...ADA, name: "Ada King, Countess", email: "new@example.com" });
  submit();
  expect(page.sent().at(-1)).toMatchObject({ version: "4", name: "Ada King, Countess" });
});

test("what is typed while an edit is saved outlives a reload", async () => {
  page.open("ada", 3, ADA);
  type({ name: " King" });
  enter("name");
  type({ name: ", Countess" });
  const key = page.lastKey();
  await page.reload();
  page.serve({ formKey: "another", savedKey: key });
  page.connect();
  await wait(1);
  expect(page.on.onEdit).toHaveBeenCalledWith("ada");
  page.open("ada", 4, { ...ADA, name: "Ada King" });
  expect(field("name").value).toBe("Ada King, Countess");
  expect(page.sent()).toHaveLength(1);
});

test("Cancel forgets the edit and goes back to where it was opened", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await travel(() => press("Discard"));
  expect(address()).toBe("");
  expect(page.on.onCancel).toHaveBeenCalledOnce();
  expect(page.draft("ada")).toBeNull();
});

const isAsked = () => Boolean(screen.queryByText("Keep editing"));

test("closing an edit with changes asks, and keeping them leaves it as it was", () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  act(() => press("Close"));
  expect(isAsked()).toBe(true);
  expect(document.activeElement).toBe(screen.getByText("Keep editing"));
  act(() => press("Keep editing"));
  expect(isAsked()).toBe(false);
  expect(document.activeElement).toBe(field("notes"));
  act(() => press("Close"));
  act(() => press("Close")); // asked again, it stays open too
  expect(isAsked()).toBe(false);
  expect(address()).toBe("?edit=ada");
  expect(field("notes").value).toBe("Countess!");
});

test("what is asked about can be discarded", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  act(() => press("Close"));
  await travel(() => press("Discard changes"));
  expect(page.on.onCancel).toHaveBeenCalledOnce();
  expect(page.draft("ada")).toBeNull();
  expect(isAsked()).toBe(false);
});

test("an edit without changes, and one that is pending, is closed at once", async () => {
  page.open("ada", 3, ADA);
  await travel(() => press("Close"));
  expect(address()).toBe("");
  page.open("ada", 3, ADA);
  submit({ notes: "!" });
  await travel(() => press("Close"));
  expect(isAsked()).toBe(false);
  expect(address()).toBe("");
});

test("nothing is asked any more when the edit is sent, or left another way", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  act(() => press("Close"));
  submit();
  expect(isAsked()).toBe(false);
  page.refuse();
  act(() => press("Close"));
  expect(isAsked()).toBe(true);
  act(() => page.ours().show({ edit: "", contact: "grace" }));
  expect(isAsked()).toBe(false);
});

test("an edit that waits for the connection can be cancelled", async () => {
  page.open("ada", 3, ADA);
  page.lose();
  submit({ notes: "!" });
  await travel(() => press("Discard"));
  expect(page.on.onCancel).toHaveBeenCalledOnce();
  page.connect();
  await wait(1);
  expect(page.sent()).toEqual([]);
});

test("a contact that is opened while a text is pending shows itself, and the text is kept", () => {
  submit(ADA);
  type({ notes: "!" });
  page.open("grace", 1, { ...EMPTY, name: "Grace" });
  expect(texts()).toEqual({ ...EMPTY, name: "Grace" });
  expect(page.draft().fields.notes).toBe("Countess!");
});

test("after an edit the focus returns to what opened it", () => {
  const opener = screen.getByText("Elsewhere");
  page.ours().openedBy(opener);
  page.open("ada", 3, ADA);
  act(() => field("notes").focus());
  page.serve({ ...page.startOver, formKey: "another" });
  expect(document.activeElement).toBe(opener);
});

test("Back closes an edit that is not pending, Forward opens it again", async () => {
  page.open("ada", 3, ADA);
  await travel(() => history.back());
  expect(page.on.onCancel).toHaveBeenCalledOnce();
  page.serve({ ...page.startOver, formKey: "another" });
  await travel(() => history.forward());
  expect(page.on.onEdit).toHaveBeenCalledExactlyOnceWith("ada");
});

test("Back leaves a pending edit to its end", async () => {
  page.open("ada", 3, ADA);
  submit({ notes: "!" });
  await travel(() => history.back());
  expect(page.on.onCancel).not.toHaveBeenCalled();
});

test("a conflict shows both values, of which either can be taken", () => {
  page.open("ada", 3, ADA);
  submit({ name: " Byron" });
  collide();
  expect(texts()).toEqual({ ...ADA, name: "Ada Byron", notes: "" }); // the notes were not changed here
  expect(other("name").textContent).toContain("Saved: Ada King");
  expect(other("notes")).toBeNull();
  expect(document.activeElement).toBe(field("name"));
  act(() => use("name"));
  expect(field("name").value).toBe("Ada King");
  expect(other("name").textContent).toContain("Yours: Ada Byron");
  act(() => use("name"));
  expect(field("name").value).toBe("Ada Byron");
});

test("after a conflict the next update builds on the stored version, under another key", () => {
  page.open("ada", 3, ADA);
  submit({ name: " Byron" });
  collide();
  submit();
  const [first, second] = page.sent();
  expect(second).toMatchObject({ name: "Ada Byron", notes: "", version: "5", base: JSON.stringify(STORED) });
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("a stored value that is empty says so", () => {
  page.open("ada", 3, ADA);
  submit({ notes: "!" });
  collide({ collisions: ["notes"], kept: ["name"] });
  expect(other("notes").textContent).toContain("Saved: (empty)");
  expect(field("name").value).toBe("Ada King");
});

test("what is typed until the conflict is known is not replaced", () => {
  page.open("ada", 3, ADA);
  submit({ name: " Byron" });
  type({ notes: "!" });
  collide();
  expect(field("notes").value).toBe("Countess!");
  expect(other("notes").textContent).toContain("Saved: (empty)");
  expect(document.activeElement).toBe(field("notes"));
});

test("a conflict outlives a reload", async () => {
  page.open("ada", 3, ADA);
  submit({ name: " Byron" });
  collide();
  await page.reload();
  page.connect();
  page.open("ada", 5, STORED);
  expect(field("name").value).toBe("Ada Byron");
  expect(other("name").textContent).toContain("Saved: Ada King");
});

test("the draft for a contact that is missing becomes a new contact", async () => {
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await page.reload();
  page.serve({ missing: "ada word" });
  expect(texts()).toEqual({ ...ADA, notes: "Countess!" });
  expect(screen.getByText("Add contact")).toBeDefined();
  expect(page.draft("ada")).toBeNull();
  await page.reload();
  expect(field("notes").value).toBe("Countess!");
});

test("it replaces no draft of a new contact", async () => {
  type({ name: "Third" });
  page.open("ada", 3, ADA);
  type({ notes: "!" });
  await page.reload();
  page.serve({ missing: "ada word" });
  expect(field("name").value).toBe("Third");
  expect(page.draft("ada").fields.notes).toBe("Countess!");
});

test("what is typed while an edit is saved is kept if the contact is deleted meanwhile", () => {
  page.open("ada", 3, ADA);
  type({ name: " King" });
  enter("name");
  type({ name: ", Countess" });
  page.save();
  page.serve({ missing: "ada word" });
  expect(field("name").value).toBe("Ada King, Countess");
  expect(screen.getByText("Add contact")).toBeDefined();
  submit();
  expect(page.on.onCreate).toHaveBeenCalledOnce();
});

test("former values that could not be stored are unsaved changes, with the message at their field", () => {
  page.serve({ contactId: "ada", version: 3, values: ADA, formKey: "form", restored: JSON.stringify({ email: "old@example.com" }) });
  expect(texts()).toEqual({ ...ADA, email: "old@example.com" });
  expect(screen.getByText("Unsaved changes")).toBeDefined();
  expect(screen.getByText(ADA.email)).toBeDefined(); // what it was
  submit();
  const [sent] = page.sent();
  expect(sent).toMatchObject({ email: "old@example.com", version: "3", base: JSON.stringify(ADA) });
});

test("former values replace what was typed before, which had a key of its own", async () => {
  page.open("ada", 3, ADA);
  type({ email: "!", name: "!" });
  const { key } = page.draft("ada");
  page.serve({ formKey: "again", restored: JSON.stringify({ email: "old@example.com" }), version: 4 });
  expect(texts()).toEqual({ ...ADA, name: "Ada!", email: "old@example.com" });
  expect(page.draft("ada").key).not.toBe(key);
});
