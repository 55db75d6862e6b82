import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, stubReload, wait } from "./page.jsx";

let ours;
let handlers;
let sent; // what the form was sent with
let reload;
let tab; // the channel to the other tabs
let statuses; // of the next requests; 0 is no connection
const LINK = "a".repeat(30);

class Channel extends EventTarget {
  postMessage = vi.fn();

  constructor(name) {
    super();
    this.name = name;
    tab = this;
  }
}

async function answer() {
  const status = statuses.shift() ?? 204;
  if (!status) throw new TypeError("no connection");
  return { status };
}

async function arrive(path = "/") {
  history.replaceState(null, "", path);
  ours = await load("session.jsx");
}

const session = (props) => <ours.Session isLoaded accepted="" left="" {...handlers} {...props} />;
const form = (props) => (
  <ours.AccountForm onSend={(data) => (sent = data)} aria-label="Sign in" {...props}>
    <input name="email" aria-label="Email" />
    <button type="submit">Sign in</button>
  </ours.AccountForm>
);

// `As` is what the form is in.
async function signIn(As = "div") {
  const page = (accepted) => <>{session({ accepted })}<As open>{form()}</As></>;
  const view = render(page(""));
  submit("ada@example.com");
  await act(async () => view.rerender(page(sent.attempt)));
  return view;
}

function submit(email) {
  fireEvent.input(screen.getByLabelText("Email"), { target: { value: email } });
  return fireEvent.submit(screen.getByRole("form"));
}

beforeEach(async () => {
  handlers = { onTooLate: vi.fn(), onReset: vi.fn(), onPasswordChanged: vi.fn(), onLeft: vi.fn() };
  [sent, statuses] = [null, []];
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("fetch", vi.fn(answer));
  reload = stubReload();
  await arrive();
});

test("a form goes out with a ticket that nobody can guess", () => {
  render(form());
  expect(submit("ada@example.com")).toBe(false); // the browser does not send it itself
  const first = sent;
  submit("ada@example.com");
  expect(first.email).toBe("ada@example.com");
  expect(first.link).toBe("");
  expect(first.ticket).toMatch(/^[\w-]{43}$/); // 32 bytes as base64url
  expect(first.attempt).toMatch(/^[\w-]{12}$/);
  expect(sent.ticket).not.toBe(first.ticket);
  expect(sent.attempt).not.toBe(first.attempt);
});

test("the ticket of the accepted form is traded, and the page starts over", async () => {
  await signIn();
  expect(fetch).toHaveBeenCalledExactlyOnceWith("http://server.example/session", {
    method: "POST",
    body: sent.ticket,
    credentials: "include",
    headers: { "X-CRM": "1" },
  });
  expect(reload).toHaveBeenCalledOnce();
  expect(tab.postMessage).toHaveBeenCalledExactlyOnceWith("signed in");
  expect(handlers.onTooLate).not.toHaveBeenCalled();
});

test("a ticket is traded once", async () => {
  const view = await signIn();
  view.unmount();
  render(session({ accepted: sent.attempt }));
  await wait(10);
  expect(fetch).toHaveBeenCalledOnce();
});

test("a form of another tab has no ticket here", async () => {
  render(session({ accepted: "unknown" }));
  await wait(10);
  expect(fetch).not.toHaveBeenCalled();
  expect(reload).not.toHaveBeenCalled();
});

test.each([0, 429, 500, 503])("a trade that ends with %i is tried again", async (status) => {
  statuses = [status, status];
  await signIn();
  await wait(1.9);
  expect(fetch).toHaveBeenCalledTimes(1);
  await wait(2);
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(reload).not.toHaveBeenCalled();
  await wait(2);
  expect(fetch.mock.calls.map(([, { body }]) => body)).toEqual([sent.ticket, sent.ticket, sent.ticket]);
  expect(reload).toHaveBeenCalledOnce();
});

test("a ticket that has expired is too late", async () => {
  statuses = [0, 401];
  await signIn();
  await wait(2);
  expect(handlers.onTooLate).toHaveBeenCalledOnce();
  expect(reload).not.toHaveBeenCalled();
  expect(tab.postMessage).not.toHaveBeenCalled();
});

test("a guest's drafts are kept for the account, an account's are not", async () => {
  [window.crmAccount, window.crmIsGuest] = ["guest-1", true];
  await signIn();
  expect(sessionStorage.getItem("crm-guest-before")).toBe("guest-1");
  tab.dispatchEvent(new MessageEvent("message", { data: "signed out" }));
  expect(sessionStorage.getItem("crm-guest-before")).toBeNull();
});

test.each([
  [204, "signed out"],
  [0, "signed out"],
  [204, "account deleted"],
])("leaving gives the cookie up, and says so once afterwards (%i, %s)", async (status, left) => {
  statuses = [status];
  const { rerender, unmount } = render(session());
  await act(async () => rerender(session({ left })));
  expect(fetch.mock.calls[0][1].method).toBe("DELETE");
  expect(tab.postMessage).toHaveBeenCalledExactlyOnceWith(left);
  expect(reload).toHaveBeenCalledOnce();
  unmount();
  await arrive();
  const next = render(session({ isLoaded: false }));
  expect(handlers.onLeft).not.toHaveBeenCalled();
  next.rerender(session());
  next.rerender(session({ isLoaded: false }));
  next.rerender(session());
  expect(handlers.onLeft).toHaveBeenCalledExactlyOnceWith(left);
});

test.each(["this", "another"])("signing out in %s tab closes the account view", async (where) => {
  history.replaceState(null, "", "/?q=a&account=tokens");
  await arrive("/?q=a&account=tokens");
  const { rerender } = render(session());
  if (where === "this") await act(async () => rerender(session({ left: "signed out" })));
  else tab.dispatchEvent(new MessageEvent("message", { data: "signed out" }));
  expect(window.location.search).toBe("?q=a");
});

test("whoever is signed in after all is not told that they left", () => {
  sessionStorage.setItem("crm-left", "signed out");
  [window.crmAccount, window.crmIsGuest] = ["ada", false];
  render(session());
  expect(handlers.onLeft).not.toHaveBeenCalled();
});

test("a changed password is confirmed after the page has started over", async () => {
  const view = await signIn("dialog");
  view.unmount();
  await arrive();
  render(session());
  expect(handlers.onPasswordChanged).toHaveBeenCalledOnce();
});

test("news of another tab starts this one over", () => {
  sessionStorage.setItem("crm-account", "ada");
  tab.dispatchEvent(new MessageEvent("message", { data: "signed out" }));
  expect(tab.name).toBe("crm-session");
  expect(sessionStorage.getItem("crm-account")).toBeNull();
  expect(reload).toHaveBeenCalledOnce();
});

test("the secret of a link leaves the address and goes out with the form", async () => {
  await arrive(`/?q=a#reset=${LINK}`);
  expect(window.location.hash).toBe("");
  const { rerender } = render(session({ isLoaded: false }));
  expect(handlers.onReset).not.toHaveBeenCalled(); // nothing hears it yet
  rerender(session());
  expect(handlers.onReset).toHaveBeenCalledOnce();
  render(form());
  submit("ada@example.com");
  expect(sent.link).toBe(LINK);
});

test("a link that is opened in this tab is taken, too, once", () => {
  render(session());
  for (const hash of [`#reset=${LINK}`, "#other"]) {
    history.replaceState(null, "", `/${hash}`);
    act(() => void window.dispatchEvent(new Event("hashchange")));
  }
  expect(handlers.onReset).toHaveBeenCalledOnce();
  expect(window.location.hash).toBe("#other");
});

test("a text that is far too long is not sent, and says so until it changes", () => {
  render(form());
  submit("a".repeat(1001));
  expect(sent).toBeNull();
  expect(screen.getByLabelText("Email").validationMessage).toBe("This is too long to be sent: 1001 characters.");
  submit("a".repeat(1000));
  expect(sent.email).toHaveLength(1000);
});

test("the first input takes the focus where it may", () => {
  const { unmount } = render(form());
  expect(document.activeElement).toBe(document.body);
  unmount();
  render(form({ takesFocus: true }));
  expect(document.activeElement).toBe(screen.getByLabelText("Email"));
});

test.each([
  ["the button, to be pressed again", "false", "Sign in"],
  ["the field that was refused", "true", "Email"],
])("after a refusal the focus is on %s", (_, isInvalid, focused) => {
  const refused = (isBusy) => (
    <ours.AccountForm isBusy={isBusy} onSend={() => {}}>
      <input name="email" aria-label="Email" aria-invalid={isInvalid} />
      <button type="submit" aria-label="Sign in" disabled={isBusy}>Sign in</button>
    </ours.AccountForm>
  );
  const { rerender } = render(refused(false));
  fireEvent.submit(screen.getByLabelText("Email"));
  rerender(refused(true));
  rerender(refused(false));
  expect(document.activeElement).toBe(screen.getByLabelText(focused));
});

test("a refusal takes the focus from no other field", () => {
  const page = (isBusy) => <><input aria-label="Search" />{form({ isBusy })}</>;
  const { rerender } = render(page(false));
  submit("ada@example.com");
  rerender(page(true));
  screen.getByLabelText("Search").focus();
  rerender(page(false));
  expect(document.activeElement).toBe(screen.getByLabelText("Search"));
});
