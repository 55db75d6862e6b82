import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, wait } from "./page.jsx";

let ours;
let seen; // the key that the view got
let isThere;
const View = ({ first }) => void (seen.push(first?.key)) ?? <p>{ours.sheet.get() === "open" ? "Sheet" : "Keys"}</p>;
const importView = Object.assign(async () => View, { toString: () => 'import("./keys.js")' });
const press = (key, init = {}) => act(async () => fireEvent.keyDown(document.activeElement, { key, ...init }));
const openSheet = () => act(async () => fireEvent.click(screen.getByRole("button")));

beforeEach(async () => {
  ours = await load("keyboard.jsx");
  [seen, isThere] = [[], true];
  vi.stubGlobal("fetch", async () => ({ ok: isThere, status: isThere ? 200 : 404 }));
  render(<><input /><ours.Keyboard load={importView} /><ours.SheetButton>all keys</ours.SheetButton></>);
});

test("the first key loads what the keys do, which gets it", async () => {
  await press("j");
  expect(screen.getByText("Keys")).toBeDefined();
  expect(seen[0]).toBe("j");
});

test("it is loaded without a key, too, when the page is quiet", async () => {
  await wait(4.9);
  expect(screen.queryByText("Keys")).toBe(null);
  await wait(0.2);
  expect(screen.getByText("Keys")).toBeDefined();
  expect(seen[0]).toBe(undefined);
});

test("what is typed loads nothing", async () => {
  act(() => document.querySelector("input").focus());
  await press("j");
  expect(seen).toEqual([]);
});

test("a key loads them again where that failed", async () => {
  isThere = false;
  await press("j");
  expect(screen.getByRole("button").textContent).toBe("all keys");
  isThere = true;
  await press("k");
  expect(seen[0]).toBe("k");
});

test("the button opens the sheet, and says that it could not be loaded", async () => {
  isThere = false;
  await openSheet();
  expect(screen.getByRole("button").textContent).toBe("Not loaded. Try again");
  isThere = true;
  await openSheet();
  expect(screen.getByText("Sheet")).toBeDefined();
});
