// The socket, as far as the page can observe and reopen it. Reflex's utils/state.js reports it by the
// hooks of `__reflex_otel`, closes it on `pagehide`, and opens it when the tab becomes visible.

const SECOND = 1000;
const LONGEST_PAUSE = 10 * SECOND;
const ACK_SECONDS = 8;
const LONGEST_ACK_SECONDS = 64;
const LEAVING_SECONDS = 3;
const FIRST_CONNECT_SECONDS = 4;

let isOpen = false;
let isLost = false;
let isLeaving = false;
let isReady = false;
let load = "";
let attempts = 0;
let retry;
let quietSince = 0;
const followers = [];

// The server's name for the last loading of the page's data, empty until this connection had one:
// before, what is sent could meet states that know nothing yet.
export const readyLoad = () => (isReady ? load : "");
export const hasLoaded = () => load !== "";
export const isConnectionLost = () => isLost;
export const onChange = (follower) => followers.push(follower);

// 0, 1, 2, 4, 8, then 10 seconds.
export const pauseBefore = (attempt) => (attempt ? Math.min(2 ** (attempt - 1) * SECOND, LONGEST_PAUSE) : 0);

function show(lost) {
  isLost = lost;
  document.documentElement.classList.toggle("lost", lost);
  for (const element of document.querySelectorAll("[data-lost-banner]")) element.hidden = !lost;
  for (const follower of followers) follower();
}

export function followConnection() {
  const loaded = document.querySelector("[data-load]")?.dataset.load;
  if (!loaded || loaded === load) return;
  load = loaded;
  isOpen = isReady = true;
  attempts = 0;
  show(false);
}

function connected() {
  isOpen = true;
  quietSince = Date.now();
  clearTimeout(retry);
  show(false);
}

function disconnected() {
  isOpen = isReady = false;
  if (!isLeaving) show(true);
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

export function expectAck(inMs = 0) {
  quietSince = Date.now() + inMs;
}

// A missing acknowledgement shows that a connection is dead. A slow one may need longer for a long
// list: it is given twice the time after each attempt.
export function watchAcks(isAnyPending) {
  let patience = ACK_SECONDS;
  setInterval(() => {
    const isAwaited = isAnyPending();
    if (!isAwaited) patience = ACK_SECONDS;
    const isQuiet = Date.now() - quietSince > patience * SECOND;
    if (!isOpen || !isQuiet || document.hidden || !isAwaited) return;
    quietSince = Date.now();
    patience = Math.min(patience * 2, LONGEST_ACK_SECONDS);
    reopen();
  }, SECOND / 2);
}

window.__reflex_otel = { onSocketConnect: connected, onSocketDisconnect: disconnected };
// Without a network a server on this machine can still be reached: try it.
window.addEventListener("offline", reopen);
window.addEventListener("online", reconnect);

// Reflex closes the socket when the page is left; after a link that opens another program, the
// page is still there.
window.addEventListener("beforeunload", () => {
  isLeaving = true;
  setTimeout(() => {
    isLeaving = false;
    if (!isOpen) disconnected();
  }, LEAVING_SECONDS * SECOND);
});
setTimeout(() => isOpen || isLeaving || show(true), FIRST_CONNECT_SECONDS * SECOND);
