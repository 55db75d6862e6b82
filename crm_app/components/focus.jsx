// Where the focus goes when its place is gone.

import { useEffect, useRef } from "react";

let opener = null;

// Remember the control that opens something, to return to it.
export const openedBy = (control) => void (opener = control ?? opener);

const isThere = (element) => element?.isConnected && element !== document.body;
const elsewhere = () => {
  const places = ["dialog[open] [data-takes-focus]", "#trash-heading", "#contacts-heading"]; // the first that is there
  return places.map((place) => document.querySelector(place)).find(Boolean);
};

export const returnFocus = () => (isThere(opener) ? opener : elsewhere())?.focus();

export const isTyping = (element) => Boolean(element?.matches?.("input, textarea, select, [contenteditable]"));

// Keys rest where they are typed or mean something else; single ones can be switched off.
export const isAtRest = ({ target, altKey, isComposing, defaultPrevented }, isSingle = true) =>
  altKey || isComposing || defaultPrevented || isTyping(target) || Boolean(document.querySelector(`dialog[open], :popover-open${isSingle ? ", .no-single-keys" : ""}`));

// A button that is removed or disabled by its click loses the focus: it gets it back, or another does, which
// `next` may name by its id.
export function SteadyButton({ disabled, onClick, next, children, ...rest }) {
  const button = useRef(null);
  const wasClicked = useRef(false);
  const refocus = () => {
    if (!wasClicked.current || document.activeElement !== document.body) return;
    (isThere(button.current) ? button.current : document.getElementById(next) ?? elsewhere())?.focus();
    wasClicked.current = false;
  };
  useEffect(() => void (disabled || refocus()), [disabled]);
  useEffect(() => () => void setTimeout(refocus), []);
  const click = (event) => {
    wasClicked.current = true;
    onClick?.(event);
  };
  return <button {...rest} ref={button} type="button" disabled={disabled} onClick={click}>{children}</button>;
}

export const ReloadButton = ({ children, ...rest }) => (
  <button {...rest} type="button" onClick={() => window.location.reload()}>{children}</button>
);
