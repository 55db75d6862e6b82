import { fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, wait } from "./page.jsx";

let ours;
let dismissed;
const page = (isOpen, hasOpener = true) => (
  <>
    <h1 id="contacts-heading" tabIndex={-1}>Contacts</h1>
    <input aria-label="Search" />
    {hasOpener && <button type="button">Delete</button>}
    <ours.Dialog isOpen={isOpen} onDismiss={dismissed} role="alertdialog">
      <ours.DismissButton>Cancel</ours.DismissButton>
      <input aria-label="Inside" />
    </ours.Dialog>
  </>
);
const dialog = () => screen.getByRole("alertdialog", { hidden: true });

function openDialog() {
  const view = render(page(false));
  screen.getByText("Delete").focus();
  view.rerender(page(true));
  return view;
}

beforeEach(async () => {
  ours = await load("dialog.jsx");
  dismissed = vi.fn();
});

test("it is modal while it is open, with the focus on the way out", () => {
  const showModal = vi.spyOn(HTMLDialogElement.prototype, "showModal");
  const { rerender } = openDialog();
  expect(showModal).toHaveBeenCalledOnce();
  expect(dialog().open).toBe(true);
  expect(document.activeElement).toBe(screen.getByText("Cancel"));
  rerender(page(false));
  expect(dialog().open).toBe(false);
});

test("it closes at once when it is dismissed, before its owner knows", () => {
  openDialog();
  fireEvent.click(screen.getByText("Cancel"));
  expect(dialog().open).toBe(false);
  expect(dismissed).toHaveBeenCalledOnce();
});

test("it opens again after it was dismissed", () => {
  const { rerender } = openDialog();
  fireEvent.click(screen.getByText("Cancel"));
  rerender(page(false));
  rerender(page(true));
  expect(dialog().open).toBe(true);
});

test("Escape dismisses it, and React closes it", () => {
  openDialog();
  const isDefault = fireEvent(dialog(), new Event("cancel", { cancelable: true }));
  expect(isDefault).toBe(false);
  expect(dialog().open).toBe(false);
  expect(dismissed).toHaveBeenCalledOnce();
});

test("the cancelled file dialog of an input inside leaves it open", () => {
  openDialog();
  fireEvent(screen.getByLabelText("Inside"), new Event("cancel", { bubbles: true }));
  expect(dialog().open).toBe(true);
  expect(dismissed).not.toHaveBeenCalled();
});

test("the focus returns to what opened it", async () => {
  const { rerender } = openDialog();
  screen.getByText("Cancel").blur();
  rerender(page(false));
  await wait(0.05);
  expect(document.activeElement).toBe(screen.getByText("Delete"));
});

test("the focus goes to the list when the opener has disappeared", async () => {
  const { rerender } = openDialog();
  screen.getByText("Cancel").blur();
  rerender(page(false));
  rerender(page(false, false));
  await wait(0.05);
  expect(document.activeElement).toBe(screen.getByText("Contacts"));
});

test("the focus stays where it went since", async () => {
  const { rerender } = openDialog();
  rerender(page(false));
  screen.getByLabelText("Search").focus();
  await wait(0.05);
  expect(document.activeElement).toBe(screen.getByLabelText("Search"));
});
