import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, wait } from "./page.jsx";

let ours;
let page;
let onDelete;
let state; // of the page: the rows, and what the server says of deletions
const ADA = { id: "ada", name: "Ada", version: 3 };
const GRACE = { id: "grace", name: "Grace", version: 1 };
const NONE = [];
const dialog = () => screen.getByRole("alertdialog", { hidden: true });
const press = (label) => fireEvent.click(screen.getByText(label));
const key = () => onDelete.mock.calls.at(-1)[1];

function draw(changes = {}) {
  state = { ...state, ...changes };
  const { contacts, ...server } = state;
  page.draw(
    <ours.Rows contacts={contacts} sequence={0} changes={NONE} onGap={() => {}}>
      <ours.AskButton contact={ADA}>Delete Ada</ours.AskButton>
      <ours.AskButton contact={GRACE}>Delete Grace</ours.AskButton>
      <ours.ConfirmDelete {...server} onDelete={onDelete} role="alertdialog">
        <h2 data-testid="question"><ours.AskedName /></h2>
        <ours.WhileAsked condition="hasFailed">It failed</ours.WhileAsked>
        <ours.WhileAsked condition="isWaiting">It waits</ours.WhileAsked>
        <ours.DismissButton>Cancel</ours.DismissButton>
        <ours.DeleteButton data-testid="delete" />
      </ours.ConfirmDelete>
    </ours.Rows>,
  );
}

async function open() {
  page?.leave();
  ours = await load("connection.jsx", "rows.jsx", "confirm_delete.jsx", "dialog.jsx", "address.js", "drafts.js");
  page = pageWith(ours);
  draw({ ack: "", failedKey: "", doneKey: "" });
}

beforeEach(async () => {
  onDelete = vi.fn();
  page = null;
  state = { contacts: [ADA, GRACE] };
  await open();
  page.connect();
});

test("the question names the contact, as it is now", () => {
  press("Delete Ada");
  expect(dialog().open).toBe(true);
  expect(screen.getByTestId("question").textContent).toBe("Delete Ada?");
  draw({ contacts: [{ ...ADA, name: "Ada King" }, GRACE] });
  expect(screen.getByTestId("question").textContent).toBe("Delete Ada King?");
  draw({ contacts: [GRACE] });
  expect(screen.getByTestId("question").textContent).toBe("Delete Ada?");
});

test("what is asked while the connection is lost waits for it", async () => {
  page.lose();
  press("Delete Ada");
  expect(dialog().open).toBe(true);
  expect(screen.queryByText("It waits")).toBeNull();
  fireEvent.click(screen.getByTestId("delete"));
  expect(screen.getByText("It waits")).toBeDefined();
  expect(onDelete).not.toHaveBeenCalled();
  page.connect();
  await wait(0);
  expect(onDelete).toHaveBeenCalledExactlyOnceWith("ada", expect.any(String), 3);
  draw({ doneKey: key(), ack: `${key()} word` });
  expect(dialog().open).toBe(false);
});

test("the deletion names the contact and the version that was shown, once", () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  fireEvent.click(screen.getByTestId("delete"));
  expect(onDelete).toHaveBeenCalledExactlyOnceWith("ada", expect.stringMatching(/^[\da-f-]{36}$/), 3);
  expect(screen.getByTestId("delete").textContent).toBe("Deleting...");
  expect(screen.getByTestId("delete").disabled).toBe(true);
});

test("a changed contact is deleted as it is shown now", () => {
  press("Delete Ada");
  draw({ contacts: [{ ...ADA, version: 4 }, GRACE] });
  fireEvent.click(screen.getByTestId("delete"));
  expect(onDelete.mock.calls[0][2]).toBe(4);
});

test("Cancel deletes nothing, and the question can be asked again", () => {
  press("Delete Ada");
  press("Cancel");
  expect(dialog().open).toBe(false);
  expect(onDelete).not.toHaveBeenCalled();
  press("Delete Ada");
  expect(dialog().open).toBe(true);
});

test("when it is done the dialog closes, and the view of the contact", () => {
  ours.show({ contact: "ada" });
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  draw({ doneKey: key(), ack: `${key()} word` });
  expect(dialog().open).toBe(false);
  expect(window.location.search).toBe("");
  expect(ours.readDraft("deletion")).toBeNull();
});

test("the view of another contact stays", () => {
  ours.show({ contact: "grace" });
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  draw({ doneKey: key(), ack: `${key()} word` });
  expect(window.location.search).toBe("?contact=grace");
});

test("a failure leaves the dialog open, to try the same again", () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  const first = key();
  draw({ failedKey: first, ack: `${first} word` });
  expect(dialog().open).toBe(true);
  expect(screen.getByText("It failed")).toBeDefined();
  expect(screen.getByTestId("delete").textContent).toBe("Delete");
  fireEvent.click(screen.getByTestId("delete"));
  expect(onDelete).toHaveBeenCalledTimes(2);
  expect(key()).toBe(first);
});

test("the deletion of another version is another one", () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  const first = key();
  draw({ failedKey: first, ack: `${first} word`, contacts: [{ ...ADA, version: 4 }, GRACE] });
  fireEvent.click(screen.getByTestId("delete"));
  expect(key()).not.toBe(first);
  expect(screen.queryByText("It failed")).toBeNull();
});

test("the failure is not said of another contact", () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  draw({ failedKey: key(), ack: `${key()} word` });
  press("Cancel");
  press("Delete Grace");
  expect(screen.queryByText("It failed")).toBeNull();
});

test("it waits for the connection, and can be cancelled meanwhile", async () => {
  press("Delete Ada");
  page.lose();
  fireEvent.click(screen.getByTestId("delete"));
  expect(screen.getByText("It waits")).toBeDefined();
  press("Cancel");
  page.connect();
  await wait(1);
  expect(onDelete).not.toHaveBeenCalled();
  expect(ours.readDraft("deletion")).toBeNull();
});

test("what waits is sent when the connection is back", async () => {
  press("Delete Ada");
  page.lose();
  fireEvent.click(screen.getByTestId("delete"));
  page.connect();
  await wait(0);
  expect(onDelete).toHaveBeenCalledExactlyOnceWith("ada", expect.any(String), 3);
});

test("a pending deletion is sent again after a reload, as it was", async () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  const [first] = onDelete.mock.calls;
  await open();
  expect(onDelete).toHaveBeenCalledOnce();
  page.connect();
  await wait(0);
  expect(onDelete.mock.calls).toEqual([first, first]);
  draw({ doneKey: key(), ack: `${key()} word` });
  await open();
  page.connect();
  await wait(1);
  expect(onDelete).toHaveBeenCalledTimes(2);
});

test("cancelling another deletion leaves the pending one", async () => {
  press("Delete Ada");
  fireEvent.click(screen.getByTestId("delete"));
  await open();
  page.connect();
  await wait(0);
  press("Delete Grace");
  expect(screen.getByTestId("delete").disabled).toBe(false);
  press("Cancel");
  page.lose();
  page.connect();
  await wait(1);
  expect(onDelete.mock.calls.map(([id]) => id)).toEqual(["ada", "ada", "ada"]);
});
