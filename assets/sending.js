// Forms whose answer is awaited. `form.crm` has the key the server does them once by, whether they
// are pending, and in which load of the page they were sent: in another, they are sent again.

import { expectAnswer, hasLoaded, isConnectionLost, pauseBefore, readyLoad, watchAnswers } from "./connection.js";
import { reportWhenPainted } from "./reports.js";

const SENT = "form[data-answer]";
const forms = () => [...document.querySelectorAll(SENT)].filter((form) => form.crm);

// Return whether the form can go out now. If not it waits here: Reflex would queue it and send it
// once more.
export function isSentNow(form) {
  const load = readyLoad();
  const { crm } = form;
  const { action } = form.dataset;
  if (!crm.isPending) Object.assign(crm, { action, startedAt: performance.now(), attempts: 0 });
  Object.assign(crm, { isPending: true, isUnsent: false, seen: form.dataset.answer, sentIn: load });
  crm.wasSent ||= load !== "";
  if (load) expectAnswer();
  showPending(form);
  return load !== "";
}

// Return whether this connection owes the form an answer.
export const isAwaited = ({ crm }) => crm.isPending && Boolean(crm.sentIn) && crm.sentIn === readyLoad();

export function withdraw(form) {
  const { crm } = form;
  crm.isUnsent ||= crm.isPending && !crm.wasSent;
  crm.isPending = false;
  showPending(form);
}

// An answer is the key it is for, or * for whatever was sent on this connection, and a word of its
// own: the same key can be refused twice.
export function settle(crm, answer) {
  const isForIt = answer.startsWith(crm.key) || (answer[0] === "*" && crm.sentIn && crm.sentIn === readyLoad());
  if (!crm.isPending || answer === crm.seen || !isForIt) return false;
  crm.isPending = false;
  if (crm.startedAt) reportWhenPainted(crm.action, crm.startedAt);
  return true;
}

export function followSending() {
  for (const form of forms()) {
    const { crm } = form;
    if (settle(crm, form.dataset.answer)) form.dispatchEvent(new Event("crm-answered", { bubbles: true }));
    showPending(form);
    if (crm.isPending && readyLoad() && crm.sentIn !== readyLoad()) sendAgain(form);
  }
}

function sendAgain(form) {
  const { crm } = form;
  crm.sentIn = readyLoad();
  crm.seen = form.dataset.answer; // which was not for it
  crm.attempts = (crm.attempts ?? 0) + 1;
  const pause = pauseBefore(crm.attempts - 1);
  expectAnswer(pause);
  setTimeout(() => {
    const isWanted = form.isConnected && form.crm === crm && crm.isPending;
    if (isWanted && crm.sentIn === readyLoad()) form.requestSubmit();
  }, pause);
}

// React draws the same while the server works; here nobody may be there to tell it.
function showPending(form) {
  if (!hasLoaded()) return; // React takes over only a page that is as it was built
  const { isUnsent, wasSent } = form.crm;
  const isPending = Boolean(form.crm.isPending);
  const show = (attribute, isShown) => {
    for (const element of form.querySelectorAll(`[${attribute}]`)) element.hidden = !isShown;
  };
  show("data-says-lost", isPending && isConnectionLost());
  show("data-says-unsent", isUnsent && !isPending);
  // What was sent may be done: it is taken back only when nobody is there to say so.
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

watchAnswers(() => forms().some((form) => form.crm.isPending));
