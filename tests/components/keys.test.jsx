import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, wait } from "./page.jsx";

let ours;
let pressed; // the buttons that were pressed
const press = (key, modifiers = {}, target = document.activeElement) => fireEvent.keyDown(target, { key, ...modifiers });
const focused = () => document.activeElement.closest("[data-contact-id]")?.dataset.contactId ?? "";
const sheet = () => screen.getByTestId("shortcuts");
const button = (key, place = "") => <button type="button" data-key={key} onClick={() => pressed.push(`${key}${place}`)}>{key}</button>;

const Row = ({ id }) => (
  <li data-contact-id={id}>
    <button type="button" onClick={() => ours.show({ contact: id })}>{id}</button>
    {["Y", "E", "#"].map((key) => <span key={key}>{button(key, ` ${id}`)}</span>)}
  </li>
);

const page = () => (
  <>
    {button("N")}
    <input aria-label="Search" />
    <div role="menu" tabIndex={-1}>Menu</div>
    <ul>{["ada", "grace", "mary"].map((id) => <Row key={id} id={id} />)}</ul>
    <section aria-label="Opened">
      <h2 id="contact-heading" tabIndex={-1}>Contact</h2>
      {["J", "K", "Y", "E", "#"].map((key) => <span key={key}>{button(key, " opened")}</span>)}
    </section>
    <ours.SheetButton>all keys</ours.SheetButton>
    <ours.Shortcuts first={null} look={{}} data-testid="shortcuts">x</ours.Shortcuts>
  </>
);

const focusRow = (id) => act(() => document.querySelector(`[data-contact-id=${id}] button`).focus());

beforeEach(async () => {
  ours = await load("keys.jsx", "keyboard.jsx", "shortcuts.jsx", "address.js");
  pressed = [];
  Element.prototype.scrollIntoView = vi.fn(); // jsdom has none
  Element.prototype.getBoundingClientRect = function place() {
    const top = 72 * [...document.querySelectorAll("li")].indexOf(this);
    return { top, bottom: top + 72 };
  };
  render(page());
});

test.each([["J", "K"], ["j", "k"], ["ArrowDown", "ArrowUp"]])("%s and %s move between the rows, to their ends", (next, previous) => {
  press(next);
  expect(focused()).toBe("ada");
  press(next);
  press(next, { repeat: true });
  expect(press(next)).toBe(false); // the page is not scrolled
  expect(focused()).toBe("mary");
  press(previous);
  expect(focused()).toBe("grace");
  for (const _ of [1, 2]) press(previous);
  expect(focused()).toBe("ada");
});

test("the row with the focus is in sight", () => {
  press("J");
  expect(Element.prototype.scrollIntoView.mock.contexts[0].dataset.contactId).toBe("ada");
  expect(Element.prototype.scrollIntoView).toHaveBeenCalledExactlyOnceWith({ block: "nearest" });
});

test("Home and End lead to the first and the last row", () => {
  press("End");
  expect(focused()).toBe("mary");
  press("Home");
  expect(focused()).toBe("ada");
});

test.each(["ArrowDown", "ArrowUp", "Home", "End"])("beside the list %s is left to the browser", (key) => {
  act(() => document.querySelector("#contact-heading").focus());
  expect(press(key)).toBe(true);
  expect(focused()).toBe("");
});

test("in an opened contact J and K go to the contacts beside it, with the focus where it was in a row", () => {
  act(() => ours.show({ contact: "ada" }));
  press("J");
  press("k");
  expect(pressed).toEqual(["J opened", "K opened"]);
  expect(focused()).toBe("");
  focusRow("grace");
  act(() => ours.show({ contact: "mary" })); // as the button does
  press("J");
  expect(focused()).toBe("mary");
});

test.each([["E", "E"], ["#", "#"], ["Delete", "#"], ["y", "Y"]])("%s is about the row with the focus, or the opened contact", (key, name) => {
  press(key);
  expect(pressed).toEqual([]);
  focusRow("grace");
  press(key);
  act(() => ours.show({ contact: "ada" }));
  press(key);
  act(() => document.activeElement.blur());
  press(key);
  act(() => ours.show({ edit: "ada" }));
  press(key);
  expect(pressed).toEqual([`${name} grace`, `${name} grace`, `${name} opened`]);
});

test("N adds a contact", () => {
  expect(press("n")).toBe(false); // it is not typed into the form
  expect(pressed).toEqual(["N"]);
});

test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { shiftKey: true }, { isComposing: true }, { repeat: true }])(
  "with %o a single key rests",
  (modifiers) => {
    expect(press("n", modifiers)).toBe(true);
    expect(pressed).toEqual([]);
  },
);

test.each(["Search", "Menu"])("single keys rest while the focus is in: %s", (place) => {
  act(() => (screen.queryByLabelText(place) ?? screen.getByText(place)).focus());
  for (const key of ["n", "j", "?", "#"]) expect(press(key)).toBe(true);
  expect(pressed).toEqual([]);
  expect(sheet().open).toBe(false);
});

test("single keys rest while a dialog is open", () => {
  press("?");
  press("n");
  press("j");
  expect(pressed).toEqual([]);
  expect(focused()).toBe("");
});

test("a key that was handled already is left alone", () => {
  document.body.addEventListener("keydown", (event) => event.preventDefault(), { once: true });
  press("n");
  expect(pressed).toEqual([]);
});

test.each([
  [{ key: "j" }, "J"],
  [{ key: "J", shiftKey: true }, "Shift J"],
  [{ key: "J" }, "J"], // Caps Lock
  [{ key: "?", shiftKey: true }, "?"],
  [{ key: "k", metaKey: true }, "Ctrl K"],
  [{ key: "Enter", ctrlKey: true, shiftKey: true }, "Ctrl Shift Enter"],
  [{ key: "ArrowDown", altKey: true }, "Alt ArrowDown"],
])("%o is %s", (event, name) => {
  expect(ours.nameOf(event)).toBe(name);
});

test("the sheet is opened by ? and by its button, and closed", async () => {
  for (const open of [() => press("?", { shiftKey: true }), () => fireEvent.click(screen.getByText("all keys"))]) {
    open();
    expect(sheet().open).toBe(true);
    expect(document.activeElement).toBe(screen.getByTestId("close-shortcuts"));
    fireEvent.click(screen.getByTestId("close-shortcuts"));
    expect(sheet().open).toBe(false);
    await wait(0.1);
  }
});

const lines = () => [...sheet().querySelectorAll("dl > div")].map((line) => [...line.children].map((each) => each.textContent).join(": "));

test("the sheet has every key that works", () => {
  expect([...sheet().querySelectorAll("h3")].map((each) => each.textContent)).toEqual(["Everywhere", "In the list", "In the form"]);
  expect(lines()).toContain("Search: /orCtrlK");
  expect(lines()).toContain("Next, previous: JKor↓↑");
  expect(lines().length).toBe(ours.KEYS.length);
  const signs = { "↓": "ArrowDown", "↑": "ArrowUp", Del: "Delete" };
  for (const { shown, keys } of ours.KEYS) {
    const names = shown.split(" ").filter((name) => name !== "or").map((name) => signs[name] ?? name);
    if (keys) expect(Object.keys(keys)).toEqual(names);
  }
});

test("on a Mac it has its keys", () => {
  vi.stubGlobal("navigator", { platform: "MacIntel" });
  press("?");
  expect(lines()).toContain("Save: ⌘↵");
});

test("single keys can be switched off, which the browser remembers", async () => {
  press("?");
  const toggle = screen.getByRole("switch", { name: "Single-key shortcuts" });
  expect(toggle.getAttribute("aria-checked")).toBe("true");
  fireEvent.click(toggle);
  expect(toggle.getAttribute("aria-checked")).toBe("false");
  expect(localStorage.getItem("no-single-keys")).toBe("yes"); // which `head.js` reads
  fireEvent.click(screen.getByTestId("close-shortcuts"));
  for (const key of ["n", "j", "?", "ArrowDown"]) press(key);
  expect(pressed).toEqual([]);
  fireEvent.click(screen.getByText("all keys"));
  fireEvent.click(toggle);
  expect(localStorage.getItem("no-single-keys")).toBe(null);
  fireEvent.click(screen.getByTestId("close-shortcuts"));
  press("n");
  expect(pressed).toEqual(["N"]);
});

test("keys with Ctrl stay when single ones are switched off; in a field and in a dialog they rest", () => {
  const run = vi.fn();
  ours.KEYS.push({ group: "Selecting", label: "Select all", shown: "Ctrl A", keys: { "Ctrl A": run } });
  document.documentElement.classList.add("no-single-keys");
  expect(press("a", { ctrlKey: true })).toBe(false);
  press("a", { metaKey: true });
  press("a");
  act(() => screen.getByLabelText("Search").focus());
  expect(press("a", { ctrlKey: true })).toBe(true);
  act(() => document.activeElement.blur());
  fireEvent.click(screen.getByText("all keys"));
  expect(press("a", { ctrlKey: true })).toBe(true);
  expect(run).toHaveBeenCalledTimes(2);
});

test("while another view is shown, keys of the list do nothing, and the others work", () => {
  act(() => ours.go("/trash"));
  expect(press("J")).toBe(true);
  press("End");
  expect(focused()).toBe("");
  press("N");
  expect(pressed).toEqual(["N"]);
});
