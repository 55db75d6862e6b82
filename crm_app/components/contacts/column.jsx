// The right column is Add, View or Edit. Below 1024 px it is a sheet over the page, shown while the
// address names what it shows; on wide screens it can be closed, which the browser remembers.

import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { close, getAddress, go, show, useAddress } from "$/browser/address.js";
import { useConnection } from "$/browser/connection.jsx";
import { SUCCESS_SECONDS } from "$/browser/countdown.jsx";
import { openedBy, returnFocus } from "$/browser/focus.jsx";
import { createStore } from "$/browser/store.js";

const CLOSED = "column-closed"; // `head.js` sets the class before the first paint
const wide = typeof window === "undefined" ? null : window.matchMedia("(min-width: 1024px)");
const subscribe = (follower) => {
  wide.addEventListener("change", follower);
  return () => wide.removeEventListener("change", follower);
};
export const useIsWide = () => useSyncExternalStore(subscribe, () => wide.matches, () => true);

export const isShown = ({ add, contact, edit }) => Boolean(add || contact || edit);

// What opens in the sheet replaces what it showed; Back leads to the list.
export function open(changes, opened) {
  show({ contact: "", edit: "", add: "", ...changes }, isShown(getAddress()) ? "" : opened);
}

// Let a text be seen that would be hidden otherwise.
export function openSheet(contactId) {
  setClosed(false);
  const { edit, add } = getAddress();
  if (wide.matches || edit || add) return;
  if (contactId) show({ edit: contactId }, "edit");
  else open({ add: "1" }, "add");
}

let closing; // the sheet, after a success; using it again keeps it open

export function closeAfterSuccess(isStillEmpty) {
  clearTimeout(closing);
  closing = setTimeout(() => isStillEmpty() && close("add"), SUCCESS_SECONDS * 1000);
}

// The input where typing begins: one with an error, else the first.
export const firstField = (element) => element.querySelector('form [aria-invalid="true"]') ?? element.querySelector("form input");

const closed = createStore(wide ? document.documentElement.classList.contains(CLOSED) : false, false);

function setClosed(isClosed) {
  document.documentElement.classList.toggle(CLOSED, isClosed);
  closed.set(isClosed);
  try {
    if (isClosed) localStorage.setItem(CLOSED, "yes");
    else localStorage.removeItem(CLOSED);
  } catch {
    // The storage is full: it is remembered until the page is left.
  }
}

let mustStay = () => false; // the form asks before an edit with changes is closed

export const stayOpenIf = (condition) => void (mustStay = condition);

// Close what is on top; with nothing open, a wide column itself.
function closeColumn() {
  const name = ["edit", "contact", "add"].find((name) => getAddress()[name]);
  if (name === "edit" && mustStay()) return;
  if (name) close(name);
  else setClosed(true);
}

function useEscape() {
  useEffect(() => {
    const press = (event) => {
      const isOurs = event.key === "Escape" && !event.isComposing && !event.defaultPrevented;
      if (isOurs && !document.querySelector("dialog[open], :popover-open") && isShown(getAddress())) closeColumn();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

// Its children: the opened contact, which is loaded when the address names it, and the form, which
// stays while it is hidden. `openedId` is the contact that is loaded.
export function Column({ openedId, onOpen, children: [contact, form], look, ...rest }) {
  const element = useRef(null);
  const address = useAddress();
  const { load } = useConnection();
  const isSheet = !useIsWide() && isShown(address);
  const isView = Boolean(address.contact && !address.edit);
  const readWith = useRef("");
  const before = useRef({ wasSheet: false, wasEdit: false, wasView: false });
  useEscape();
  // Each time it is opened it is read again; with the page the server has read it already.
  useEffect(() => {
    const isRead = readWith.current !== load && address.contact === openedId;
    readWith.current = load;
    if (load && address.contact && !isRead) onOpen(address.contact);
  }, [load, address.contact]);
  useLayoutEffect(() => {
    const { wasSheet, wasEdit, wasView } = before.current;
    const isLost = document.activeElement === document.body;
    if (isSheet) (isView ? element.current.querySelector("h2") : firstField(element.current))?.focus();
    else if (wasSheet || (wasEdit && isView)) returnFocus();
    else if (wasView && address.edit) firstField(element.current)?.focus();
    else if (wasView && !isView && isLost) returnFocus();
    before.current = { wasSheet: isSheet, wasEdit: Boolean(address.edit), wasView: isView };
  }, [isSheet, isView]);
  const asDialog = isSheet ? { role: "dialog", "aria-modal": true, "aria-labelledby": isView ? "contact-heading" : "form-heading" } : {};
  const lookOfForm = isShown(address) ? "print:hidden" : "print:hidden max-lg:hidden lg:in-[.column-closed]:hidden";
  return (
    <div {...rest} {...asDialog} ref={element} className={`${look} ${isView ? "" : lookOfForm}`}>
      {address.contact && <div className={isView ? "contents" : "hidden"} onClickCapture={({ target }) => openedBy(target.closest("[data-opens]"))}>{contact}</div>}
      <div className={isView ? "hidden" : "contents"}>{form}</div>
    </div>
  );
}

// What the sheet covers.
export function BehindSheet({ as: Element = "div", children, ...rest }) {
  const isWide = useIsWide();
  const isSheet = isShown(useAddress()) && !isWide;
  return <Element {...rest} inert={isSheet}>{children}</Element>;
}

let offer = () => {}; // a text to the form of a new contact, which may have no use for it

export const offerTo = (form) => void (offer = form);

// One primary button at a time: it is quiet while the column shows a form.
export function AddButton({ onAdd, text, look, lookWhileForm = look, children, ...rest }) {
  const { contact, edit, view } = useAddress();
  const isForm = !closed.use() && !view && (!contact || Boolean(edit));
  const add = (event) => {
    const input = document.querySelector('[name="name"]');
    openedBy(wide.matches ? input : event.currentTarget); // the form of an edit may be closed only now
    clearTimeout(closing);
    setClosed(false);
    if (text) offer(text);
    onAdd(); // which does nothing unless a contact is being edited
    if (!wide.matches) open({ add: "1" }, "add");
    else if (view) go("/");
    else if (isShown(getAddress())) open({}, "");
    requestAnimationFrame(() => input?.focus()); // once it is shown
  };
  return <button {...rest} className={isForm ? lookWhileForm : look} type="button" onClick={add}>{children}</button>;
}

export const CloseButton = ({ children, ...rest }) => (
  <button {...rest} type="button" onClick={closeColumn}>{children}</button>
);
