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
  const { isPending, wasSent } = form.crm;
  // What was sent may be done: it is taken back only when nobody is there to say so.
  const isAwaited = wasSent && !isConnectionLost();
  const button = form.querySelector("[data-pending-label]");
  const { pendingLabel } = button.dataset;
  const show = (attribute, isShown) => {
    for (const element of form.querySelectorAll(`[${attribute}]`)) element.hidden = !isShown;
  };
  show("data-says-lost", isPending && isConnectionLost());
  show("data-says-unsent", form.crm.isUnsent && !isPending);
  show("data-withdraws", isPending && !isAwaited);
  if (isPending && button.textContent !== pendingLabel) {
    form.crm.label = button.textContent;
    button.textContent = pendingLabel;
  }
  if (isPending) setDisabled(form, button, isAwaited);
  else if (form.crm.label) showAnswered(form, button);
}

function showAnswered(form, button) {
  if (button.textContent === button.dataset.pendingLabel) button.textContent = form.crm.label;
  form.crm.label = "";
  setDisabled(form, button, false, false);
}

function setDisabled(form, button, isReadOnly, isDisabled = true) {
  if (button.disabled !== isDisabled) button.disabled = isDisabled;
  for (const input of form.querySelectorAll("input:not([type=hidden]), textarea")) {
    if (input.readOnly !== isReadOnly) input.readOnly = isReadOnly;
  }
}

watchAnswers(() => forms().some((form) => form.crm.isPending));
