// A page of fresh modules, with a connection that the test makes and loses.

import { act, render } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { vi } from "vitest";

const sources = import.meta.glob("../../crm_app/components/**/*.{js,jsx}");
const listeners = [];
const media = Object.assign(new EventTarget(), { matches: true });

export function setWide(isWide) {
  media.matches = isWide;
  act(() => void media.dispatchEvent(new Event("change")));
}

// Return what the modules export. Our modules keep state: each test gets new copies.
export async function load(...names) {
  vi.resetModules();
  window.matchMedia = () => media;
  const restore = [window, document].map(recordListeners);
  const paths = names.map((name) => Object.keys(sources).find((path) => path.endsWith(`/${name}`)));
  const modules = await Promise.all(paths.map((path) => sources[path]()));
  for (const each of restore) each();
  return Object.assign({}, ...modules);
}

function recordListeners(target) {
  const add = target.addEventListener;
  target.addEventListener = (...args) => {
    listeners.push([target, args]);
    add.apply(target, args);
  };
  return () => void (target.addEventListener = add);
}

export function forgetModules() {
  for (const [target, args] of listeners.splice(0)) target.removeEventListener(...args);
}

// Draws elements beside the banner of `connection.jsx`, by which the page learns of its loads.
export function pageWith({ ConnectionBanner }) {
  let element = null;
  let view = null;
  let loads = 0;
  const tree = () => (
    <>
      <ConnectionBanner loadId={loads ? `load ${loads}` : ""}>Connection problem</ConnectionBanner>
      {element}
    </>
  );
  const draw = (next = element) => {
    element = next;
    if (view) view.rerender(tree());
    else view = render(tree());
  };
  // Draw what the HTML of the server shows already, after somebody typed into it.
  const hydrate = (next, typeEarly) => {
    element = next;
    const container = document.body.appendChild(document.createElement("div"));
    container.innerHTML = renderToString(tree());
    typeEarly();
    view = render(tree(), { container, hydrate: true });
  };
  const connect = () => {
    act(() => window.__reflex_otel.onSocketConnect());
    loads += 1;
    draw();
  };
  const lose = () => act(() => window.__reflex_otel.onSocketDisconnect());
  const leave = () => view.unmount();
  return { draw, hydrate, connect, lose, leave };
}

export const wait = (seconds) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));

// Go where Back or Forward leads to, which takes a moment.
export async function travel(go) {
  act(go);
  await wait(0.01);
}

// The page cannot be left in jsdom: return what is called instead.
export function stubReload() {
  const [real, reload] = [window.location, vi.fn()];
  vi.stubGlobal("location", new Proxy({}, { get: (_, name) => (name === "reload" ? reload : real[name]) }));
  return reload;
}
