// The contact form: what is typed is React's state and a draft in the tab's storage until the server
// has saved it. It is sent until it is acknowledged; nobody's letters are lost while it is.

import { createContext, useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { close, getAddress, show, useAddress, useTravel } from "$/browser/address.js";
import { closeAfterSuccess, firstField, offerTo, openSheet, stayOpenIf } from "$/browser/column.jsx";
import { getConnection, useConnection } from "$/browser/connection.jsx";
import { dropSavedDraft, newKey, readDraft, writeDraft } from "$/browser/drafts.js";
import { isTyping, returnFocus } from "$/browser/focus.jsx";
import { sayTooLong } from "$/browser/limits.js";
import { useRecord, useSending } from "$/browser/sending.js";

const LIKE_EMAIL = /^\S+@\S+$/;
const Form = createContext(null);
const isEqual = (one, other) => Object.keys(one).every((name) => one[name] === other?.[name]);
const isBlank = (values) => Object.values(values).every((value) => !value);
const draftName = ({ contactId }) => contactId || "new";
const isTypedOn = ({ sent, fields }) => Boolean(sent) && !isEqual(fields, sent);
const hasChanges = ({ contactId, fields, base }) => Boolean(contactId && base) && !isEqual(fields, base);
const isPristine = ({ fields, opened, base }) => isEqual(fields, opened) && isEqual(fields, base);

// Another text is another form: a key that was sent before must not stand for it.
const another = () => ({ key: newKey(), wasSent: false });

function keepDraft(form) {
  const { key, version, base, others, wasSent, isPending, fields } = form;
  const draft = { key, version, base, others, wasSent, isPending, fields };
  // After a reload, what was typed since is a form of its own, which was not sent.
  if (isPending && isTypedOn(form)) Object.assign(draft, another(), { isPending: false });
  writeDraft(draftName(form), isPristine(form) && !isPending ? null : draft);
}

// The form as the server fills it.
const filled = ({ contactId, version, values }) => ({
  ...{ contactId, version: `${version}`, opened: values, base: values, fields: values, others: {}, key: "" },
  ...{ sent: null, isPending: false, isUnsent: false, wasSent: false, isReopening: false },
});

const blank = (values) => Object.fromEntries(Object.keys(values).map((name) => [name, ""]));
const empty = (values) => filled({ contactId: "", version: 0, values: blank(values) });

// The form as the server fills it, with the draft of it. A new one that is not empty has the text of a
// deleted contact, which replaces a draft. Former values of the contact count as sent: they were refused.
function opened(props) {
  const { contactId, values, restored } = props;
  const draft = contactId || isBlank(values) ? readDraft(contactId || "new") : null;
  const kept = draft && { base: undefined, ...draft, fields: { ...values, ...draft.fields } };
  const form = { ...filled(props), key: newKey(), ...kept };
  if (!restored) return form;
  const fields = { ...form.fields, ...JSON.parse(restored) };
  return { ...form, ...another(), fields, sent: fields };
}

// What was typed since a new contact was sent is the next one, from its name on.
function nextContact({ fields, sent, sentFrom }, values) {
  const typed = {};
  for (const [name, value] of Object.entries(fields)) {
    typed[name] = value.startsWith(sent[name]) ? value.slice(sent[name].length) : value;
  }
  const name = sentFrom === "name" ? typed.name : typed[sentFrom] + typed.name;
  const next = { ...typed, [sentFrom]: "", name };
  return { ...empty(values), key: newKey(), fields: next };
}

// What was typed since an edit was sent is another edit of the contact, which the server has closed and
// is asked to open again.
function nextEdit(form) {
  const rest = { version: `${Number(form.version) + 1}`, base: form.sent, others: {} };
  return { ...form, ...another(), ...rest, isPending: false, sent: null, isReopening: true };
}

function reopened({ fields, base }, props) {
  const values = { ...props.values };
  for (const name of Object.keys(values)) if (fields[name] !== base[name]) values[name] = fields[name];
  return { ...filled(props), key: newKey(), fields: values };
}

// After a conflict the form continues from the stored version. Under a field that both changed stands
// the other value, to be swapped with the one in it.
function builtOn(form, { version, values, collisions, kept }) {
  const sent = { ...(form.sent ?? form.fields) };
  const fields = { ...form.fields };
  const collided = [...collisions];
  for (const name of kept) {
    if (fields[name] === sent[name]) fields[name] = sent[name] = values[name];
    else collided.push(name);
  }
  const others = Object.fromEntries(collided.map((name) => [name, values[name]]));
  return { version, base: values, fields, others, sent: form.sent && sent };
}

export function ContactForm(props) {
  const { contactId, formKey, savedKey, refusedKey, ack, missing, conflict, restored, values, children, ...rest } = props;
  const record = useRecord(() => empty(values)); // as the page was built
  const { value: form, latest, update } = record;
  const element = useRef(null);
  const isFocused = useFocusWithin(element);
  const { hasLoaded, load } = useConnection();
  const address = useAddress();
  const [isAsking, setAsking] = useState(false); // whether to discard what was changed
  const askedIn = useRef(null);

  const keep = () => keepDraft(latest.current);
  const takeBack = () => {
    sending.withdraw();
    keep();
  };
  // Another text must not go out under the key of the one that was sent.
  const takeBackTypedOn = () => {
    if (!latest.current.isPending || !isTypedOn(latest.current)) return false;
    update(another());
    takeBack();
    return true;
  };
  const submit = () => {
    if (!sending.isAwaited()) attempt();
  };
  const attempt = () => {
    if (sayTooLong(element.current) || takeBackTypedOn()) return;
    const { fields, contactId } = latest.current;
    const sentFrom = Object.keys(fields).find((name) => inputOf(name) === document.activeElement) ?? "name";
    update({ sent: fields, sentFrom });
    const isReady = sending.begin(contactId ? "update_contact" : "create_contact");
    keep();
    if (isReady) send();
  };
  const send = () => {
    const { fields, key, contactId, version, base } = latest.current;
    const data = { ...fields, idempotency_key: key };
    if (!contactId) rest.onCreate(data);
    else rest.onUpdate({ ...data, contact_id: contactId, version, base: JSON.stringify(base ?? null) });
  };
  const settled = () => {
    if (formKey !== latest.current.formKey) return; // it was saved, another form follows
    if (isTypedOn(latest.current) && refusedKey !== latest.current.key) update(another());
    keep();
    openSheet(latest.current.contactId);
  };
  const sending = useSending({ record, ack, send: attempt, onSettled: settled, onReconnect: takeBackTypedOn });

  const inputOf = (name) => element.current?.elements[name];
  const type = (name, text) => {
    update({ fields: { ...latest.current.fields, [name]: text }, oldAck: ack });
    if (!sending.isAwaited()) {
      if (latest.current.wasSent) update(another());
      sending.withdraw();
    }
    keep();
  };
  // A text from elsewhere is the email or the name of a new contact that has none yet.
  const takeOver = (text) => {
    const name = LIKE_EMAIL.test(text) ? "email" : "name";
    const draft = latest.current.contactId ? readDraft("new") : latest.current;
    if (draft?.isPending || draft?.fields[name]) return;
    if (!latest.current.contactId) type(name, text);
    else writeDraft("new", { ...another(), others: {}, fields: { ...blank(values), ...draft?.fields, [name]: text } });
  };
  const swap = (name) => {
    const { fields, others } = latest.current;
    update({ others: { ...others, [name]: fields[name] } });
    type(name, others[name]);
  };
  const keepEditing = () => {
    setAsking(false);
    askedIn.current.focus();
  };
  // Return whether the edit stays open: there is something to ask, or what was asked is to be closed.
  const mustStay = () => {
    if (isAsking) keepEditing();
    else if (form.isPending || !hasChanges(form)) return false;
    else {
      askedIn.current = document.activeElement;
      setAsking(true);
    }
    return true;
  };
  const discard = () => {
    sending.withdraw();
    writeDraft(draftName(latest.current), null);
    if (!latest.current.contactId) close("add");
    else if (!close("edit")) rest.onCancel();
  };

  // While a connection has not loaded the data, the server may have forgotten what is open.
  useLayoutEffect(() => {
    const last = latest.current;
    if (last.formKey === formKey || (last.key && !load)) return;
    if (savedKey) dropSavedDraft(savedKey);
    const wasSaved = Boolean(last.key) && savedKey === last.key;
    const next = adopt(last, wasSaved, props);
    if (next.contactId && !wasSaved && !last.isReopening) next.oldAck = ack;
    if (!last.key) Object.assign(next, { fields: { ...next.fields, ...typedEarly(element.current, next.fields) } });
    update({ ...next, formKey });
    if (last.key || !isPristine(next)) keep();
    if (last.key) follow(last, wasSaved);
  }, [formKey, load]);

  // What the form is about has changed: so do the address, the focus, and on phones the sheet.
  const follow = (last, wasSaved) => {
    const { contactId, isReopening } = latest.current;
    if (isReopening) return rest.onEdit(contactId);
    if (contactId) show({ edit: contactId, add: "" }, getAddress().edit ? "" : "edit");
    else if (last.contactId) close("edit");
    if (wasSaved && !contactId) closeAfterSuccess(() => isPristine(latest.current));
    moveFocus(last);
  };
  // The focus stays in a field outside the form, and where somebody types on.
  const moveFocus = (last) => {
    const { contactId } = latest.current;
    const active = document.activeElement;
    const isInForm = element.current.parentElement.contains(active);
    if ((isTyping(active) && !isInForm) || active?.closest("[role=alertdialog]")) return;
    if (isInForm && contactId && last.contactId === contactId) return;
    if (contactId) firstField(element.current.parentElement).focus();
    else if (!isFocused.current) return;
    else if (last.contactId) returnFocus();
    else inputOf("name").focus();
  };

  useLayoutEffect(() => {
    const form = latest.current;
    if (!form.key || refusedKey !== form.key) return; // nothing is stored under it, the next try is another
    const stored = conflict && JSON.parse(conflict);
    const isTyping = isTypedOn(form);
    update({ ...another(), ...(stored && builtOn(form, stored)) });
    keep();
    if (isTyping) return;
    const first = stored ? inputOf(Object.keys(latest.current.others)[0]) : null;
    (first ?? element.current.querySelector('[aria-invalid="true"]'))?.focus();
  }, [refusedKey, ack]);

  // What was typed for a contact that is missing can become a new one.
  useEffect(() => {
    const id = missing.split(" ")[0];
    if (id && getAddress().edit === id) close("edit");
    if (latest.current.isReopening && latest.current.contactId === id) update(opened(props));
    const draft = id && !latest.current.contactId && !readDraft("new") ? readDraft(id) : null;
    if (!draft) return;
    writeDraft(id, null);
    writeDraft("new", { key: newKey(), others: {}, fields: draft.fields });
    update(opened({ contactId: "", version: 0, values: blank(values) }));
  }, [missing, form.formKey]);

  // Nobody would know of a text in a sheet that is closed. The contact may have been saved and closed
  // while more was typed, just before the page was loaded.
  useEffect(() => {
    if (!hasLoaded) return;
    const { edit } = getAddress();
    if (edit && !latest.current.contactId && readDraft(edit)) rest.onEdit(edit);
    if (!isPristine(latest.current)) openSheet(latest.current.contactId);
    else if (!latest.current.contactId) close("add");
  }, [hasLoaded]);

  useTravel(({ edit }) => {
    const { contactId, isPending } = latest.current;
    if (edit && edit !== contactId) rest.onEdit(edit);
    else if (!edit && contactId && !isPending) rest.onCancel();
  });

  useEffect(() => stayOpenIf(mustStay));
  useEffect(() => offerTo(takeOver));
  useEffect(() => setAsking(false), [address.edit, formKey, form.isPending]);

  const isEditing = Boolean(form.contactId);
  const canTakeBack = sending.canWithdraw && !isEditing;
  const isSettled = !sending.isWaiting && !sending.isUnsent; // else the outcome of the last form is outdated
  const isFresh = isSettled && form.oldAck !== ack; // success is not said of what was typed or opened since
  const isOpening = Boolean(address.edit) && !isEditing && !hasLoaded; // what is typed would be for another form
  const shared = { ...sending, isOpening, form, element, type, swap, submit, takeBack, discard, keepEditing, isEditing, isAsking, isNotAsking: !isAsking, canTakeBack, isSettled, isFresh };
  return <Form.Provider value={shared}>{children}</Form.Provider>;
}

// What was typed before React took over the page, into fields that are empty otherwise. Where an edit
// was open the browser may have put back that one's text.
function typedEarly(element, fields) {
  const names = getAddress().edit ? [] : Object.keys(fields).filter((name) => !fields[name]);
  const typed = names.map((name) => [name, element?.elements[name]?.value]);
  return Object.fromEntries(typed.filter(([, value]) => value));
}

function adopt(last, wasSaved, props) {
  if (last.isReopening && props.contactId === last.contactId) return reopened(last, props);
  if (last.isReopening && !props.contactId) return last;
  if (wasSaved && isTypedOn(last)) return last.contactId ? nextEdit(last) : nextContact(last, props.values);
  const isOpenStill = props.contactId && last.contactId === props.contactId && last.version === `${props.version}`;
  return isOpenStill && !wasSaved ? last : opened(props);
}

// Whether the focus was last in the form: a button that is disabled loses it.
function useFocusWithin(form) {
  const isFocused = useRef(false);
  useEffect(() => {
    const follow = ({ target }) => void (isFocused.current = Boolean(form.current?.parentElement.contains(target)));
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, []);
  return isFocused;
}

export function FormElement({ children, ...rest }) {
  const { element, submit, isOpening } = useContext(Form);
  const send = (event) => {
    event.preventDefault();
    submit();
  };
  const sendOnKey = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit();
  return (
    <form {...rest} ref={element} onSubmit={send} onKeyDown={sendOnKey} inert={isOpening} autoComplete="off" noValidate>
      {children}
    </form>
  );
}

// An input of the form; the message about a text that was refused goes when the text changes.
export function ContactInput({ as: Input = "input", name, ...rest }) {
  const { form, type } = useContext(Form);
  const isInvalid = rest["aria-invalid"] === "true" && !isChanged(form, name);
  return (
    <Input
      {...rest}
      name={name}
      value={form.fields[name]}
      aria-invalid={String(isInvalid)}
      onChange={({ target }) => {
        target.setCustomValidity("");
        type(name, target.value);
      }}
    />
  );
}

const isChanged = ({ sent, fields }, name) => Boolean(sent) && sent[name] !== fields[name];

export function WhileUnchanged({ name, children }) {
  const { form } = useContext(Form);
  return isChanged(form, name) ? null : children;
}

// The other value of a field in conflict, or what the field was before it was edited.
export function OtherValue({ name, label, lookOfButton, lookOfNote, lookOfOld, children }) {
  const { form, swap } = useContext(Form);
  const other = form.others[name];
  const old = form.contactId && form.base?.[name] !== form.fields[name] ? form.base?.[name] : "";
  if (other === undefined) {
    return old ? <p className={lookOfOld}>Was <bdi translate="no">{old}</bdi></p> : null;
  }
  const whose = other === form.base[name] ? "Saved: " : "Yours: ";
  return (
    <div className={lookOfNote} data-other={name}>
      <p className="min-w-0 grow basis-28 py-0.5 wrap-anywhere">
        <span key={whose} className="font-medium">{whose}</span>
        <bdi key={other} className="whitespace-pre-line" translate="no">{other || "(empty)"}</bdi>
      </p>
      <button type="button" className={lookOfButton} aria-label={`Use this for ${label}`} onClick={() => swap(name)}>
        Use this
      </button>
    </div>
  );
}

// One text or another, by what is going on with the form.
export function FormText({ adding, editing, addingPending = adding, editingPending = editing, ...rest }) {
  const { isEditing, isPending } = useContext(Form);
  const texts = isPending ? [addingPending, editingPending] : [adding, editing];
  const text = texts[Number(isEditing)];
  return <span {...rest} key={text}>{text}</span>;
}

// Its children are shown while something is so: `isWaiting`, `isUnsent`, `isSettled`, `isFresh`,
// `canTakeBack`, `isEditing`, `isAsking`, `isNotAsking`.
export function WhileForm({ condition, children }) {
  return useContext(Form)[condition] ? children : null;
}

export function SubmitButton({ children, ...rest }) {
  return <button {...rest} type="submit" disabled={useContext(Form).isPending}>{children}</button>;
}

export function FormButton({ does, children, ...rest }) {
  const form = useContext(Form);
  return <button {...rest} type="button" onClick={() => form[does]()}>{children}</button>;
}

export function UnsavedChanges(props) {
  const { form } = useContext(Form);
  return hasChanges(form) ? <span {...props}>Unsaved changes</span> : null;
}

export function Counter({ name, most, ...rest }) {
  const { form } = useContext(Form);
  return <span {...rest}>{`${[...form.fields[name]].length} / ${most}`}</span>;
}
