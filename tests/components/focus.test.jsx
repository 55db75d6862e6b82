import { fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, stubReload, wait } from "./page.jsx";

let focus;
const heading = () => screen.getByText("Contacts");
const page = (more) => (
  <>
    <h1 id="contacts-heading" tabIndex={-1}>Contacts</h1>
    <button type="button">Opener</button>
    {more}
  </>
);

beforeEach(async () => {
  focus = await load("focus.jsx");
});

test("the focus returns to what opened something", () => {
  render(page());
  focus.openedBy(screen.getByText("Opener"));
  focus.returnFocus();
  expect(document.activeElement).toBe(screen.getByText("Opener"));
});

test("where the opener is gone the focus goes to the list", () => {
  const { rerender } = render(page(<button type="button">Gone</button>));
  focus.openedBy(screen.getByText("Gone"));
  rerender(page());
  focus.returnFocus();
  expect(document.activeElement).toBe(heading());
});

test("an open dialog keeps the focus", () => {
  render(page(<dialog open><button type="button" data-takes-focus="">Cancel</button></dialog>));
  focus.returnFocus();
  expect(document.activeElement).toBe(screen.getByText("Cancel"));
});

test.each([["input", true], ["textarea", true], ["select", true], ["button", false]])("typing goes into a %s: %s", (name, is) => {
  expect(focus.isTyping(document.createElement(name))).toBe(is);
});

test("nobody types into the document", () => {
  expect(focus.isTyping(document)).toBe(false);
  expect(focus.isTyping(null)).toBe(false);
});

// jsdom leaves the focus on a button that is disabled; browsers take it away.
const disable = (rerender, label) => {
  rerender(page(<focus.SteadyButton disabled>{label}</focus.SteadyButton>));
  screen.getByText(label).blur();
};

test("a button that was disabled by its click gets the focus back", () => {
  const press = vi.fn();
  const { rerender } = render(page(<focus.SteadyButton onClick={press}>Next</focus.SteadyButton>));
  screen.getByText("Next").focus();
  fireEvent.click(screen.getByText("Next"));
  expect(press).toHaveBeenCalledOnce();
  disable(rerender, "Next");
  rerender(page(<focus.SteadyButton>Next</focus.SteadyButton>));
  expect(document.activeElement).toBe(screen.getByText("Next"));
});

test("a button that nobody pressed takes no focus", () => {
  const { rerender } = render(page(<focus.SteadyButton>Next</focus.SteadyButton>));
  disable(rerender, "Next");
  rerender(page(<focus.SteadyButton>Next</focus.SteadyButton>));
  expect(document.activeElement).toBe(document.body);
});

test("a button does not take the focus from where it went since", () => {
  const { rerender } = render(page(<focus.SteadyButton>Next</focus.SteadyButton>));
  fireEvent.click(screen.getByText("Next"));
  disable(rerender, "Next");
  screen.getByText("Opener").focus();
  rerender(page(<focus.SteadyButton>Next</focus.SteadyButton>));
  expect(document.activeElement).toBe(screen.getByText("Opener"));
});

test("when a pressed button is removed the list gets the focus", async () => {
  const { rerender } = render(page(<focus.SteadyButton>Load more</focus.SteadyButton>));
  screen.getByText("Load more").focus();
  fireEvent.click(screen.getByText("Load more"));
  rerender(page());
  await wait(0);
  expect(document.activeElement).toBe(heading());
});

test("the reload button loads the page again", () => {
  const reload = stubReload();
  render(<focus.ReloadButton>Reload</focus.ReloadButton>);
  fireEvent.click(screen.getByText("Reload"));
  expect(reload).toHaveBeenCalledOnce();
});

test("the focus of a button that its click removes goes to what follows it, if that is there", async () => {
  const done = <focus.SteadyButton next="next">Done</focus.SteadyButton>;
  for (const [more, expected] of [[<button key="next" type="button" id="next">New</button>, () => screen.getByText("New")], [null, heading]]) {
    const { rerender, unmount } = render(page(done));
    screen.getByText("Done").focus();
    fireEvent.click(screen.getByText("Done"));
    rerender(page(more));
    await wait(0);
    expect(document.activeElement).toBe(expected());
    unmount();
  }
});
