// The history of the opened contact. The server sends it in pages; they are put together here. It is
// read again when the contact has changed, after the contact itself.

import { useEffect, useRef, useState } from "react";
import { useAddress } from "$/browser/address.js";
import { useConnection } from "$/browser/connection.jsx";
import { Countdown } from "$/browser/countdown.jsx";
import { SteadyButton } from "$/browser/focus.jsx";
import { fullDay } from "$/browser/moments.jsx";
import { useKnown } from "$/browser/rows.jsx";

const HEADING = "history-heading";

// What is known after a page: one with `start` continues what ends there.
export function follow(known, { contactId, start, before, entries }) {
  if (!start) return { contactId, before, entries };
  const continues = known?.contactId === contactId && known.before === start;
  return continues ? { contactId, before, entries: [...known.entries, ...entries] } : known;
}

function useEntries(page) {
  const [known, setKnown] = useState({ page: null, all: null });
  if (known.page !== page.entries) setKnown({ page: page.entries, all: follow(known.all, page) });
  return known.all;
}

// `opened` is the contact that the server has read last.
export function History({ opened, contactId, start, before, entries, failedId, failure, failureId, retryAfter, restoring, onLoad, onRestore, look, children: icons }) {
  const id = useAddress().contact;
  const contact = useKnown(id, opened);
  const { load } = useConnection();
  const all = useEntries({ contactId, start, before, entries });
  const known = all?.contactId === id ? all : null;
  const hasFailed = failedId === id && failure;
  const asked = useRef("");
  const [older, setOlder] = useState(null); // where those begin that are asked for

  const read = () => onLoad(id, 0, known ? known.entries.length : 0);
  const state = `${load} ${id} ${contact?.version}`;
  useEffect(() => {
    if (!load || opened?.id !== id || asked.current === state) return;
    asked.current = state;
    read();
  }, [state, opened]);
  useEffect(() => setOlder(null), [entries, failureId, load]);
  const showOlder = () => {
    setOlder(known.before);
    onLoad(id, known.before, 0);
  };

  return (
    <section className={look.section} aria-labelledby={HEADING} data-testid="history">
      <h3 id={HEADING} tabIndex={-1} className={look.heading}>History</h3>
      {known && byDay(known.entries).map(({ day, entries }) => (
        <div key={day}>
          <h4 className={look.day}>{day}</h4>
          <ol>
            {entries.map((entry) => (
              <Entry key={entry.last} {...{ entry, contact, look, icons }} isRestoring={restoring === entry.last} onRestore={() => onRestore(id, entry.first, entry.last)} />
            ))}
          </ol>
        </div>
      ))}
      {hasFailed && (
        <div role="status" className={look.failure}>
          <p><Countdown message={failure} messageId={failureId} retryAfter={retryAfter} /></p>
          <SteadyButton next={HEADING} className={look.link} onClick={read} data-testid="history-retry">Try again</SteadyButton>
        </div>
      )}
      {known?.before > 0 && (
        <SteadyButton next={HEADING} className={look.older} disabled={older !== null} onClick={showOlder} data-testid="history-older">
          <span key={older}>{older === null ? "Show older" : "Loading..."}</span>
        </SteadyButton>
      )}
    </section>
  );
}

// Entries in groups of one day each.
export function byDay(entries, now = new Date()) {
  const days = [];
  for (const entry of entries) {
    const day = dayOf(entry.at, now);
    if (days.at(-1)?.day !== day) days.push({ day, entries: [] });
    days.at(-1).entries.push(entry);
  }
  return days;
}

// "Today", "Yesterday", "Nov 23, 2026".
export function dayOf(iso, now = new Date()) {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  const day = fullDay(iso);
  if (day === fullDay(now)) return "Today";
  return day === fullDay(yesterday) ? "Yesterday" : day;
}

function Entry({ entry, contact, isRestoring, look, icons: [pencil, key, plus, trash, back, arrow], onRestore }) {
  const { action, via, changes } = entry;
  const icon = via.startsWith(TOKEN) ? key : { created: plus, deleted: trash, restored: back }[action] ?? (via === "restore" ? back : pencil);
  const isThere = changes.every(({ field, old }) => contact && field in contact && contact[field] === (old ?? ""));
  const time = new Date(entry.at);
  return (
    <li className={look.entry} data-testid="history-entry">
      <span className={look.line} aria-hidden="true" />
      <span className={look.icon}>{icon}</span>
      <div className={look.text}>
        <p className={look.sentence}><Who entry={entry} look={look} /> {phrasesOf(entry, look)}</p>
        {changes.filter((each) => !isList(each)).map((change) => (
          <Values key={change.field} {...{ change, look, arrow }} isNamed={changes.length > 1} />
        ))}
        <p className={look.time}>
          <time dateTime={entry.at} title={time.toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" })}>{clock(time)}</time>
          {!isThere && (
            <>
              {" · "}
              <RestoreButton className={look.link} isRestoring={isRestoring} onClick={onRestore} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}

// Its entry has nothing to restore any more once it was clicked: the focus goes to the heading.
function RestoreButton({ isRestoring, onClick, ...rest }) {
  const { isLost } = useConnection();
  const state = isLost ? { title: "Reconnecting...", "aria-disabled": true } : { onClick };
  return (
    <SteadyButton {...rest} {...state} next={HEADING} disabled={isRestoring} data-testid="restore-revision">
      <span key={isRestoring}>{isRestoring ? "Restoring..." : "Restore this"}</span>
    </SteadyButton>
  );
}

const TOKEN = "token ";
const clock = (time) => time.toLocaleTimeString("en-US", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function Who({ entry: { is_own: isOwn, via }, look }) {
  if (via.startsWith(TOKEN)) return <>Token <strong className={look.strong} translate="no">{via.slice(TOKEN.length)}</strong></>;
  return isOwn ? "You" : "Another member";
}

const isList = ({ old, new: now }) => Array.isArray(old) || Array.isArray(now);

// What was done, as the rest of a sentence.
function phrasesOf({ action, via, changes }, look) {
  if (action !== "updated") return `${action} this contact`;
  const texts = changes.filter((each) => !isList(each)).map(({ field }) => field);
  const verb = via === "restore" ? "restored" : "changed";
  const phrases = texts.length ? [<span key="texts">{verb} {names(texts, look)}</span>] : [];
  for (const change of changes.filter(isList)) {
    const [old, now] = [change.old ?? [], change.new ?? []];
    const noun = change.field.replace(/s$/, "");
    const [added, removed] = [now.filter((each) => !old.includes(each)), old.filter((each) => !now.includes(each))];
    if (added.length) phrases.push(<span key={`${noun} added`}>added the {noun}{added.length > 1 && "s"} {names(added, look)}</span>);
    if (removed.length) phrases.push(<span key={`${noun} removed`}>removed the {noun}{removed.length > 1 && "s"} {names(removed, look)}</span>);
  }
  return listed(phrases);
}

const names = (texts, look) => listed(texts.map((each) => <strong key={each} className={look.strong} translate="no">{each}</strong>));

// "one", "one and two", "one, two and three".
const listed = (parts) => parts.flatMap((part, place) => (place === 0 ? [part] : [place === parts.length - 1 ? " and " : ", ", part]));

// Old and new value of a field; of text to which some was added, that.
function Values({ change: { field, old, new: now }, look, arrow, isNamed }) {
  const name = isNamed && <span className={look.name}>{field}</span>;
  const added = old && now?.startsWith(old) && /\n|\s/.test(now.slice(old.length)) && now.slice(old.length).trim();
  if (added && field === "notes") {
    return <p className={look.added} title={added}>{name}Added <ins className={look.quoted}>“<bdi translate="no">{added}</bdi>”</ins></p>;
  }
  return (
    <p className={look.values}>
      {name}
      <del className={look.old}><Value text={old} /></del>
      <span className={look.arrow}>{arrow}<ins className={look.new}><Value text={now} /></ins></span>
    </p>
  );
}

const Value = ({ text }) => (text ? <bdi translate="no" title={text}>{text}</bdi> : "empty");
