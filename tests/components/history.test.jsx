import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, setWide } from "./page.jsx";

let ours;
let page;
let on;
let props;
const ADA = { id: "ada", version: 3, name: "Ada", phone: "2", notes: "" };
const icons = ["pencil", "key", "plus", "trash", "back", "arrow"].map((name) => <i key={name}>{`(${name})`}</i>);
const texts = () => screen.queryAllByTestId("history-entry").map((entry) => entry.textContent);
const days = () => screen.queryAllByRole("heading", { level: 4 }).map((each) => each.textContent);
const restoreButtons = () => screen.queryAllByTestId("restore-revision");
const failure = () => screen.queryByTestId("history-retry")?.closest("[role=status]").textContent;
const older = () => screen.queryByTestId("history-older");

const entry = (last, changes, more = {}) => ({
  ...{ first: last, last, action: "updated", at: "2025-11-21T11:02:00", is_own: true, via: "" },
  ...{ changes: changes.map(([field, old, now]) => ({ field, old, new: now })), ...more },
});
const PHONE = entry(3, [["phone", "1", "2"]]);

function draw(changes = {}, contact = ADA) {
  props = { ...props, ...changes };
  page.draw(
    <ours.Rows contacts={[contact]} sequence={contact.version} changes={[]} onGap={() => {}}>
      <ours.History {...props} {...on}>{icons}</ours.History>
    </ours.Rows>,
  );
}

// What the server sends for a page.
const show = (entries, more = {}) => draw({ contactId: "ada", start: 0, before: 0, entries, ...more });

beforeEach(async () => {
  history.replaceState(null, "", "/?contact=ada");
  setWide(true);
  ours = await load("connection.jsx", "history.jsx", "rows.jsx", "address.js");
  page = pageWith(ours);
  on = { onLoad: vi.fn(), onRestore: vi.fn() };
  props = { opened: ADA, contactId: "", start: 0, before: 0, entries: [], failedId: "", failure: "", failureId: "", retryAfter: 0, restoring: 0, look: {} };
});

test("an entry says who changed what, from what to what, and when", () => {
  show([PHONE]);
  expect(texts()).toEqual(["(pencil)You changed phone1(arrow)211:02 · Restore this"]);
  const [old, now] = ["del", "ins"].map((name) => document.querySelector(name));
  expect([old.textContent, now.textContent]).toEqual(["1", "2"]);
});

test.each([
  [{ via: "token website-form" }, "(key)Token website-form changed phone"],
  [{ is_own: false }, "(pencil)Another member changed phone"],
  [{ via: "restore" }, "(back)You restored phone"],
  [{ action: "created", changes: [] }, "(plus)You created this contact11:02"],
  [{ action: "deleted", changes: [] }, "(trash)You deleted this contact11:02"],
  [{ action: "restored", changes: [] }, "(back)You restored this contact11:02"],
])("%j is %s", (more, text) => {
  show([{ ...PHONE, ...more }]);
  expect(texts()[0].startsWith(text)).toBe(true);
});

test("of several fields each has its name, and nothing is said to be empty", () => {
  show([entry(3, [["company", null, "Navy"], ["phone", "1", null], ["notes", "a", "b"]])]);
  expect(texts()[0]).toBe(
    "(pencil)You changed company, phone and notescompanyempty(arrow)Navyphone1(arrow)emptynotesa(arrow)b11:02 · Restore this",
  );
});

test("of notes to which some were added, those are shown", () => {
  show([entry(3, [["notes", "Runs the showroom.", "Runs the showroom. Wants\nslots."]])]);
  expect(texts()[0]).toContain("changed notesAdded “Wants\nslots.”");
});

test.each([
  [["lead"], ["lead", "customer"], "You added the tag customer"],
  [null, ["lead", "customer"], "You added the tags lead and customer"],
  [["lead", "customer", "press"], ["lead"], "You removed the tags customer and press"],
  [["lead"], ["customer"], "You added the tag customer and removed the tag lead"],
])("of names %j became %j: %s", (old, now, text) => {
  show([entry(3, [["tags", old, now]])]);
  expect(texts()[0]).toBe(`(pencil)${text}11:02 · Restore this`);
});

test("names and another field are one sentence", () => {
  show([entry(3, [["phone", "1", "2"], ["tags", [], ["lead"]]])]);
  expect(texts()[0]).toBe("(pencil)You changed phone and added the tag leadphone1(arrow)211:02 · Restore this");
});

test("entries are in days of the visitor", () => {
  const at = ["2025-11-21T00:01:00", "2025-11-20T23:59:00", "2025-11-20T00:00:00", "2025-11-19T23:00:00"];
  show(at.map((time, place) => ({ ...PHONE, last: 9 - place, at: time })));
  expect(days()).toEqual(["Today", "Yesterday", "Nov 19, 2025"]);
  expect(texts()[1]).toContain("23:59");
});

test("what the contact has already is not restored", () => {
  show([PHONE, entry(2, [["phone", "2", "1"]]), entry(1, [["notes", null, "x"]])]);
  expect(restoreButtons().length).toBe(1);
  fireEvent.click(restoreButtons()[0]);
  expect(on.onRestore).toHaveBeenCalledExactlyOnceWith("ada", 3, 3);
});

test("an entry that is restored says so, and the focus goes to the heading", async () => {
  show([{ ...PHONE, first: 2 }]);
  act(() => restoreButtons()[0].focus());
  fireEvent.click(restoreButtons()[0]);
  expect(on.onRestore).toHaveBeenCalledExactlyOnceWith("ada", 2, 3);
  draw({ restoring: 3 });
  expect(restoreButtons()[0].textContent).toBe("Restoring...");
  expect(restoreButtons()[0].disabled).toBe(true);
  draw({ restoring: 0 }, { ...ADA, phone: "1", version: 4 });
  await act(() => vi.advanceTimersByTimeAsync(10));
  expect(document.activeElement.textContent).toBe("History");
});

test("nothing is restored while the connection is lost", () => {
  page.connect();
  show([PHONE]);
  page.lose();
  fireEvent.click(restoreButtons()[0]);
  expect(on.onRestore).not.toHaveBeenCalled();
});

test("it is read after the contact, and again when that has changed", () => {
  draw({ opened: null });
  page.connect();
  expect(on.onLoad).not.toHaveBeenCalled();
  draw({ opened: ADA });
  expect(on.onLoad).toHaveBeenCalledExactlyOnceWith("ada", 0, 0);
  show([PHONE]);
  draw();
  expect(on.onLoad).toHaveBeenCalledOnce();
  draw({}, { ...ADA, version: 4 });
  expect(on.onLoad).toHaveBeenLastCalledWith("ada", 0, 1);
  page.lose();
  page.connect();
  expect(on.onLoad).toHaveBeenCalledTimes(3);
});

test("the history of another contact is not shown", () => {
  show([PHONE], { contactId: "grace" });
  expect(texts()).toEqual([]);
});

test("older entries follow those that are shown", async () => {
  page.connect();
  show([PHONE], { before: 3 });
  act(() => older().focus());
  fireEvent.click(older());
  expect(on.onLoad).toHaveBeenLastCalledWith("ada", 3, 0);
  expect(older().textContent).toBe("Loading...");
  show([entry(2, [["phone", "0", "1"]])], { start: 3, before: 2 });
  expect(older().textContent).toBe("Show older");
  expect(document.activeElement).toBe(older());
  fireEvent.click(older());
  show([entry(1, [], { action: "created" })], { start: 2, before: 0 });
  await act(() => vi.advanceTimersByTimeAsync(10));
  expect(texts().map((text) => text.split("You ")[1].slice(0, 7))).toEqual(["changed", "changed", "created"]);
  expect(older()).toBe(null);
  expect(document.activeElement.textContent).toBe("History");
});

test("a page that continues nothing is left out", () => {
  show([PHONE], { before: 3 });
  show([entry(1, [["phone", "0", "1"]])], { start: 2 });
  expect(texts().length).toBe(1);
});

test("a failure has its own place, keeps the entries, and can be tried again", () => {
  page.connect();
  show([PHONE]);
  on.onLoad.mockClear();
  draw({ failedId: "ada", failure: "Could not read", failureId: "1" });
  expect(failure()).toBe("Could not readTry again");
  expect(texts().length).toBe(1);
  expect(on.onLoad).not.toHaveBeenCalled();
  fireEvent.click(screen.getByTestId("history-retry"));
  expect(on.onLoad).toHaveBeenCalledExactlyOnceWith("ada", 0, 1);
  draw({ failedId: "grace" });
  expect(failure()).toBe(undefined);
});
