// The socket, as far as the page can observe and reopen it. Reflex's utils/state.js reports it by the
// hooks of `__reflex_otel`, closes it on `pagehide`, and opens it when the tab becomes visible.

import { useEffect, useLayoutEffect } from "react";
import { createStore } from "$/browser/store.js";

const SECOND = 1000;
const LONGEST_PAUSE = 10 * SECOND;
const ACK_SECONDS = 8;
const LONGEST_ACK_SECONDS = 64;
const LEAVING_SECONDS = 3;
const FIRST_CONNECT_SECONDS = 4;

// `load` is the server's name for the last loading of the page's data, empty until this connection
// had one: before, what is sent could meet states that know nothing yet.
const AT_FIRST = { isLost: false, hasLoaded: false, load: "" };

const connection = createStore(AT_FIRST);
let isOpen = false;
let isLeaving = false;
let attempts = 0;
let retry;
let quietSince = 0;
const awaited = new Set(); // what was sent and is not acknowledged

export const getConnection = connection.get;
export const useConnection = connection.use;

// 0, 1, 2, 4, 8, then 10 seconds.
export const pauseBefore = (attempt) => (attempt ? Math.min(2 ** (attempt - 1) * SECOND, LONGEST_PAUSE) : 0);

const change = (changes) => connection.set({ ...connection.get(), ...changes });

function loaded(load) {
  isOpen = true;
  attempts = 0;
  change({ isLost: false, hasLoaded: true, load });
}

function connected() {
  isOpen = true;
  quietSince = Date.now();
  clearTimeout(retry);
  change({ isLost: false });
}

function disconnected() {
  isOpen = false;
  change({ isLost: connection.get().isLost || !isLeaving, load: "" });
  planRetry();
}

// Reflex tries again by itself, but not when the server or the browser ended the connection.
function planRetry() {
  clearTimeout(retry);
  retry = setTimeout(reconnect, pauseBefore(++attempts));
}

function reconnect() {
  if (isOpen) return;
  document.dispatchEvent(new Event("visibilitychange"));
  planRetry();
}

function reopen() {
  window.dispatchEvent(new Event("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
}

// What is sent again after a pause is expected to be acknowledged later by as much.
export function expectAck(form, inMs = 0) {
  awaited.add(form);
  quietSince = Date.now() + inMs;
}

export const expectNoAck = (form) => awaited.delete(form);

// A missing acknowledgement shows that a connection is dead. A slow one may need longer for a long
// list: it is given twice the time after each attempt.
function watchAcks() {
  let patience = ACK_SECONDS;
  setInterval(() => {
    if (!awaited.size) patience = ACK_SECONDS;
    const isQuiet = Date.now() - quietSince > patience * SECOND;
    if (!isOpen || !isQuiet || document.hidden || !awaited.size) return;
    quietSince = Date.now();
    patience = Math.min(patience * 2, LONGEST_ACK_SECONDS);
    reopen();
  }, SECOND / 2);
}

// Reflex closes the socket when the page is left; after a link that opens another program, the
// page is still there.
function beginLeaving() {
  isLeaving = true;
  setTimeout(() => {
    isLeaving = false;
    if (!isOpen) disconnected();
  }, LEAVING_SECONDS * SECOND);
}

if (typeof window !== "undefined") {
  window.__reflex_otel = { ...window.__reflex_otel, onSocketConnect: connected, onSocketDisconnect: disconnected };
  // Without a network a server on this machine can still be reached: try it.
  window.addEventListener("offline", reopen);
  window.addEventListener("online", reconnect);
  window.addEventListener("beforeunload", beginLeaving);
  setTimeout(() => isOpen || isLeaving || change({ isLost: true }), FIRST_CONNECT_SECONDS * SECOND);
  watchAcks();
}

// A button whose click only the server can answer.
export function ConnectedButton({ title, onClick, children, ...rest }) {
  const { isLost } = useConnection();
  const state = isLost ? { title: "Reconnecting...", "aria-disabled": true } : { title, onClick };
  return <button {...rest} {...state} type="button">{children}</button>;
}

// `loadId` changes with each loading of the data. The class lets the rest of the page change its look.
export function ConnectionBanner({ loadId, children, ...rest }) {
  const { isLost } = useConnection();
  useEffect(() => void (loadId && loaded(loadId)), [loadId]);
  useLayoutEffect(() => void document.documentElement.classList.toggle("lost", isLost), [isLost]);
  return (
    <div {...rest} role="status">
      {isLost && children}
    </div>
  );
}
