import { beforeEach, expect, test, vi } from "vitest";
import { load, wait } from "./page.jsx";

let reports;
const FRAMES = 0.04; // seconds, more than two
const batches = () => navigator.sendBeacon.mock.calls.map(([, body]) => JSON.parse(body));

beforeEach(async () => {
  reports = await load("reports.js");
});

function hide(isHidden) {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

test("the wait ends when the result is drawn, and goes to the server in a batch", async () => {
  const start = performance.now();
  await wait(0.5);
  reports.reportWhenPainted("create_contact", start);
  reports.reportWhenPainted("get_contacts", start);
  await wait(4.9);
  expect(batches()).toEqual([]);
  await wait(0.2);
  expect(navigator.sendBeacon.mock.calls[0][0]).toBe("http://server.example/report");
  const [[create, list]] = batches();
  expect(create.action).toBe("create_contact");
  expect(list.action).toBe("get_contacts");
  expect(create.ms).toBeGreaterThan(500);
  expect(create.ms).toBeLessThan(600);
  await wait(60);
  expect(batches()).toHaveLength(1);
});

test("nobody waited who left the page meanwhile", async () => {
  const start = performance.now();
  await wait(1);
  hide(true);
  hide(false);
  await wait(0.1);
  reports.reportWhenPainted("create_contact", start);
  reports.reportWhenPainted("get_contacts", performance.now());
  await wait(10);
  expect(batches().flat().map(({ action }) => action)).toEqual(["get_contacts"]);
});

test("a wait that the server would not take is left out", async () => {
  reports.reportWhenPainted("create_contact", performance.now() - 600_001);
  await wait(10);
  expect(batches()).toEqual([]);
});

test("errors are reported by their kind, without their text", async () => {
  window.dispatchEvent(new ErrorEvent("error", { message: "Zaphod" }));
  window.dispatchEvent(new Event("unhandledrejection"));
  document.dispatchEvent(new Event("securitypolicyviolation"));
  await wait(5);
  expect(batches()).toEqual([[{ error: "script" }, { error: "promise" }, { error: "csp" }]]);
});

test("twenty are sent at once", () => {
  for (let number = 0; number < 21; number += 1) window.dispatchEvent(new Event("unhandledrejection"));
  expect(batches().map(({ length }) => length)).toEqual([20]);
});

test.each(["pagehide", "hidden"])("the reports go out with the page: %s", async (how) => {
  reports.reportWhenPainted("get_contacts", performance.now());
  await wait(FRAMES);
  if (how === "hidden") hide(true);
  else window.dispatchEvent(new Event("pagehide"));
  expect(batches()).toHaveLength(1);
});

test("a browser that sends nothing harms nobody", async () => {
  navigator.sendBeacon = () => {
    throw new TypeError("blocked");
  };
  window.dispatchEvent(new Event("unhandledrejection"));
  await wait(5);
});
