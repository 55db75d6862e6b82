import { fireEvent, render, screen } from "@testing-library/react";
import { act } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, setWide, travel } from "./page.jsx";

let page;
const links = () => screen.getAllByRole("link").map((link) => link.getAttribute("aria-current"));
const isAt = (view) => document.documentElement.classList.contains(`at-${view}`);

beforeEach(async () => {
  setWide(true);
  history.pushState(null, "", "/?q=ada");
  page = await load("navigation.jsx", "address.js", "column.jsx", "lazy_view.jsx");
});

const draw = () => {
  const { ViewLink } = page;
  render(
    <>
      <ViewLink path="/" hook="nav-contacts" look="quiet" lookOfCurrent="loud">Contacts</ViewLink>
      <ViewLink path="/trash" hook="nav-trash" look="quiet" lookOfCurrent="loud">Trash</ViewLink>
      <ViewLink path="/trash" hook="nav-trash" isAtBottom look="quiet" lookOfCurrent="loud">Trash below</ViewLink>
    </>,
  );
};

test("the link of the current view says so", () => {
  draw();
  expect(links()).toEqual(["page", null, null]);
  fireEvent.click(screen.getByText("Trash"));
  expect(links()).toEqual([null, "page", "page"]);
  expect(screen.getByText("Trash").className).toBe("loud");
});

test("a view has an address of its own, and Back leads to the search before", async () => {
  draw();
  fireEvent.click(screen.getByText("Trash"));
  expect(window.location.href).toMatch(/\/trash$/);
  expect(page.getAddress()).toMatchObject({ view: "trash", q: "" });
  expect(isAt("trash")).toBe(true);
  await travel(() => history.back());
  expect(page.getAddress()).toMatchObject({ view: "", q: "ada" });
  expect(isAt("trash")).toBe(false);
  await travel(() => history.forward());
  expect(page.getAddress().view).toBe("trash");
});

test("who follows the address is told once", () => {
  const follower = vi.fn();
  const Traveller = () => page.useTravel(follower);
  render(<Traveller />);
  act(() => page.go("/trash"));
  expect(follower).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ view: "trash" }), expect.objectContaining({ q: "ada" }));
  const entries = history.length;
  act(() => page.go("/trash"));
  expect(history.length).toBe(entries);
});

test("a link opened in another tab is left to the browser", () => {
  draw();
  document.addEventListener("click", (event) => event.preventDefault(), { once: true });
  fireEvent.click(screen.getByText("Trash"), { ctrlKey: true });
  expect(window.location.pathname).toBe("/");
});

test("the hook is at the link that is shown", () => {
  draw();
  expect(screen.getByTestId("nav-trash").textContent).toBe("Trash");
  setWide(false);
  expect(screen.getByTestId("nav-trash").textContent).toBe("Trash below");
});

test.each([{ q: "ada" }, { contact: "c1" }, { edit: "c1" }, { add: "1" }])("%o is shown with the contacts", (changes) => {
  page.go("/trash");
  const entries = history.length;
  page.show(changes);
  expect(window.location.pathname).toBe("/");
  expect(history.length).toBe(entries + 1);
  expect(isAt("trash")).toBe(false);
});

test("the account's dialog is shown with every view, and what was opened in another returns to it", async () => {
  page.go("/trash");
  page.show({ account: "security" }, "account");
  expect(page.getAddress()).toMatchObject({ view: "trash", account: "security" });
  await travel(() => page.close("account"));
  expect(page.getAddress()).toMatchObject({ view: "trash", account: "" });
  page.show({ edit: "c1" }, "edit");
  await travel(() => page.close("edit"));
  expect(page.getAddress()).toMatchObject({ view: "trash", edit: "" });
});

test("another path is no view of ours", () => {
  history.pushState(null, "", "/trash/more");
  page.show({ q: "x" });
  expect(page.getAddress().view).toBe("");
});

test("a contact is added in the view of the contacts, whose form has no button beside it", () => {
  const { AddButton } = page;
  render(<AddButton look="solid" lookWhileForm="quiet" onAdd={vi.fn()}>Add</AddButton>);
  expect(screen.getByText("Add").className).toBe("quiet");
  act(() => page.go("/trash"));
  expect(screen.getByText("Add").className).toBe("solid");
  fireEvent.click(screen.getByText("Add"));
  expect(window.location.pathname).toBe("/");
});

test("a view is drawn at its address", async () => {
  vi.stubGlobal("fetch", vi.fn(async () => ({ ok: true })));
  const view = () => Promise.resolve(() => <p>Deleted contacts</p>);
  view.toString = () => 'import("./view.js")';
  render(<page.LazyView load={view} at="trash" near=".near" />);
  expect(screen.queryByText("Deleted contacts")).toBeNull();
  await act(async () => page.go("/trash"));
  expect(screen.getByText("Deleted contacts")).toBeDefined();
  await act(async () => page.go("/"));
  expect(screen.queryByText("Deleted contacts")).toBeNull();
});
