import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, wait } from "./page.jsx";

const ROWS = ["Ada", "Grace", "Lin", "Mae"].map((name, at) => ({ id: `c${at}`, name }));
let trash;
let page;

beforeEach(async () => {
  trash = await load("trash.jsx", "connection.jsx", "dialog.jsx");
  page = pageWith(trash);
});

const question = (changes) => {
  const { TrashQuestion, QuestionTitle, QuestionText, WhileAsked, TypedNumber, ConfirmButton, AskButton, DismissButton } = trash;
  const props = { rows: ROWS, total: 4, asOf: "now", isBusy: false, doneKey: "", failure: "", onDelete: vi.fn(), onEmpty: vi.fn(), ...changes };
  page.draw(
    <>
      <AskButton>Empty trash</AskButton>
      <AskButton row={ROWS[0]}>Delete Ada</AskButton>
      <TrashQuestion {...props}>
        <h2><QuestionTitle /></h2>
        <p data-testid="text"><QuestionText /></p>
        <WhileAsked condition="mustType"><TypedNumber /></WhileAsked>
        <WhileAsked condition="hasFailed"><p>{props.failure}</p></WhileAsked>
        <DismissButton>Cancel</DismissButton>
        <ConfirmButton />
      </TrashQuestion>
    </>,
  );
  return props;
};

const click = (text) => {
  screen.getByText(text).focus();
  fireEvent.click(screen.getByText(text));
};
const ask = (name, changes) => {
  question();
  page.connect();
  const props = question(changes);
  click(name);
  return props;
};
const type = (text) => {
  fireEvent.change(screen.getByLabelText(/^Type/), { target: { value: text } });
  fireEvent.keyDown(screen.getByLabelText(/^Type/), { key: "Enter" });
};
const title = () => screen.getByRole("heading").textContent;
const text = () => screen.getByTestId("text").textContent;

test("before it is emptied the trash names the first three and the number of the others", async () => {
  ask("Empty trash", { total: 1234 });
  expect(title()).toBe("Delete 1,234 contacts for good?");
  expect(text()).toBe("Ada, Grace, Lin and 1,231 more, with their notes and history. This cannot be undone.");
});

test.each([
  [1, "Delete 1 contact for good?", "Ada, with the notes and history. This cannot be undone."],
  [2, "Delete 2 contacts for good?", "Ada and Grace, with their notes and history. This cannot be undone."],
  [3, "Delete 3 contacts for good?", "Ada, Grace and Lin, with their notes and history. This cannot be undone."],
])("of %i contacts all are named", async (total, expected, words) => {
  ask("Empty trash", { rows: ROWS.slice(0, total), total });
  expect(title()).toBe(expected);
  expect(text()).toBe(words);
});

test("one contact is named, and deleted with a key of its own", async () => {
  const { onDelete } = ask("Delete Ada");
  expect(title()).toBe("Delete Ada for good?");
  expect(text()).toBe("With the notes and the history. This cannot be undone.");
  click("Delete for good");
  expect(onDelete).toHaveBeenCalledExactlyOnceWith("c0", expect.stringMatching(/^[\da-f-]{36}$/));
});

test("Cancel has the focus, and the control that asked has it back", async () => {
  ask("Empty trash");
  expect(document.activeElement.textContent).toBe("Cancel");
  click("Cancel");
  await wait(0.1);
  expect(screen.queryByRole("heading")).toBeNull();
  expect(document.activeElement.textContent).toBe("Empty trash");
});

test("Escape cancels", async () => {
  const { onEmpty } = ask("Empty trash");
  act(() => void screen.getByRole("dialog").dispatchEvent(new Event("cancel", { cancelable: true })));
  expect(screen.queryByRole("heading")).toBeNull();
  expect(onEmpty).not.toHaveBeenCalled();
});

test("the trash is emptied as of when it was read", async () => {
  const { onEmpty } = ask("Empty trash");
  click("Delete for good");
  expect(onEmpty).toHaveBeenCalledExactlyOnceWith("now", "", expect.any(String));
});

test("above a hundred the number has to be typed", async () => {
  const { onEmpty } = ask("Empty trash", { total: 1234 });
  expect(screen.getByLabelText("Type 1,234 to confirm")).toBeDefined();
  click("Delete for good");
  expect(onEmpty).not.toHaveBeenCalled();
  type("123");
  expect(onEmpty).not.toHaveBeenCalled();
  type("1234");
  expect(onEmpty).toHaveBeenCalledExactlyOnceWith("now", "1234", expect.any(String));
});

test("a hundred need not be typed, and separators may be", async () => {
  ask("Empty trash", { total: 100 });
  expect(screen.queryByLabelText(/^Type/)).toBeNull();
  click("Cancel");
  const { onEmpty } = ask("Empty trash", { total: 1234 });
  type("1,234");
  expect(onEmpty).toHaveBeenCalledOnce();
});

test("it stays open, disabled, until its own answer comes", async () => {
  const { onEmpty } = ask("Empty trash");
  click("Delete for good");
  question({ isBusy: true, doneKey: "another" });
  expect(screen.getByText("Deleting...").closest("button").getAttribute("aria-disabled")).toBe("true");
  question({ doneKey: onEmpty.mock.calls[0][2] });
  expect(screen.queryByRole("heading")).toBeNull();
});

test("a failure is said of the question that was tried, and it can be tried again with its key", async () => {
  const { onEmpty } = ask("Empty trash", { failure: "Could not save" });
  expect(screen.queryByText("Could not save")).toBeNull();
  click("Delete for good");
  expect(screen.getByText("Could not save")).toBeDefined();
  click("Delete for good");
  expect(onEmpty.mock.calls[0]).toEqual(onEmpty.mock.calls[1]);
});

test("while the connection is lost nothing is sent", async () => {
  const { onEmpty } = ask("Empty trash");
  page.lose();
  click("Delete for good");
  expect(onEmpty).not.toHaveBeenCalled();
});

test("the trash is loaded when it is opened and after each reconnect", () => {
  const [onOpen, onFollow] = [vi.fn(), vi.fn()];
  page.draw(<trash.Trash jobId="" onOpen={onOpen} onFollow={onFollow} />);
  expect(onOpen).not.toHaveBeenCalled();
  page.connect();
  expect(onOpen).toHaveBeenCalledOnce();
  page.lose();
  page.connect();
  expect(onOpen).toHaveBeenCalledTimes(2);
});

test("it is loaded again when a notice tells of something new", () => {
  const onOpen = vi.fn();
  const draw = (news) => page.draw(<trash.Trash jobId="" news={news} onOpen={onOpen} onFollow={vi.fn()} />);
  draw("first");
  page.connect();
  draw("second");
  expect(onOpen).toHaveBeenCalledTimes(2);
});

test("work under way is followed each second, while there is a connection", async () => {
  const onFollow = vi.fn();
  const draw = (jobId) => page.draw(<trash.Trash jobId={jobId} onOpen={vi.fn()} onFollow={onFollow} />);
  draw("");
  page.connect();
  await wait(3);
  expect(onFollow).not.toHaveBeenCalled();
  draw("7");
  await wait(2.5);
  expect(onFollow).toHaveBeenCalledTimes(2);
  page.lose();
  await wait(3);
  expect(onFollow).toHaveBeenCalledTimes(2);
});

test("clicked twice, Restore is sent with one key", async () => {
  const onRestore = vi.fn();
  page.draw(<trash.RestoreButton contactId="c0" onRestore={onRestore}>Restore</trash.RestoreButton>);
  page.connect();
  click("Restore");
  click("Restore");
  expect(onRestore.mock.calls[0]).toEqual(onRestore.mock.calls[1]);
});

test("Restore all is not sent while something is done", async () => {
  const onRestore = vi.fn();
  const draw = (isBusy) => page.draw(<trash.RestoreAllButton isBusy={isBusy} onRestore={onRestore}>Restore all</trash.RestoreAllButton>);
  draw(true);
  page.connect();
  click("Restore all");
  expect(onRestore).not.toHaveBeenCalled();
  draw(false);
  click("Restore all");
  expect(onRestore).toHaveBeenCalledOnce();
});

test.each([
  ["2025-11-21T13:48:00", "Deleted by you, today at 13:48"],
  ["2025-11-21T00:05:00", "Deleted by you, today at 00:05"],
  ["2025-11-19T13:48:00", "Deleted by you, Nov 19"],
  ["2024-11-19T13:48:00", "Deleted by you, Nov 19, 2024"],
])("of %s it says %s", (at, words) => {
  expect(trash.whenDeleted("Deleted by you", at, new Date("2025-11-21T14:00:00"))).toBe(words);
});

test("the foot says which rows are in sight", () => {
  render(<trash.Scrolled count={50} total={1234} look="box" lookOfFoot="foot">rows</trash.Scrolled>);
  const box = document.querySelector(".box");
  Object.defineProperty(box, "clientHeight", { value: 713 });
  fireEvent.scroll(box);
  expect(document.querySelector(".foot").textContent).toBe("1–9 of 1,234");
  box.scrollTop = 720;
  fireEvent.scroll(box);
  expect(document.querySelector(".foot").textContent).toBe("11–19 of 1,234");
  box.scrollTop = 50 * 72;
  fireEvent.scroll(box);
  expect(document.querySelector(".foot").textContent).toBe("50–50 of 1,234");
});

test("loading is not shown at once", async () => {
  render(<trash.Slowly>Loading</trash.Slowly>);
  expect(screen.queryByText("Loading")).toBeNull();
  await wait(0.3);
  expect(screen.getByText("Loading")).toBeDefined();
});
