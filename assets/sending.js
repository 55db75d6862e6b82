// Pending forms: sent and not acknowledged. `form.crm` has the idempotency key and the load of the
// page in which the form was sent: in another load it is sent again.

import { expectAck, hasLoaded, isConnectionLost, pauseBefore, readyLoad, watchAcks } from "./connection.js";
import { reportWhenPainted } from "./reports.js";

const SENT = "form[data-ack]";
const forms = () => [...document.querySelectorAll(SENT)].filter((form) => form.crm);

// Return whether the form can go out now. If not it waits here: Reflex would queue it and send it
// once more.
export function isSentNow(form) {
  const load = readyLoad();
  const { crm } = form;
  const { action } = form.dataset;
  if (!crm.isPending) Object.assign(crm, { action, startedAt: performance.now(), attempts: 0 });
  Object.assign(crm, { isPending: true, isUnsent: false, seen: form.dataset.ack, sentIn: load });
  crm.wasSent ||= load !== "";
  if (load) expectAck();
  showPending(form);
  return load !== "";
}

// Return whether the form was sent on this connection and is not acknowledged.
export const isAwaited = ({ crm }) => crm.isPending && Boolean(crm.sentIn) && crm.sentIn === readyLoad();

export function withdraw(form) {
  const { crm } = form;
  crm.isUnsent ||= crm.isPending && !crm.wasSent;
  crm.isPending = false;
  showPending(form);
}

// An acknowledgement is the key of the form, or * for all forms sent on this connection, and a unique
// word: the same key can be refused twice.
export function settle(crm, ack) {
  const isForIt = ack.startsWith(crm.key) || (ack[0] === "*" && crm.sentIn && crm.sentIn === readyLoad());
  if (!crm.isPending || ack === crm.seen || !isForIt) return false;
  crm.isPending = false;
  if (crm.startedAt) reportWhenPainted(crm.action, crm.startedAt);
  return true;
}

export function followSending() {
  for (const form of forms()) {
    const { crm } = form;
    if (settle(crm, form.dataset.ack)) form.dispatchEvent(new Event("crm-settled", { bubbles: true }));
    showPending(form);
    if (crm.isPending && readyLoad() && crm.sentIn !== readyLoad()) sendAgain(form);
  }
}

function sendAgain(form) {
  const { crm } = form;
  crm.sentIn = readyLoad();
  crm.seen = form.dataset.ack; // which was not for it
  crm.attempts = (crm.attempts ?? 0) + 1;
  const pause = pauseBefore(crm.attempts - 1);
  expectAck(pause);
  setTimeout(() => {
    const isWanted = form.isConnected && form.crm === crm && crm.isPending;
    if (isWanted && crm.sentIn === readyLoad()) form.requestSubmit();
  }, pause);
}

// React draws the same while the server works; here the server may be unreachable.
function showPending(form) {
  if (!hasLoaded()) return; // React takes over only a page that is as it was built
  const { isUnsent, wasSent } = form.crm;
  const isPending = Boolean(form.crm.isPending);
  const show = (attribute, isShown) => {
    for (const element of form.querySelectorAll(`[${attribute}]`)) element.hidden = !isShown;
  };
  show("data-says-lost", isPending && isConnectionLost());
  show("data-says-unsent", isUnsent && !isPending);
  // What was sent may be done: it can be withdrawn only while the server is unreachable.
  show("data-withdraws", isPending && (!wasSent || isConnectionLost()));
  if (isPending || form.crm.isShown) showButton(form, isPending);
}

// The label is not compared with what stands on the button: that may be a translation.
function showButton(form, isPending) {
  const button = form.querySelector("[data-pending-label]");
  const { label, pendingLabel } = button.dataset;
  if (form.crm.isShown !== isPending) button.textContent = isPending ? pendingLabel : label;
  if (button.disabled !== isPending) button.disabled = isPending;
  form.crm.isShown = isPending;
}

watchAcks(() => forms().some((form) => form.crm.isPending));
