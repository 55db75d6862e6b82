import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, wait } from "./page.jsx";

let ours;
let page;
let seen; // what Reflex is asked for: to close the socket, to open it
let start;
const isLost = () => screen.queryByText("Connection problem") !== null;

beforeEach(async () => {
  start = Date.now();
  window.__reflex_otel = { onEvent: "of another" };
  ours = await load("connection.jsx");
  page = pageWith(ours);
  page.draw();
  seen = [];
  const note = ({ type }) => seen.push(`${type === "pagehide" ? "close" : "open"} ${(Date.now() - start) / 1000}`);
  window.addEventListener("pagehide", note);
  document.addEventListener("visibilitychange", note);
  return () => {
    window.removeEventListener("pagehide", note);
    document.removeEventListener("visibilitychange", note);
  };
});

test("the hooks of others stay", () => {
  expect(window.__reflex_otel.onEvent).toBe("of another");
});

test("a first connection that is not there after four seconds is a problem", async () => {
  await wait(3.9);
  expect(isLost()).toBe(false);
  await wait(0.2);
  expect(isLost()).toBe(true);
  page.connect();
  expect(isLost()).toBe(false);
});

test("a socket that is open, or data that has arrived, is a connection", async () => {
  act(() => window.__reflex_otel.onSocketConnect());
  await wait(10);
  expect(isLost()).toBe(false);
  page.leave();
  ours = await load("connection.jsx");
  render(<ours.ConnectionBanner loadId="1">Connection problem</ours.ConnectionBanner>); // it was open before we could know
  await wait(10);
  expect(isLost()).toBe(false);
});

test("a first connection in time is none", async () => {
  await wait(3);
  page.connect();
  await wait(10);
  expect(isLost()).toBe(false);
});

test("the page is ready when its data is loaded, on each connection again", () => {
  act(() => window.__reflex_otel.onSocketConnect());
  expect(ours.getConnection()).toMatchObject({ hasLoaded: false, load: "" });
  page.connect();
  expect(ours.getConnection()).toMatchObject({ hasLoaded: true, load: "load 1" });
  page.lose();
  expect(ours.getConnection()).toEqual({ isLost: true, hasLoaded: true, load: "" });
  act(() => window.__reflex_otel.onSocketConnect());
  expect(ours.getConnection()).toMatchObject({ isLost: false, load: "" });
  page.connect();
  expect(ours.getConnection().load).toBe("load 2");
});

test("styles follow a lost connection", () => {
  page.connect();
  page.lose();
  expect(document.documentElement.className).toBe("lost");
  page.connect();
  expect(document.documentElement.className).toBe("");
});

test("the pauses grow to ten seconds", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 60].map(ours.pauseBefore)).toEqual([0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
});

test("a lost connection is tried again with pauses, until it is there", async () => {
  page.connect();
  page.lose();
  await wait(36);
  expect(seen).toEqual(["open 1", "open 3", "open 7", "open 15", "open 25", "open 35"]);
  page.connect();
  await wait(60);
  expect(seen).toHaveLength(6);
});

test("attempts that fail, too, are no more than one at a time", async () => {
  page.connect();
  page.lose();
  page.lose();
  await wait(5);
  expect(seen).toEqual(["open 2"]);
});

test("the pauses begin again once the data was loaded, not before", async () => {
  page.connect();
  page.lose();
  await wait(4);
  act(() => window.__reflex_otel.onSocketConnect());
  page.lose();
  await wait(8);
  expect(seen).toEqual(["open 1", "open 3", "open 12"]);
  page.connect();
  page.lose();
  await wait(1);
  expect(seen).toHaveLength(4);
});

test("the network's return is tried at once, its loss ends the connection", () => {
  page.connect();
  window.dispatchEvent(new Event("online"));
  expect(seen).toEqual([]);
  window.dispatchEvent(new Event("offline"));
  expect(seen).toEqual(["close 0", "open 0"]);
  page.lose();
  act(() => void window.dispatchEvent(new Event("online")));
  expect(seen).toEqual(["close 0", "open 0", "open 0"]);
});

test("a missing acknowledgement reopens the connection, each time with twice the patience", async () => {
  page.connect();
  ours.expectAck("form");
  await wait(8);
  expect(seen).toEqual([]);
  await wait(160);
  expect(seen.filter((each) => each.startsWith("close"))).toEqual(["close 8.5", "close 25", "close 57.5", "close 122"]);
  expect(seen).toHaveLength(8); // and each is opened again
});

test("with nothing awaited the patience is the first again", async () => {
  page.connect();
  ours.expectAck("form");
  await wait(9);
  ours.expectNoAck("form");
  await wait(60);
  expect(seen).toHaveLength(2);
  ours.expectAck("form");
  await wait(9);
  expect(seen).toHaveLength(4);
});

test("what is sent after a pause is awaited as much longer", async () => {
  page.connect();
  ours.expectAck("form", 5000);
  await wait(13);
  expect(seen).toEqual([]);
  await wait(0.5);
  expect(seen).toHaveLength(2);
});

test("a new connection is given its time", async () => {
  page.connect();
  ours.expectAck("form");
  await wait(6);
  page.lose();
  page.connect();
  await wait(8);
  expect(seen.some((each) => each.startsWith("close"))).toBe(false);
});

test("no acknowledgement is missed while the tab is hidden or the connection lost", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  page.connect();
  ours.expectAck("form");
  await wait(60);
  expect(seen).toEqual([]);
  hidden.mockReturnValue(false);
  page.lose();
  await wait(60);
  expect(seen.some((each) => each.startsWith("close"))).toBe(false);
});

test("a page that is left shows no problem, unless it is still there after three seconds", async () => {
  page.connect();
  window.dispatchEvent(new Event("beforeunload"));
  page.lose();
  expect(isLost()).toBe(false);
  await wait(2.9);
  expect(isLost()).toBe(false);
  await wait(0.2);
  expect(isLost()).toBe(true);
});

test("a page that was not left after all shows the next problem at once", async () => {
  page.connect();
  window.dispatchEvent(new Event("beforeunload"));
  await wait(3);
  expect(isLost()).toBe(false);
  page.lose();
  expect(isLost()).toBe(true);
});

test("a button that needs the server does nothing while the connection is lost, and says why", () => {
  const onClick = vi.fn();
  page.draw(<ours.ConnectedButton title="Edit Ada" onClick={onClick}>Edit</ours.ConnectedButton>);
  const button = screen.getByText("Edit");
  page.connect();
  page.lose();
  fireEvent.click(button);
  expect([button.getAttribute("aria-disabled"), button.title]).toEqual(["true", "Reconnecting..."]);
  expect(onClick).not.toHaveBeenCalled();
  page.connect();
  fireEvent.click(button);
  expect([button.getAttribute("aria-disabled"), button.title]).toEqual([null, "Edit Ada"]);
  expect(onClick).toHaveBeenCalledOnce();
});
