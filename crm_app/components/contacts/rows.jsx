// The rows of the list: the last whole list the server sent, and the changes since. A row is drawn
// again only when its contact has changed.

import { cloneElement, createContext, startTransition, useContext, useEffect, useRef, useState } from "react";
import { useAddress } from "$/browser/address.js";
import { open } from "$/browser/column.jsx";
import { openedBy } from "$/browser/focus.jsx";

const Shown = createContext([]);
export const useShown = () => useContext(Shown);

// The newest version of a contact that is known: the list or the opened contact may be behind.
export function useKnown(id, opened) {
  const known = [...useShown(), opened].filter((row) => row && row.id === id);
  return known.sort((one, other) => other.version - one.version)[0];
}

const isEqual = (one, other) => one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
const isSame = (one, other) => Object.keys(one).every((name) => isEqual(one[name], other[name]));

// A row that has not changed stays the same object, wherever it is now.
export function keepIdentity(rows, last) {
  const known = new Map(last.map((row) => [row.id, row]));
  return rows.map((row) => (known.has(row.id) && isSame(row, known.get(row.id)) ? known.get(row.id) : row));
}

// A change takes contacts out, then puts each of `put` at its place, the first place first.
export function apply(rows, { removed, put }) {
  const taken = new Set([...removed, ...put.map(({ row }) => row.id)]);
  const next = rows.filter(({ id }) => !taken.has(id));
  for (const { place, row } of put) next.splice(place, 0, row);
  return next;
}

const NOTHING = { contacts: null, base: 0, sequence: 0, rows: [], hasGap: false };

// `base` is the number of the last change that a whole list has.
export function follow(known, { contacts, sequence, changes }) {
  let next = known;
  if (contacts !== known.contacts || sequence !== known.base) {
    next = { contacts, base: sequence, sequence, rows: keepIdentity(contacts, known.rows), hasGap: false };
  }
  for (const change of changes) {
    if (change.sequence <= next.sequence) continue;
    const hasGap = next.hasGap || change.sequence > next.sequence + 1;
    next = { ...next, rows: keepIdentity(apply(next.rows, change), next.rows), sequence: change.sequence, hasGap };
  }
  return next;
}

// Gives its children the rows. `onGap` is called when a change is missing: it asks for all of them.
export function Rows({ onGap, children, ...sent }) {
  const [known, setKnown] = useState(NOTHING);
  const next = follow(known, sent);
  if (next !== known) setKnown(next);
  useEffect(() => void (next.hasGap && onGap()), [next.hasGap]);
  return <Shown.Provider value={next.rows}>{children}</Shown.Provider>;
}

export const view = (id) => open({ contact: id }, "contact");

// The rows that are drawn now: so many of the first, and those that are drawn already. The others
// follow in the next frame, where there are any.
function useDrawn(atOnce) {
  const rows = useShown();
  const drawn = useRef(new Set());
  const [whole, setWhole] = useState(null);
  const now = rows === whole ? rows : rows.filter(({ id }, place) => place < atOnce || drawn.current.has(id));
  useEffect(() => {
    drawn.current = new Set(now.map(({ id }) => id));
    if (now.length < rows.length) startTransition(() => setWhole(rows));
  }, [rows, whole]);
  return now;
}

// Its child is the row of no contact, which is drawn for each. Pointing anywhere in a row opens it.
export function ContactRows({ atOnce, children, ...rest }) {
  const rows = useDrawn(atOnce);
  const { edit, contact } = useAddress();
  const openRow = ({ target }) => {
    const control = target.closest("a, button");
    const id = target.closest("[data-contact-id]")?.dataset.contactId;
    openedBy(control ?? target.closest("li")?.querySelector("button"));
    if (!control && id) view(id);
  };
  return (
    <ul {...rest} onClickCapture={openRow}>
      {rows.map((row) => cloneElement(children, { key: row.id, row, isOpen: row.id === (edit || contact) }))}
    </ul>
  );
}

export const OpenButton = ({ contactId, children, ...rest }) => (
  <button {...rest} type="button" onClick={() => view(contactId)}>{children}</button>
);

// The contact that the address names. Its first child is the view of no contact, the second is shown for one
// that is missing.
export function OpenedContact({ opened, missingId, children: [details, missing] }) {
  const id = useAddress().contact;
  const contact = useKnown(id, opened);
  if (id && id === missingId) return missing;
  return contact ? cloneElement(details, { key: id, contact }) : null;
}

// Opens the contact so many places below the opened one.
export function StepButton({ by, children, ...rest }) {
  const rows = useShown();
  const { contact } = useAddress();
  const next = contact && rows[rows.findIndex(({ id }) => id === contact) + by];
  const isThere = next && rows.some(({ id }) => id === contact);
  const step = () => {
    view(next.id);
    document.querySelector(`[data-contact-id="${next.id}"]`)?.scrollIntoView({ block: "nearest" }); // a late row follows
  };
  // At an end of the list it keeps the focus: it is not `disabled`.
  const state = isThere ? { onClick: step } : { "aria-disabled": true };
  return <button {...rest} {...state} type="button">{children}</button>;
}

const TONES = [0, 1, 2, 3];
const ABSENT = { company: "", phone: "", phone_link: "", notes: "" };
const PHONES = [{}, { phone: "~phone~" }, { phone: "~phone~", phone_link: "tel:~phone_link~" }];
const ALWAYS = { id: "~id~", version: 0, name: "~name~", email: "~email~", initials: "~initials~", created_at: "", updated_at: "", marks: {} };

// The row in each of its forms, with the names of what the server fills in.
function rowForms() {
  const forms = [];
  for (const tone of TONES)
    for (const company of ["", "~company~"])
      for (const phone of PHONES)
        for (const notes of ["", "~notes~"]) forms.push({ ...ALWAYS, ...ABSENT, ...phone, tone, company, notes });
  return forms;
}

const nameOf = (row) => [row.tone, ...Object.keys(ABSENT).filter((name) => row[name])].join(" ");

// They are in the HTML that the build makes, which takes them out of it again. Its child is the row of no
// contact.
export function RowTemplates({ children }) {
  if (!import.meta.env.SSR) return null;
  return (
    <row-templates>
      {rowForms().map((row) => (
        <template key={nameOf(row)} data-form={nameOf(row)}>{cloneElement(children, { row })}</template>
      ))}
    </row-templates>
  );
}

// A place that the server fills in the HTML it serves; React leaves alone what it finds there.
export const Served = ({ as: Element = "div", name, ...rest }) => (
  <Element {...rest} data-served={name} inert suppressHydrationWarning dangerouslySetInnerHTML={{ __html: "" }} />
);
