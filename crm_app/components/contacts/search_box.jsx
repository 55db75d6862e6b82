// The search box: its text is in the address of the page, `/` and Ctrl-K lead to it. While somebody
// types, one text at a time is sent, then the latest.

import { useEffect, useRef } from "react";
import { getAddress, show, useTravel } from "$/browser/address.js";
import { useConnection } from "$/browser/connection.jsx";
import { isAtRest } from "$/browser/focus.jsx";
import { reportWhenPainted } from "$/browser/reports.js";
import { createStore } from "$/browser/store.js";

const MOST = 200; // characters

// One text for the box and for the button that clears it, wherever that is on the page.
const text = createStore("");
let box = null;
let change = () => {};

const isContinued = (one, other) => Boolean(one && other) && (one.startsWith(other) || other.startsWith(one));
const ofAddress = ({ q }) => [...q].slice(0, MOST).join("");

// `answers` grows with each answer of the server.
function useLatest({ answers, query, onSearch }) {
  const { load } = useConnection();
  const sent = useRef(null);
  const send = () => {
    sent.current = { text: text.get(), at: performance.now() };
    onSearch(text.get());
  };
  useEffect(() => {
    if (!sent.current) return;
    const { text: answered, at } = sent.current;
    sent.current = null;
    if (answered === text.get()) reportWhenPainted("get_contacts", at);
    else send();
  }, [answers]);
  // What was typed before the data was loaded, too.
  useEffect(() => {
    sent.current = null;
    if (load && text.get().trim() !== query) send();
  }, [load]);
  // Offline nothing is sent: the address has the text, reconnecting loads it.
  return () => load && !sent.current && send();
}

// Its children: a hint while the box is empty, and what clears it.
export function SearchBox({ answers, query, onSearch, children: [hint, clear], ...rest }) {
  const typed = text.use();
  const search = useLatest({ answers, query, onSearch });
  change = (next) => {
    const [last, query] = [getAddress().q, next.trim()];
    text.set(next);
    show({ q: query }, isContinued(last, query) ? "" : "q");
    search();
  };

  useTravel((address, last) => {
    if (address.q === last.q) return;
    text.set(ofAddress(address));
    search();
  });

  useEffect(() => {
    if (box.value) change(box.value);
    else text.set(ofAddress(getAddress()));
    const focusOnKey = (event) => {
      const hasModifier = event.ctrlKey || event.metaKey;
      const isSlash = event.key === "/" && !hasModifier && !isAtRest(event);
      const isCommandK = event.key?.toLowerCase() === "k" && hasModifier;
      if (!isSlash && !isCommandK) return;
      event.preventDefault();
      box.focus();
      box.select();
    };
    document.addEventListener("keydown", focusOnKey);
    return () => document.removeEventListener("keydown", focusOnKey);
  }, []);

  const clearOnEscape = (event) => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing || !typed) return;
    event.preventDefault();
    change("");
  };

  return (
    <>
      <input {...rest} ref={(element) => void (box = element)} type="text" role="searchbox" autoComplete="off" value={typed} maxLength={MOST} onChange={({ target }) => change(target.value)} onKeyDown={clearOnEscape} />
      {typed ? clear : hint}
    </>
  );
}

// Searches for another text.
export function SearchFor({ query, children, ...rest }) {
  const search = () => {
    change(query);
    box.focus();
  };
  return <button {...rest} type="button" onClick={search}>{children}</button>;
}

export const ClearSearch = (props) => <SearchFor {...props} query="" />;
