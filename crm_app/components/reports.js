// Reports to the server: how long people wait, and which kinds of errors occur; no typed text.

const MOST = 20; // the server takes no more at once
const LONGEST_MS = 600_000; // nor longer ones
const BATCH_SECONDS = 5;
let reports = [];
let hiddenAt = -1; // before anything was done

// In development the page is served on another port than the server.
export const backend = () => new URL(document.querySelector('script[src$="/session.js"]').src).origin;

function flush() {
  if (!reports.length) return;
  const batch = reports.splice(0, MOST);
  try {
    navigator.sendBeacon(`${backend()}/report`, JSON.stringify(batch));
  } catch {
    // Nobody waits for it.
  }
}

function report(entry) {
  if (reports.push(entry) === 1) setTimeout(flush, BATCH_SECONDS * 1000);
  if (reports.length >= MOST) flush();
}

// Nobody waits for a page that is hidden. The first frame draws the result, the second comes when it
// is drawn.
export function reportWhenPainted(action, startedAt) {
  const painted = () => {
    const ms = Math.round(performance.now() - startedAt);
    if (hiddenAt < startedAt && ms <= LONGEST_MS) report({ action, ms });
  };
  requestAnimationFrame(() => requestAnimationFrame(painted));
}

if (typeof window !== "undefined") {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    hiddenAt = performance.now();
    flush();
  });
  window.addEventListener("pagehide", flush);
  window.addEventListener("error", () => report({ error: "script" }));
  window.addEventListener("unhandledrejection", () => report({ error: "promise" }));
  document.addEventListener("securitypolicyviolation", () => report({ error: "csp" }));
}
