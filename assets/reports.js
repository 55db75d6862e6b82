// What the page tells the server of itself: how long people wait, and that something went wrong;
// nothing of what they typed.

import { backend } from "./account.js";

const MOST = 20; // the server takes no more at once
const LONGEST_MS = 600_000; // nor longer ones
const BATCH_SECONDS = 5;
let reports = [];

function flush() {
  if (!reports.length) return;
  const batch = reports.splice(0, MOST);
  try {
    navigator.sendBeacon(`${backend}/report`, JSON.stringify(batch));
  } catch {
    // Nobody waits for it.
  }
}

function report(entry) {
  if (reports.push(entry) === 1) setTimeout(flush, BATCH_SECONDS * 1000);
  if (reports.length >= MOST) flush();
}

// The first frame is the one that draws the answer, the second comes when it is drawn.
export function reportWhenPainted(action, startedAt) {
  const painted = () => report({ action, ms: Math.round(performance.now() - startedAt) });
  if (performance.now() - startedAt > LONGEST_MS) return;
  requestAnimationFrame(() => requestAnimationFrame(painted));
}

document.addEventListener("visibilitychange", () => document.hidden && flush());
window.addEventListener("pagehide", flush);
window.addEventListener("error", () => report({ error: "script" }));
window.addEventListener("unhandledrejection", () => report({ error: "promise" }));
document.addEventListener("securitypolicyviolation", () => report({ error: "csp" }));
