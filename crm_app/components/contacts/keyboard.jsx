// What the page has of the keys from the beginning: the first one loads the code for all, unless that
// was done when the page was quiet.

import { useEffect, useState } from "react";
import { isAtRest } from "$/browser/focus.jsx";
import { fetched, QUIET_MS } from "$/browser/lazy_view.jsx";
import { createStore } from "$/browser/store.js";

export const sheet = createStore(""); // "open", or "failed" where its code could not be loaded

// `load` gives a view that takes the key which was pressed first.
export function Keyboard({ load }) {
  const isOpen = sheet.use() === "open";
  const [View, setView] = useState(null);
  const [first, setFirst] = useState(null);
  const get = () => fetched(load).then((view) => setView(() => view), () => sheet.set(sheet.get() && "failed"));
  useEffect(() => void (isOpen && !View && get()), [isOpen]);
  useEffect(() => {
    if (View) return undefined;
    const press = (event) => {
      if (isAtRest(event)) return;
      setFirst(event);
      get();
    };
    const timer = setTimeout(get, QUIET_MS);
    document.addEventListener("keydown", press);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", press);
    };
  }, [View]);
  return View && <View first={first} />;
}

export function SheetButton({ children, ...rest }) {
  const hasFailed = sheet.use() === "failed";
  return <button {...rest} type="button" onClick={() => sheet.set("open")}>{hasFailed ? "Not loaded. Try again" : children}</button>;
}
