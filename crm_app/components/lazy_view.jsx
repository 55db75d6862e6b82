// A view whose code is not in the first load.

import { createContext, useContext, useEffect, useState } from "react";
import { useAddress } from "$/browser/address.js";

export const QUIET_MS = 5000; // until then the page has loaded what it needs itself
const Retry = createContext(() => {});
const views = new Map(); // that were loaded, by the text of their import

// Browsers do not ask again for a module that could not be fetched, so its file is fetched before it
// is imported. Where that file is stands in the import alone: the build names it there.
export async function fetched(load) {
  if (views.has(String(load))) return views.get(String(load));
  const path = String(load).match(/import\(.(.+?).\)/)[1];
  const { ok, status } = await fetch(new URL(path, import.meta.url));
  if (!ok) throw new Error(`${status} for ${path}`);
  const view = await load();
  views.set(String(load), view);
  return view;
}

// Draws the view while `isWanted`, or while it is the view `at` whose address the page is, or the children
// if its code cannot be loaded. The code is loaded before, if there is time: after a while, when the
// pointer or the focus is `near`, and at once if the page has `early`. What else it is given goes to
// the view.
export function LazyView({ load, at, isWanted: isAskedFor, near, early, children, ...rest }) {
  const shown = useAddress().view;
  const isWanted = at ? at === shown : isAskedFor;
  const [View, setView] = useState(() => views.get(String(load)));
  const [hasFailed, setFailed] = useState(false);
  const get = () => {
    setFailed(false);
    fetched(load).then((view) => setView(() => view), () => setFailed(true));
  };
  useEffect(() => void (isWanted && !View && get()), [isWanted]);
  useEffect(() => {
    const prepare = () => void fetched(load).catch(() => {}); // is tried again when the view is wanted
    const approach = ({ target }) => near && target.closest?.(near) && prepare();
    const timer = setTimeout(prepare, QUIET_MS);
    const events = ["pointerover", "focusin"];
    for (const event of events) document.addEventListener(event, approach);
    if (early && document.querySelector(early)) prepare();
    return () => {
      clearTimeout(timer);
      for (const event of events) document.removeEventListener(event, approach);
    };
  }, []);
  if (!isWanted) return null;
  if (hasFailed) return <Retry.Provider value={get}>{children}</Retry.Provider>;
  return View && <View {...rest} />;
}

export const RetryButton = ({ children, ...rest }) => (
  <button {...rest} type="button" onClick={useContext(Retry)}>{children}</button>
);
