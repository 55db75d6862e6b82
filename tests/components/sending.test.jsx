import { act } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith, wait } from "./page.jsx";

let ours;
let page;
let form; // what the hooks return
let sent; // keys of the forms that went out
let onSettled;
let onReconnect;

function Form({ ack = "" }) {
  const record = ours.useRecord({ key: "k1" });
  const send = () => {
    const isReady = form.begin("create_contact");
    if (isReady) sent.push(record.latest.current.key);
  };
  form = { record, send, ...ours.useSending({ record, ack, send, onSettled, onReconnect }) };
  return null;
}

const acknowledge = (ack) => page.draw(<Form ack={ack} />);
const send = () => act(() => form.send());
const reconnect = () => {
  page.lose();
  page.connect();
};

beforeEach(async () => {
  ours = await load("connection.jsx", "sending.js");
  sent = [];
  [onSettled, onReconnect] = [vi.fn(), vi.fn()];
  page = pageWith(ours);
  page.draw(<Form />);
});

test("on a loaded connection a form goes out and is awaited", () => {
  page.connect();
  expect(form.isPending).toBe(false);
  send();
  expect(sent).toEqual(["k1"]);
  expect(form).toMatchObject({ isPending: true, isWaiting: false, canWithdraw: false });
  expect(form.isAwaited()).toBe(true);
});

test("otherwise it waits until the data is loaded, and goes out once", async () => {
  send();
  expect(form).toMatchObject({ isPending: true, canWithdraw: true });
  expect(form.isAwaited()).toBe(false);
  act(() => window.__reflex_otel.onSocketConnect());
  await wait(5);
  expect(sent).toEqual([]);
  page.connect();
  await wait(1);
  expect(sent).toEqual(["k1"]);
  await wait(5);
  expect(sent).toEqual(["k1"]);
});

test("the page can say that it waits for the connection", () => {
  page.connect();
  page.lose();
  send();
  expect(form.isWaiting).toBe(true);
  page.connect();
  expect(form.isWaiting).toBe(false);
});

test("the acknowledgement with its key settles it", () => {
  page.connect();
  send();
  acknowledge("k2 word");
  expect(form.isPending).toBe(true);
  acknowledge("k1 word");
  expect(form.isPending).toBe(false);
  acknowledge("k1 another");
  expect(onSettled).toHaveBeenCalledOnce();
});

test("an acknowledgement from before it was sent does not", () => {
  page.connect();
  send();
  acknowledge("k1 first");
  send();
  acknowledge("k1 first");
  expect(form.isPending).toBe(true);
  acknowledge("k1 second"); // the same key can be refused twice
  expect(form.isPending).toBe(false);
  expect(onSettled).toHaveBeenCalledTimes(2);
});

test("a failure settles all that was sent on this connection", () => {
  page.connect();
  send();
  acknowledge("* word");
  expect(form.isPending).toBe(false);
});

test("a failure does not settle what still waits to be sent", () => {
  send();
  acknowledge("* word");
  expect(form.isPending).toBe(true);
});

test("without its acknowledgement it is sent again in the next load, under the same key", async () => {
  page.connect();
  send();
  page.lose();
  await wait(30);
  expect(sent).toEqual(["k1"]);
  page.connect();
  await wait(0.1);
  expect(sent).toEqual(["k1", "k1"]);
  expect(onReconnect).toHaveBeenCalled();
});

test("each further attempt waits longer", async () => {
  page.connect();
  send();
  reconnect();
  await wait(0);
  expect(sent).toHaveLength(2);
  reconnect();
  await wait(0.9);
  expect(sent).toHaveLength(2);
  await wait(0.1);
  expect(sent).toHaveLength(3);
  reconnect();
  await wait(1.9);
  expect(sent).toHaveLength(3);
  await wait(0.1);
  expect(sent).toHaveLength(4);
});

test("after it was acknowledged, attempts begin without a pause again", async () => {
  page.connect();
  send();
  reconnect();
  await wait(0);
  acknowledge("k1 first");
  send();
  reconnect();
  await wait(0);
  expect(sent).toHaveLength(4);
});

test.each(["withdrawn", "settled", "another one", "another load"])("an attempt that pauses is not sent if it is %s meanwhile", async (how) => {
  page.connect();
  send();
  for (let times = 0; times < 2; times += 1) {
    reconnect();
    await wait(0);
  }
  expect(sent).toHaveLength(2); // the third pauses
  if (how === "withdrawn") act(() => form.withdraw());
  if (how === "settled") acknowledge("k1 word");
  if (how === "another one") act(() => form.record.update({ key: "k2" }));
  if (how === "another load") page.lose();
  await wait(1);
  expect(sent).toHaveLength(2);
});

test("what was withdrawn before it was sent is known to be unsent", async () => {
  send();
  act(() => form.withdraw());
  expect(form).toMatchObject({ isPending: false, isUnsent: true });
  page.connect();
  await wait(1);
  expect(sent).toEqual([]);
  expect(form.isUnsent).toBe(true);
  send();
  expect(form.isUnsent).toBe(false);
});

test("nobody knows whether what was sent is done", () => {
  page.connect();
  send();
  page.lose();
  expect(form.canWithdraw).toBe(true);
  act(() => form.withdraw());
  expect(form).toMatchObject({ isPending: false, isUnsent: false });
});

test("its owner may withdraw it when the connection is back", async () => {
  page.connect();
  send();
  onReconnect.mockImplementation(() => form.withdraw());
  reconnect();
  await wait(1);
  expect(sent).toEqual(["k1"]);
  expect(form.isPending).toBe(false);
});

test("the connection is reopened only while something is pending", async () => {
  const closed = vi.fn();
  window.addEventListener("pagehide", closed);
  page.connect();
  send();
  acknowledge("k1 word");
  await wait(60);
  expect(closed).not.toHaveBeenCalled();
  send();
  await wait(9);
  expect(closed).toHaveBeenCalledOnce();
  window.removeEventListener("pagehide", closed);
});

test("the wait for the acknowledgement is reported", async () => {
  page.connect();
  await wait(1);
  send();
  await wait(2);
  acknowledge("k1 word");
  await wait(6);
  const [[, body]] = navigator.sendBeacon.mock.calls;
  expect(JSON.parse(body)[0].action).toBe("create_contact");
  expect(JSON.parse(body)[0].ms).toBeGreaterThanOrEqual(2000);
});
