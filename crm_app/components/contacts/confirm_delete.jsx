// The question before a contact is deleted. The page asks it itself; the server judges by the id and
// the version of the contact that the question named.

import { createContext, useContext, useEffect } from "react";
import { close, getAddress } from "$/browser/address.js";
import { Dialog } from "$/browser/dialog.jsx";
import { newKey, readDraft, writeDraft } from "$/browser/drafts.js";
import { useKnown } from "$/browser/rows.jsx";
import { createStore } from "$/browser/store.js";
import { useRecord, useSending } from "$/browser/sending.js";

const Question = createContext(null);
const asked = createStore(null); // the contact, as its row was

// `doneKey` names the deletion that is over, `failedKey` the one that failed last.
export function ConfirmDelete({ ack, failedKey, doneKey, opened, onDelete, children, ...rest }) {
  const question = asked.use();
  const contact = useKnown(question?.id, opened) ?? question; // as it is now; where that is not known, as it was
  const record = useRecord(() => ({ key: "", contactId: "", isPending: false }));
  const { latest, update } = record;

  const attempt = () => {
    const { contactId, version, key, name } = latest.current;
    const isReady = sending.begin("delete_contact");
    const { wasSent } = latest.current;
    writeDraft("deletion", { contactId, version, key, name, wasSent, isPending: true });
    if (isReady) onDelete(contactId, key, version);
  };
  const remove = () => {
    if (sending.isAwaited()) return;
    const isTriedAgain = latest.current.contactId === contact.id && latest.current.version === contact.version;
    if (!isTriedAgain) update({ contactId: contact.id, version: contact.version, name: contact.name, key: newKey(), wasSent: false });
    attempt();
  };
  const settled = () => {
    writeDraft("deletion", null);
    const { key, contactId, version, name } = latest.current;
    if (failedKey === key && !asked.get()) asked.set({ id: contactId, version, name }); // it was sent before a reload
    if (doneKey !== key) return;
    if (asked.get()?.id === contactId) asked.set(null);
    if (getAddress().contact === contactId) close("contact");
  };
  const sending = useSending({ record, ack, send: attempt, onSettled: settled });
  const dismiss = () => {
    asked.set(null);
    if (latest.current.contactId !== contact?.id) return; // another one's goes on waiting
    sending.withdraw();
    writeDraft("deletion", null);
  };

  // A pending deletion may be from before the page was loaded.
  useEffect(() => {
    const draft = readDraft("deletion");
    if (draft) update(draft);
  }, []);

  const isAbout = contact && latest.current.contactId === contact.id;
  const shared = {
    contact,
    remove,
    isPending: Boolean(isAbout && sending.isPending),
    isWaiting: Boolean(isAbout && sending.isWaiting),
    hasFailed: Boolean(isAbout && failedKey && failedKey === latest.current.key),
  };
  return (
    <Question.Provider value={shared}>
      <Dialog {...rest} isOpen={Boolean(contact)} onDismiss={dismiss}>{contact && children}</Dialog>
    </Question.Provider>
  );
}

export const AskButton = ({ contact, children, ...rest }) => (
  <button {...rest} type="button" onClick={() => asked.set(contact)}>{children}</button>
);

export function AskedName() {
  const { contact } = useContext(Question);
  return <span key={contact.name}>Delete <bdi key={contact.name} translate="no">{contact.name}</bdi>?</span>;
}

export function WhileAsked({ condition, children }) {
  return useContext(Question)[condition] ? children : null;
}

export function DeleteButton(props) {
  const { isPending, remove } = useContext(Question);
  return (
    <button {...props} type="button" disabled={isPending} onClick={remove}>
      <span key={isPending}>{isPending ? "Deleting..." : "Delete"}</span>
    </button>
  );
}
