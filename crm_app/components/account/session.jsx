// Sessions in the browser: it makes the ticket of a form that signs in, trades it for a cookie, and
// notifies the other tabs. Scripts never see the cookie.

import { useEffect, useRef } from "react";
import { show } from "$/browser/address.js";
import { forgetWhoWasHere, recall, remember } from "$/browser/drafts.js";
import { sayTooLong } from "$/browser/limits.js";
import { backend } from "$/browser/reports.js";

const RETRY_MS = 2000;
const MAX_LENGTH = 1000; // characters of a field
const tickets = new Map();
const inBrowser = typeof window !== "undefined";
const tabs = inBrowser && "BroadcastChannel" in window ? new BroadcastChannel("crm-session") : null;

// 32 random bytes as the server wants them: base64url without padding.
function randomToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// A one-time link carries its secret behind the #, which browsers send to nobody.
let link = "";
let mustOpenReset = false;

function takeLink() {
  const found = window.location.hash.match(/^#reset=([\w-]{20,100})$/)?.[1];
  if (!found) return;
  link = found;
  mustOpenReset = true;
  history.replaceState(history.state, "", window.location.pathname);
}

async function changeSession(method, body) {
  try {
    const options = { method, body, credentials: "include", headers: { "X-CRM": "1" } };
    return (await fetch(`${backend()}/session`, options)).status;
  } catch {
    return 0; // no connection
  }
}

async function trade(attempt, onTooLate) {
  const ticket = tickets.get(attempt);
  tickets.delete(attempt);
  if (!ticket) return; // another tab's, or from before a reload
  let status = 0;
  while (status === 0 || status === 429 || status >= 500) {
    status = await changeSession("POST", ticket);
    if (status !== 204 && status !== 401) await new Promise((go) => setTimeout(go, RETRY_MS));
  }
  if (status === 401) onTooLate();
  else announce("signed in");
}

async function leave(news) {
  await changeSession("DELETE");
  announce(news);
}

function announce(news) {
  if (news !== "signed in") remember("crm-left", news);
  else if (document.querySelector("dialog[open]")) remember("crm-password-changed", "yes");
  tabs?.postMessage(news);
  startOver(news);
}

function startOver(news) {
  forgetWhoWasHere(news === "signed in");
  if (news !== "signed in") show({ account: "" });
  window.location.reload();
}

if (inBrowser) {
  takeLink();
  tabs?.addEventListener("message", ({ data: news }) => startOver(news));
}

// `accepted` names the form whose ticket can be traded; `left` asks to give the cookie up, and says
// why: "signed out" or "account deleted".
export function Session({ accepted, left, isLoaded, onTooLate, onReset, onPasswordChanged, onLeft }) {
  // Nothing hears the events before; afterwards, loading does not show the contacts instead.
  useEffect(() => {
    const openReset = () => {
      if (mustOpenReset) onReset();
      mustOpenReset = false;
    };
    // In a tab that is open already, such a link changes no more than what stands behind the #.
    const follow = () => {
      takeLink();
      if (isLoaded) openReset();
    };
    window.addEventListener("hashchange", follow);
    if (isLoaded) openReset();
    if (isLoaded && recall("crm-password-changed")) onPasswordChanged();
    const news = isLoaded && (window.crmIsGuest || !window.crmAccount) && recall("crm-left");
    if (news) onLeft(news);
    return () => window.removeEventListener("hashchange", follow);
  }, [isLoaded]);
  useEffect(() => void (accepted && trade(accepted, onTooLate)), [accepted]);
  useEffect(() => void (left && leave(left)), [left]);
  return null;
}

// A form about an account: with a ticket, which becomes a cookie if the server accepts the form.
export function AccountForm({ isBusy, takesFocus, onSend, children, ...rest }) {
  const form = useRef(null);
  const wasSent = useRef(false);
  useEffect(() => void (takesFocus && form.current.querySelector("input:not([hidden])")?.focus()), []);
  // It was refused: the button that sent it can be pressed again.
  useEffect(() => {
    if (!wasSent.current || isBusy) return;
    wasSent.current = false;
    const button = form.current.querySelector("[type=submit]");
    const isFree = [document.body, button].includes(document.activeElement);
    if (isFree) (form.current.querySelector('[aria-invalid="true"]') ?? button).focus();
  }, [isBusy]);
  const send = (event) => {
    event.preventDefault();
    if (sayTooLong(form.current, ({ value }) => value.length > MAX_LENGTH)) return;
    const attempt = randomToken().slice(0, 12);
    const ticket = randomToken();
    wasSent.current = true;
    tickets.set(attempt, ticket);
    onSend({ ...Object.fromEntries(new FormData(form.current)), ticket, attempt, link });
  };
  return (
    <form {...rest} ref={form} onSubmit={send} onInput={({ target }) => target.setCustomValidity("")} noValidate data-account-form="">
      {children}
    </form>
  );
}
