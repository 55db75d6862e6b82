import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, travel, wait } from "./page.jsx";

let ours;
let page;
let onSearch;
let answers;
let query; // what the list shows
const box = () => screen.getByRole("searchbox");
const type = (text) => fireEvent.change(box(), { target: { value: text } });
const address = () => new URL(window.location.href).searchParams.get("q");
const searches = () => onSearch.mock.calls.flat();

const search = () => (
  <>
    <ours.SearchBox answers={answers} query={query} onSearch={onSearch} aria-label="Search">
      <kbd>/</kbd>
      <ours.ClearSearch>Clear</ours.ClearSearch>
    </ours.SearchBox>
    <ours.SearchFor query="brandt">brandt</ours.SearchFor>
    <textarea aria-label="Notes" />
  </>
);

function answer() {
  answers += 1;
  page.draw(search());
}

async function open(path = "/") {
  history.replaceState(null, "", path);
  query = address() ?? "";
  ours = await load("connection.jsx", "search_box.jsx", "address.js");
  page = pageWith(ours);
  page.draw(search());
}

beforeEach(async () => {
  [onSearch, answers] = [vi.fn(), 0];
  await open();
});

test("what is typed is searched, and is in the address", () => {
  page.connect();
  type("  ada ");
  expect(searches()).toEqual(["  ada "]);
  expect(box().value).toBe("  ada ");
  expect(address()).toBe("ada");
});

test("a button searches for another text, and Back leads to the one before", async () => {
  page.connect();
  type("brantd");
  answer();
  fireEvent.click(screen.getByText("brandt"));
  expect(searches()).toEqual(["brantd", "brandt"]);
  expect([box().value, address()]).toEqual(["brandt", "brandt"]);
  expect(document.activeElement).toBe(box());
  await travel(() => history.back());
  expect(box().value).toBe("brantd");
});

test("one text at a time is sent, then the latest", () => {
  page.connect();
  for (const text of ["a", "ad", "ada"]) type(text);
  expect(searches()).toEqual(["a"]);
  answer();
  expect(searches()).toEqual(["a", "ada"]);
  answer();
  answer(); // another one asked for the list
  expect(searches()).toEqual(["a", "ada"]);
});

test("the wait for the latest answer is reported", async () => {
  page.connect();
  await wait(1);
  for (const text of ["a", "ad"]) type(text);
  answer();
  await wait(1);
  answer();
  await wait(6);
  const reported = navigator.sendBeacon.mock.calls.flatMap(([, body]) => JSON.parse(body));
  expect(reported.map(({ action }) => action)).toEqual(["get_contacts"]);
  expect(reported[0].ms).toBeGreaterThanOrEqual(1000);
});

test("offline nothing is sent, and the address keeps the text", () => {
  page.connect();
  page.lose();
  type("ada");
  expect(searches()).toEqual([]);
  expect(address()).toBe("ada");
});

test("what is typed while the data is loaded is searched then", () => {
  type("before");
  page.connect();
  expect(searches()).toEqual(["before"]);
});

test("an answer that was lost with its connection blocks no search", () => {
  page.connect();
  type("a");
  page.lose();
  query = "a";
  page.draw(search());
  page.connect();
  type("ad");
  expect(searches()).toEqual(["a", "ad"]);
});

test("each search is one entry of the history, however it is typed", () => {
  const entries = history.length;
  for (const text of ["a", "ad", "ada", "ad"]) type(text);
  expect(history.length).toBe(entries + 1);
  type("grace");
  expect(history.length).toBe(entries + 2);
  type("");
  expect(history.length).toBe(entries + 3);
});

test("Back leads to the search before", async () => {
  page.connect();
  type("ada");
  answer();
  type("grace");
  answer();
  await travel(() => history.back());
  expect(box().value).toBe("ada");
  expect(searches()).toEqual(["ada", "grace", "ada"]);
});

test("Back within one search searches nothing", async () => {
  page.connect();
  act(() => ours.show({ contact: "c1" }, "contact"));
  await travel(() => history.back());
  expect(searches()).toEqual([]);
});

test("the box begins with the search of the address, as long as it may be", async () => {
  cleanup();
  await open(`/?q=${"a".repeat(300)}`);
  expect(box().value).toBe("a".repeat(200));
});

test("what was typed before React took over stays", async () => {
  cleanup();
  ours = await load("connection.jsx", "search_box.jsx");
  pageWith(ours).hydrate(search(), () => (box().value = "ada"));
  expect(box().value).toBe("ada");
  expect(screen.getByText("Clear")).toBeDefined();
});

test("the hint makes way for what clears the search", () => {
  page.connect();
  expect(screen.queryByText("Clear")).toBeNull();
  type("ada");
  answer();
  expect(screen.queryByText("/")).toBeNull();
  fireEvent.click(screen.getByText("Clear"));
  expect(box().value).toBe("");
  expect(address()).toBeNull();
  expect(searches()).toEqual(["ada", ""]);
  expect(document.activeElement).toBe(box());
  expect(screen.getByText("/")).toBeDefined();
});

const press = (target, key, modifiers) => fireEvent.keyDown(target, { key, ...modifiers });

test.each([["/", {}], ["k", { ctrlKey: true }], ["K", { metaKey: true }]])("%s %o leads to the search", (key, modifiers) => {
  type("ada");
  expect(press(document.body, key, modifiers)).toBe(false); // the key is not typed
  expect(document.activeElement).toBe(box());
  expect(box().selectionEnd - box().selectionStart).toBe(3);
});

test.each([["/", { ctrlKey: true }], ["/", { altKey: true }], ["k", {}]])("%s %o does not", (key, modifiers) => {
  expect(press(document.body, key, modifiers)).toBe(true);
  expect(document.activeElement).not.toBe(box());
});

test("who types a slash elsewhere stays there, who presses Ctrl-K does not", () => {
  const notes = screen.getByLabelText("Notes");
  notes.focus();
  expect(press(notes, "/")).toBe(true);
  expect(document.activeElement).toBe(notes);
  press(notes, "k", { ctrlKey: true });
  expect(document.activeElement).toBe(box());
});

test("Escape clears the search; in an empty box, or while text is composed, it is left to others", () => {
  page.connect();
  type("ada");
  expect(press(box(), "Escape", { isComposing: true })).toBe(true);
  expect(press(box(), "Escape")).toBe(false);
  expect(box().value).toBe("");
  expect(address()).toBeNull();
  expect(press(box(), "Escape")).toBe(true);
});
