import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, stubReload, travel } from "./page.jsx";

let ours;
let page;
let on;
const address = () => window.location.search;
const dialog = () => screen.getByRole("dialog", { hidden: true });
const panels = () => screen.getAllByRole("tabpanel").map((panel) => panel.textContent);
const press = (key) => fireEvent.keyDown(document.activeElement, { key });

const draw = (isLoaded, names = ["security", "tokens", "data"]) =>
  page.draw(
    <>
      <ours.OpenAccountButton>Open</ours.OpenAccountButton>
      <ours.AccountDialog isLoaded={isLoaded} {...on}>
        <ours.DismissButton>Close</ours.DismissButton>
        <ours.Tabs names={names}>
          <div role="tablist">{names.map((name) => <ours.Tab key={name} name={name}>{name}</ours.Tab>)}</div>
          {names.map((name) => <ours.TabPanel key={name} name={name}>{name}</ours.TabPanel>)}
        </ours.Tabs>
      </ours.AccountDialog>
    </>,
  );

async function open(path = "/") {
  history.replaceState(null, "", path);
  ours = await load("connection.jsx", "account.jsx", "tabs.jsx", "dialog.jsx", "address.js");
  page = pageWith(ours);
  draw(false);
}

beforeEach(async () => {
  on = { onOpen: vi.fn(), onClose: vi.fn() };
  await open();
});

test("it is loaded when it is opened, shown when it is loaded, and closed by Back", async () => {
  page.connect();
  fireEvent.click(screen.getByText("Open"));
  expect(address()).toBe("?account=security");
  expect(on.onOpen).toHaveBeenCalledOnce();
  expect(dialog().open).toBe(false);
  draw(true);
  expect(dialog().open).toBe(true);
  await travel(() => history.back());
  expect(dialog().open).toBe(false);
  expect(on.onClose).toHaveBeenCalledOnce();
});

test("closing it leads back to the address before", async () => {
  page.connect();
  fireEvent.click(screen.getByText("Open"));
  draw(true);
  await travel(() => fireEvent.click(screen.getByText("Close")));
  expect(address()).toBe("");
  expect(on.onClose).toHaveBeenCalledOnce();
});

test("an address with a tab opens it at that tab, as soon as there is a connection", async () => {
  await open("/?account=tokens");
  expect(on.onOpen).not.toHaveBeenCalled();
  page.connect();
  expect(on.onOpen).toHaveBeenCalledOnce();
  draw(true);
  expect(panels()).toEqual(["tokens"]);
});

test("a reconnect loads it again only if the server has forgotten it", async () => {
  await open("/?account=data");
  page.connect();
  draw(true);
  page.lose();
  page.connect();
  expect(on.onOpen).toHaveBeenCalledOnce();
  page.lose();
  draw(false);
  page.connect();
  expect(on.onOpen).toHaveBeenCalledTimes(2);
});

test("it is not opened while the connection is lost, and its button says so", () => {
  page.connect();
  page.lose();
  const button = screen.getByText("Open");
  fireEvent.click(button);
  expect(address()).toBe("");
  expect([button.getAttribute("aria-disabled"), button.title]).toEqual(["true", "Reconnecting..."]);
});

test("arrow keys, Home and End choose a tab; Back leads to none of them", async () => {
  const entries = history.length;
  page.connect();
  fireEvent.click(screen.getByText("Open"));
  draw(true);
  screen.getByRole("tab", { name: "security" }).focus();
  for (const [key, name] of [["ArrowDown", "tokens"], ["ArrowRight", "data"], ["ArrowRight", "security"], ["ArrowUp", "data"], ["ArrowLeft", "tokens"], ["End", "data"], ["Home", "security"], ["x", "security"]]) {
    act(() => void press(key));
    expect(document.activeElement).toBe(screen.getByRole("tab", { name, selected: true }));
    expect(panels()).toEqual([name]);
  }
  expect(screen.getAllByRole("tab").map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
  expect(history.length).toBe(entries + 1);
});

test("a tab that is not there is the first", async () => {
  await open("/?account=tokens");
  page.connect();
  draw(true, ["data"]);
  expect(panels()).toEqual(["data"]);
});
