import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { ADA, EMPTY, enter, field, formPage, press, replace, submit, submitButton, texts, type } from "./form_page.jsx";
import { setWide, travel, wait } from "./page.jsx";

let page;
const address = () => window.location.search;

beforeEach(async () => {
  setWide(true);
  page = await formPage();
  page.connect();
});

test("what is typed is a draft, which a reload brings back", async () => {
  type({ name: "Half a na", notes: "one\ntwo" });
  await page.reload();
  expect(texts()).toEqual({ name: "Half a na", email: "", notes: "one\ntwo" });
});

test("an empty form is no draft", () => {
  type({ name: "A" });
  replace("name", "");
  expect(page.draft()).toBeNull();
});

test("a form is sent once, however often it is submitted", () => {
  type(ADA);
  for (let times = 0; times < 2; times += 1) fireEvent.submit(field("name").form);
  enter("email");
  expect(page.sent()).toEqual([{ ...ADA, idempotency_key: expect.stringMatching(/^[\da-f-]{36}$/) }]);
  expect(submitButton().textContent).toBe("Creating");
  expect(submitButton().disabled).toBe(true);
});

test.each([["ctrlKey", 1], ["metaKey", 1], ["shiftKey", 0]])("Enter in the notes with %s sends %i", (modifier, times) => {
  type(ADA);
  fireEvent.keyDown(field("notes"), { key: "Enter", [modifier]: true });
  expect(page.sent()).toHaveLength(times);
});

test("once it is saved the form is empty, and so is the draft", async () => {
  submit(ADA);
  page.save();
  expect(texts()).toEqual(EMPTY);
  expect(submitButton().textContent).toBe("Create");
  expect(document.activeElement).toBe(field("name"));
  expect(page.draft()).toBeNull();
  await page.reload();
  expect(texts()).toEqual(EMPTY);
});

test("the next contact has another key", () => {
  submit(ADA);
  page.save();
  submit({ name: "Grace" });
  const [first, second] = page.sent();
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("a refused form keeps its text, says why, and its next try is another form", () => {
  submit(ADA);
  page.refuse({ email: "Not an address" });
  expect(texts()).toEqual(ADA);
  expect(document.activeElement).toBe(field("email"));
  expect(field("email").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("Not an address")).toBeDefined();
  submit();
  const [first, second] = page.sent();
  expect(second).toEqual({ ...ADA, idempotency_key: expect.anything() });
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("the message about a text goes when the text changes, and returns with the text", () => {
  submit(ADA);
  page.refuse({ email: "Not an address" });
  type({ notes: "!" });
  expect(screen.getByText("Not an address")).toBeDefined();
  type({ email: "!" });
  expect(screen.queryByText("Not an address")).toBeNull();
  expect(field("email").getAttribute("aria-invalid")).toBe("false");
  replace("email", ADA.email);
  expect(screen.getByText("Not an address")).toBeDefined();
});

test("a form that may have been saved is tried again under its key", () => {
  submit(ADA);
  page.fail();
  expect(submitButton().disabled).toBe(false);
  submit();
  const [first, second] = page.sent();
  expect(second).toEqual(first);
});

test("another text after a failure has another key", () => {
  submit(ADA);
  page.fail();
  submit({ notes: "!" });
  const [first, second] = page.sent();
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("what is typed while a contact is saved is the next one, from its name on", () => {
  type(ADA);
  enter("email");
  type({ email: "Grace", notes: " of the navy" });
  page.save();
  expect(texts()).toEqual({ name: "Grace", email: "", notes: " of the navy" });
  expect(page.draft().fields.name).toBe("Grace");
  expect(document.activeElement).toBe(field("name"));
  submit();
  const [first, second] = page.sent();
  expect(second).toMatchObject({ name: "Grace", email: "" });
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("the next contact can be typed into the field of the last one's name", () => {
  type({ email: ADA.email, name: ADA.name });
  enter("name");
  type({ name: "Grace" });
  page.save();
  expect(texts()).toEqual({ ...EMPTY, name: "Grace" });
});

test("what is typed while a form fails is another one", () => {
  submit(ADA);
  type({ notes: "!" });
  page.fail();
  submit();
  const [first, second] = page.sent();
  expect(second.notes).toBe("Countess!");
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("what is typed while a form is refused stays, as another form", () => {
  type({ name: "Ada", email: "ada@" });
  enter("email");
  type({ email: "example.com" });
  page.refuse({ email: "Not an address" });
  expect(field("email").value).toBe("ada@example.com");
  expect(screen.queryByText("Not an address")).toBeNull();
  submit();
  const [first, second] = page.sent();
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("what is typed on a form whose connection is lost takes it back", async () => {
  submit(ADA);
  type({ name: " King" }); // it is still awaited
  page.lose();
  page.connect();
  await wait(1);
  expect(page.sent()).toHaveLength(1);
  expect(field("name").value).toBe("Ada King");
  expect(submitButton().textContent).toBe("Create");
  submit();
  const [first, second] = page.sent();
  expect(second.idempotency_key).not.toBe(first.idempotency_key);
});

test("without its acknowledgement a form is sent again on the next connection, under its key", async () => {
  submit(ADA);
  page.lose();
  expect(screen.getByText("It waits")).toBeDefined();
  expect(screen.queryByText("Outcome")).toBeNull(); // it is that of the form before
  page.connect();
  await wait(0);
  const [first, second] = page.sent();
  expect(second).toEqual(first);
  page.save();
  expect(texts()).toEqual(EMPTY);
});

test.each(["the button", "typing"])("what waits to be sent can be taken back by %s", async (how) => {
  page.lose();
  submit(ADA);
  if (how === "typing") type({ notes: "!" });
  else press("Take back");
  expect(screen.getByText("Not sent yet")).toBeDefined();
  page.connect();
  await wait(1);
  expect(page.sent()).toEqual([]);
  expect(field("name").value).toBe("Ada");
});

test.each(["taking back", "a failure"])("after %s a form is not sent by a reload", async (how) => {
  if (how === "taking back") page.lose();
  submit(ADA);
  const times = page.sent().length;
  if (how === "taking back") press("Take back");
  else page.fail();
  await page.reload();
  page.connect();
  await wait(1);
  expect(page.sent()).toHaveLength(times);
  expect(texts()).toEqual(ADA);
});

test("a form in flight cannot be taken back", () => {
  submit(ADA);
  expect(screen.queryByText("Take back")).toBeNull();
});

test("a pending form is sent again after a reload, as it was", async () => {
  submit(ADA);
  await page.reload();
  expect(submitButton().textContent).toBe("Creating");
  page.connect();
  await wait(0);
  const [first, second] = page.sent();
  expect(second).toEqual(first);
});

test("a form that was saved before the reload is not offered again", async () => {
  submit(ADA);
  const key = page.lastKey();
  await page.reload();
  page.serve({ formKey: "another", savedKey: key });
  page.connect();
  expect(texts()).toEqual(EMPTY);
  expect(page.draft()).toBeNull();
  await wait(1);
  expect(page.sent()).toHaveLength(1);
});

test("what was typed on a pending form is a form of its own after a reload", async () => {
  submit(ADA);
  type({ name: " King" });
  await page.reload();
  expect(field("name").value).toBe("Ada King");
  page.connect();
  await wait(1);
  expect(page.sent()).toHaveLength(1);
  expect(page.draft().key).not.toBe(page.lastKey());
});

test("a text that is too long to be sent says so, and stays", () => {
  replace("notes", "ä".repeat(6000));
  submit({ name: "Ada" });
  expect(field("notes").validationMessage).toBe("This is too long to be sent: 6000 characters.");
  expect(page.sent()).toEqual([]);
  replace("notes", "shorter");
  expect(field("notes").validationMessage).toBe("");
  submit();
  expect(page.sent()).toHaveLength(1);
});

test("what was typed before React took over the page stays, also when the server names the form", async () => {
  await page.typeEarly("name", "Early");
  expect(field("name").value).toBe("Early");
  page.serve({ formKey: "another" });
  page.connect();
  expect(field("name").value).toBe("Early");
  await page.reload();
  expect(field("name").value).toBe("Early");
});

test("the text of a deleted contact is offered as a new one, in place of a draft", () => {
  type({ name: "Draft" });
  page.serve({ formKey: "another", contactId: "", version: 0, values: ADA });
  expect(texts()).toEqual(ADA);
  submit();
  expect(page.on.onCreate).toHaveBeenCalledOnce();
});

test("the focus goes to no form while somebody types elsewhere", () => {
  type({ name: "Ada" });
  screen.getByLabelText("Search").focus();
  page.open("ada", 1, ADA);
  expect(document.activeElement).toBe(screen.getByLabelText("Search"));
});

test("on a phone a text that waits for attention opens its sheet again", async () => {
  setWide(false);
  act(() => page.ours().show({ add: "1" }, "add"));
  submit(ADA);
  await travel(() => page.ours().close("add"));
  expect(address()).toBe("");
  page.refuse({ email: "Not an address" });
  expect(address()).toBe("?add=1");
});

test("on a phone a draft is shown once the page is loaded", async () => {
  type({ name: "Ada" });
  setWide(false);
  await page.reload();
  expect(address()).toBe("");
  page.connect();
  expect(address()).toBe("?add=1");
});

test("on a phone the sheet closes three seconds after success, unless somebody types", async () => {
  setWide(false);
  act(() => page.ours().show({ add: "1" }, "add"));
  submit(ADA);
  page.save();
  type({ name: "G" });
  await wait(3);
  expect(address()).toBe("?add=1");
  submit();
  page.save();
  await wait(3.1);
  expect(address()).toBe("");
});

test("a form that is empty without success keeps its sheet", async () => {
  setWide(false);
  act(() => page.ours().show({ add: "1" }, "add"));
  page.serve({ formKey: "another" });
  await wait(3.1);
  expect(address()).toBe("?add=1");
});

test("nobody types into a form that is about to be another's", async () => {
  page = await formPage("/?edit=ada");
  expect(field("name").form.hasAttribute("inert")).toBe(true);
  page.connect();
  page.open("ada", 3, ADA);
  expect(field("name").form.hasAttribute("inert")).toBe(false);
});

test("an empty form needs no sheet after a reload", async () => {
  setWide(false);
  page = await formPage("/?add=1");
  page.connect();
  expect(address()).toBe("");
});

test("characters are counted as people see them", () => {
  replace("notes", "a😀");
  expect(screen.getByTestId("counter").textContent).toBe("2 / 100");
});

test("what was searched for becomes the name or the email of a new contact", () => {
  press("Add Brantd");
  press("Add email");
  expect(texts()).toEqual({ ...EMPTY, name: "Brantd", email: "b@example.com" });
  expect(page.draft().fields.name).toBe("Brantd");
  expect(page.on.onAdd).toHaveBeenCalledTimes(2);
});

test("what was searched for replaces no text", () => {
  type({ name: "Ada" });
  press("Add Brantd");
  expect(texts()).toEqual({ ...EMPTY, name: "Ada" });
});

test("what was searched for is in the form that follows an edit, beside its draft", () => {
  type({ notes: "half" });
  page.open("ada", 1, ADA);
  press("Add Brantd");
  expect(texts()).toEqual(ADA);
  page.serve({ ...page.startOver, formKey: "next" });
  expect(texts()).toEqual({ name: "Brantd", email: "", notes: "half" });
});

test("on a phone adding what was searched for opens the sheet", () => {
  setWide(false);
  press("Add Brantd");
  expect(address()).toBe("?add=1");
  expect(field("name").value).toBe("Brantd");
});

test("a contact that is being saved is not changed by what is searched for", () => {
  submit(ADA);
  press("Add Brantd");
  expect(texts()).toEqual(ADA);
});
