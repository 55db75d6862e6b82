import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, setWide, travel, wait } from "./page.jsx";

let ours;
let page;
let onOpen;
let onAdd;
const address = () => window.location.search;
const column = () => screen.getByTestId("column");
const name = () => screen.getByRole("textbox", { hidden: true });
const visible = () => (screen.queryByText("Ada")?.closest(".contents") ? "View" : "Form");
const show = (changes, opened) => act(() => ours.show(changes, opened));
const escape = (init = {}) => fireEvent.keyDown(document.activeElement, { key: "Escape", ...init });

const columns = (openedId = "", more = null) => (
  <>
    <ours.BehindSheet as="main">
      <h1 id="contacts-heading" tabIndex={-1}>Contacts</h1>
      <ours.AddButton onAdd={onAdd} look="loud" lookWhileForm="quiet">Add</ours.AddButton>
    </ours.BehindSheet>
    <ours.Column openedId={openedId} onOpen={onOpen} look="look" data-testid="column">
      <section>
        <h2 id="contact-heading" tabIndex={-1}>Ada</h2>
        <button type="button" data-opens="">Edit Ada</button>
      </section>
      <form>
        <h2 id="form-heading">Add contact</h2>
        <input name="name" />
        <ours.CloseButton>Close</ours.CloseButton>
      </form>
    </ours.Column>
    {more}
  </>
);

async function open(path, isWide) {
  history.replaceState(null, "", path);
  setWide(isWide);
  ours = await load("connection.jsx", "column.jsx", "address.js");
  page = pageWith(ours);
  page.draw(columns());
}

beforeEach(() => {
  [onOpen, onAdd] = [vi.fn(), vi.fn()];
});

test("it shows the form, a contact, or the form that edits it", async () => {
  await open("/", true);
  expect(visible()).toBe("Form");
  name().value = "typed";
  show({ contact: "ada" }, "contact");
  expect(visible()).toBe("View");
  expect(name().value).toBe("typed"); // the form is only hidden
  expect(name().closest("div").className).toBe("hidden");
  show({ edit: "ada" }, "edit");
  expect(visible()).toBe("Form");
  expect(name().closest("div").className).toBe("contents");
});

test("a contact in the address is loaded, as soon as there is a connection", async () => {
  await open("/?contact=ada", true);
  expect(onOpen).not.toHaveBeenCalled();
  page.connect();
  expect(onOpen).toHaveBeenCalledExactlyOnceWith("ada");
  page.draw(columns("ada"));
  show({ contact: "grace" });
  expect(onOpen).toHaveBeenLastCalledWith("grace");
});

test("a contact is loaded each time it is opened", async () => {
  await open("/", true);
  page.connect();
  for (const times of [1, 2]) {
    show({ contact: "ada" });
    page.draw(columns("ada"));
    expect(onOpen).toHaveBeenCalledTimes(times);
    show({ contact: "" });
  }
});

test("a contact that is loaded is not loaded again", async () => {
  await open("/?contact=ada", true);
  page.draw(columns("ada"));
  page.connect();
  expect(onOpen).not.toHaveBeenCalled();
});

test("on wide screens it is a part of the page", async () => {
  await open("/?contact=ada", true);
  expect(column().getAttribute("role")).toBeNull();
  expect(screen.getByRole("main").hasAttribute("inert")).toBe(false);
});

test("below 1024 px it is hidden until it is opened, then a dialog over the page", async () => {
  await open("/", false);
  expect(column().className).toContain("max-lg:hidden");
  screen.getByText("Add").focus();
  fireEvent.click(screen.getByText("Add"));
  expect(address()).toBe("?add=1");
  expect(column().className).toBe("look print:hidden");
  expect(screen.getByRole("dialog", { name: "Add contact" }).getAttribute("aria-modal")).toBe("true");
  expect(screen.getByRole("main").hasAttribute("inert")).toBe(true);
  expect(document.activeElement).toBe(name());
});

test("Back closes the sheet, and the focus returns", async () => {
  await open("/", false);
  fireEvent.click(screen.getByText("Add"));
  await travel(() => history.back());
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByRole("main").hasAttribute("inert")).toBe(false);
  expect(document.activeElement).toBe(screen.getByText("Add"));
});

test("the sheet of a contact has the name of the contact, and the focus", async () => {
  await open("/?contact=ada", false);
  expect(screen.getByRole("dialog", { name: "Ada" })).toBe(column());
  expect(document.activeElement).toBe(screen.getByText("Ada"));
});

test.each([["/", true], ["/?add=1", false], ["/?contact=ada&edit=ada", true], ["/?contact=ada", true], ["/?contact=ada", false]])("at %s, if wide: %s, only an opened contact is printed", async (path, isWide) => {
  await open(path, isWide);
  expect(column().className.includes("print:hidden")).toBe(!path.endsWith("contact=ada"));
});

test("a window that becomes wide has no sheet any more", async () => {
  await open("/?contact=ada", false);
  setWide(true);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByRole("main").hasAttribute("inert")).toBe(false);
});

test("what is opened in the sheet replaces what it showed: Back leads to the list", async () => {
  await open("/?q=a", false);
  act(() => ours.open({ contact: "ada" }, "contact"));
  act(() => ours.open({ edit: "ada" }, "edit"));
  expect(address()).toBe("?q=a&edit=ada");
  await travel(() => history.back());
  expect(address()).toBe("?q=a");
});

test("Escape closes what is open", async () => {
  await open("/?contact=ada&edit=ada", true);
  escape();
  expect(address()).toBe("?contact=ada");
  escape();
  expect(address()).toBe("");
  escape();
  expect(document.documentElement.className).toBe(""); // the column itself stays
});

test("Escape that ends a composition, or is another's, closes nothing", async () => {
  await open("/?edit=ada", true);
  escape({ isComposing: true });
  expect(address()).toBe("?edit=ada");
  const take = (event) => event.preventDefault();
  name().addEventListener("keydown", take);
  name().focus();
  escape();
  expect(address()).toBe("?edit=ada");
  page.draw(columns("", <dialog open />));
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(address()).toBe("?edit=ada");
});

test("with nothing open the button closes a wide column, and Add opens it again", async () => {
  await open("/", true);
  const add = screen.getByText("Add");
  expect(add.className).toBe("quiet");
  fireEvent.click(screen.getByText("Close"));
  expect(document.documentElement.className).toBe("column-closed");
  expect(localStorage.getItem("column-closed")).toBe("yes");
  expect(add.className).toBe("loud");
  fireEvent.click(add);
  expect(document.documentElement.className).toBe("");
  expect(localStorage.getItem("column-closed")).toBeNull();
  vi.advanceTimersToNextFrame();
  expect(document.activeElement).toBe(name());
});

test("Add leaves a contact that is shown, and asks for an empty form", async () => {
  await open("/?contact=ada", true);
  const add = screen.getByText("Add");
  expect(add.className).toBe("loud");
  fireEvent.click(add);
  expect(address()).toBe("");
  expect(onAdd).toHaveBeenCalledOnce(); // an edit may be open under what is shown
  show({ edit: "ada" }, "edit");
  fireEvent.click(add);
  expect(address()).toBe("");
  expect(onAdd).toHaveBeenCalledTimes(2);
});

test.each([
  ["", false, "?add=1"],
  ["ada", false, "?edit=ada"],
  ["ada", true, ""],
])("a hidden text of '%s' is shown, if wide: %s", async (contactId, isWide, expected) => {
  document.documentElement.className = "column-closed";
  await open("/", isWide);
  act(() => ours.openSheet(contactId));
  expect(address()).toBe(expected);
  expect(document.documentElement.className).toBe("");
});

test("a sheet that shows a text already stays as it is", async () => {
  await open("/?edit=grace", false);
  act(() => ours.openSheet("ada"));
  expect(address()).toBe("?edit=grace");
});

test.each([[true, ""], [false, "?add=1"]])("three seconds after success the sheet closes, if the form is still empty: %s", async (isEmpty, expected) => {
  await open("/?add=1", false);
  ours.closeAfterSuccess(() => isEmpty);
  await wait(2.9);
  expect(address()).toBe("?add=1");
  await wait(0.2);
  expect(address()).toBe(expected);
});

test("closing what a button in the contact opened returns the focus to that button", async () => {
  await open("/?contact=ada", false);
  fireEvent.click(screen.getByText("Edit Ada"));
  const { returnFocus } = await import("$/browser/focus.jsx");
  returnFocus();
  expect(document.activeElement).toBe(screen.getByText("Edit Ada"));
});
