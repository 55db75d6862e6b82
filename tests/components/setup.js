// What jsdom lacks of a browser, and a clean page for each test.

import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { forgetModules } from "./page.jsx";

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
globalThis.jest = { advanceTimersByTime: (ms) => vi.advanceTimersByTime(ms) }; // Testing Library looks here for fake timers

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2025-11-21T12:00:00") });
  vi.spyOn(console, "error");
  document.head.innerHTML = '<script src="http://server.example/session.js"></script>';
  document.body.innerHTML = "";
  document.documentElement.className = "";
  history.pushState(null, "", "/"); // without what another test could go forward to
  localStorage.clear();
  sessionStorage.clear();
  navigator.sendBeacon = vi.fn(() => true);
});

afterEach(() => {
  cleanup();
  forgetModules();
  expect(console.error).not.toHaveBeenCalled();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  delete window.crmAccount;
  delete window.crmIsGuest;
});
