// The trash: it is loaded each time it is opened, and asks before it deletes for good.

import { createContext, useContext, useEffect, useRef, useState } from "react";
import { ConnectedButton, useConnection } from "$/browser/connection.jsx";
import { Dialog } from "$/browser/dialog.jsx";
import { newKey } from "$/browser/drafts.js";
import { shortDay } from "$/browser/moments.jsx";
import { createStore } from "$/browser/store.js";

const FOLLOW_MS = 1000; // between two looks at the work under way
const QUIET_MS = 200; // until loading is worth a word
const ROW = 72; // px
const NAMED = 3;
const TYPED_ABOVE = 100; // contacts: to delete more, their number has to be typed
const EVERYTHING = "everything";

const Question = createContext(null);
const asked = createStore(null); // a row, or everything

export function Trash({ jobId, news, onOpen, onFollow, children, ...rest }) {
  const { load } = useConnection();
  useEffect(() => void (load && onOpen()), [load, news]);
  useEffect(() => () => asked.set(null), []);
  useEffect(() => {
    if (!load || !jobId) return;
    const timer = setInterval(onFollow, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [load, jobId]);
  return <section {...rest}>{children}</section>;
}

// Its children after a moment.
export function Slowly({ children }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return isShown ? children : null;
}

// What scrolls, and which of the rows in it are in sight.
export function Scrolled({ count, total, look, lookOfFoot, children }) {
  const box = useRef(null);
  const [[first, last], setRange] = useState([0, 0]);
  const measure = () => {
    const { scrollTop, clientHeight } = box.current;
    const top = Math.min(Math.ceil(scrollTop / ROW), count - 1) + 1;
    setRange([top, Math.max(top, Math.min(count, Math.floor((scrollTop + clientHeight) / ROW)))]);
  };
  useEffect(() => {
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [count]);
  const position = `${first.toLocaleString("en-US")}–${last.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
  return (
    <>
      <div ref={box} className={look} onScroll={measure}>{children}</div>
      <p className={lookOfFoot}><span key={position}>{position}</span></p>
    </>
  );
}

// "Deleted by you, today at 13:48", "Deleted by you, Nov 19".
export function whenDeleted(how, at, now = new Date()) {
  const time = new Date(at);
  if (time.toDateString() !== now.toDateString()) return `${how}, ${shortDay(at, now)}`;
  const clock = time.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${how}, today at ${clock}`;
}

export function Deleted({ how, at, ...rest }) {
  const words = whenDeleted(how, at);
  const exact = new Date(at).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
  return <p {...rest} title={exact}><span key={words}>{words}</span></p>;
}

// Sent again by a second click, it has the same key: it is done once.
export function RestoreButton({ contactId, onRestore, children, ...rest }) {
  const key = useRef("");
  const restore = () => onRestore(contactId, (key.current ||= newKey()));
  return <ConnectedButton {...rest} onClick={restore}>{children}</ConnectedButton>;
}

export function RestoreAllButton({ onRestore, isBusy, children, ...rest }) {
  const state = isBusy ? { "aria-disabled": true } : { onClick: () => onRestore(newKey()) };
  return <ConnectedButton {...rest} {...state}>{children}</ConnectedButton>;
}

export const AskButton = ({ row, children, ...rest }) => (
  <button {...rest} type="button" onClick={() => asked.set(row ?? EVERYTHING)}>{children}</button>
);

const count = (number) => `${number.toLocaleString("en-US")} ${number === 1 ? "contact" : "contacts"}`;
const digits = (text) => text.replace(/[ ,.'\u00a0\u202f]/g, "");

// The question before contacts are deleted for good. `doneKey` names the one that is settled.
export function TrashQuestion({ rows, total, asOf, isBusy, doneKey, failure, onDelete, onEmpty, children, ...rest }) {
  const question = asked.use();
  const key = useRef("");
  const [typed, type] = useState("");
  const [isTried, setTried] = useState(false);
  useEffect(() => {
    key.current = newKey();
    type("");
    setTried(false);
  }, [question]);
  useEffect(() => {
    if (doneKey && doneKey === key.current) asked.set(null);
  }, [doneKey]);
  const isAll = question === EVERYTHING;
  const mustType = isAll && total > TYPED_ABOVE;
  const isReady = !mustType || digits(typed) === `${total}`;
  const confirm = () => {
    if (!isReady || isBusy) return;
    setTried(true);
    if (isAll) onEmpty(asOf, typed, key.current);
    else onDelete(question.id, key.current);
  };
  const shared = { named: isAll ? rows.slice(0, NAMED) : [question], number: isAll ? total : 1, isAll, mustType, isReady, isBusy, typed, type, confirm, hasFailed: isTried && Boolean(failure) };
  return (
    <Question.Provider value={shared}>
      <Dialog {...rest} isOpen={Boolean(question)} onDismiss={() => asked.set(null)}>{question && children}</Dialog>
    </Question.Provider>
  );
}

const Name = ({ name }) => <bdi key={name} translate="no">{name}</bdi>;

export function QuestionTitle() {
  const { isAll, number, named } = useContext(Question);
  if (isAll) return <span key={number}>{`Delete ${count(number)} for good?`}</span>;
  return <span key={named[0].name}>Delete <Name name={named[0].name} /> for good?</span>;
}

// "Rafael Montclar-Ruiz, Amelie Roussel, Leonie Stein-Falk and 11 more, with their notes and history."
export function QuestionText() {
  const { isAll, number, named } = useContext(Question);
  if (!isAll) return <span>With the notes and the history. This cannot be undone.</span>;
  const more = number - named.length;
  const words = named.flatMap(({ id, name }, place) => {
    const isLast = place === named.length - 1 && !more;
    return [<span key={`${id} before`}>{place === 0 ? "" : isLast ? " and " : ", "}</span>, <Name key={id} name={name} />];
  });
  const end = `${more ? ` and ${more.toLocaleString("en-US")} more` : ""}, with ${number === 1 ? "the" : "their"} notes and history. This cannot be undone.`;
  return <span key={number}>{words}<span>{end}</span></span>;
}

export function WhileAsked({ condition, children }) {
  return useContext(Question)[condition] ? children : null;
}

export function TypedNumber({ look, lookOfLabel, ...rest }) {
  const { number, typed, type, confirm } = useContext(Question);
  const pressed = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    confirm();
  };
  return (
    <label className={lookOfLabel}>
      <span key={number}>{`Type ${number.toLocaleString("en-US")} to confirm`}</span>
      <input {...rest} className={look} type="text" inputMode="numeric" autoComplete="off" value={typed} onChange={({ target }) => type(target.value)} onKeyDown={pressed} />
    </label>
  );
}

export function ConfirmButton(props) {
  const { isReady, isBusy, confirm } = useContext(Question);
  const words = isBusy ? "Deleting..." : "Delete for good";
  const state = isReady && !isBusy ? { onClick: confirm } : { "aria-disabled": true };
  return <ConnectedButton {...props} {...state}><span key={words}>{words}</span></ConnectedButton>;
}
