// The contact form with the outcomes of a server that the test plays.

import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { vi } from "vitest";
import { load, pageWith } from "./page.jsx";

export const EMPTY = { name: "", email: "", notes: "" };
export const ADA = { name: "Ada", email: "ada@example.com", notes: "Countess" };

export const field = (name) => screen.getByRole("textbox", { name, hidden: true });
export const submitButton = () => screen.getByTestId("submit");
export const texts = () => Object.fromEntries(Object.keys(EMPTY).map((name) => [name, field(name).value]));

// Type at the end of the fields, the last of which keeps the focus.
export function type(values) {
  for (const [name, text] of Object.entries(values)) {
    act(() => field(name).focus());
    fireEvent.change(field(name), { target: { value: field(name).value + text } });
  }
}

export function replace(name, value) {
  fireEvent.change(field(name), { target: { value } });
}

export function submit(values = {}) {
  type(values);
  act(() => submitButton().focus());
  fireEvent.click(submitButton());
}

// As browsers do it: by the button, unless it is disabled.
export function enter(name) {
  act(() => field(name).focus());
  fireEvent.click(submitButton());
}

export const press = (text) => fireEvent.click(screen.getByText(text));

export async function formPage(path = "/") {
  const on = { onCreate: vi.fn(), onUpdate: vi.fn(), onEdit: vi.fn(), onCancel: vi.fn(), onAdd: vi.fn() };
  const answers = { savedKey: "", refusedKey: "", ack: "", missing: "", conflict: "" };
  let props = { contactId: "", formKey: "add", version: 0, values: EMPTY, ...answers };
  let errors = {};
  let [ours, page] = [];
  let words = 0;
  const word = () => `word ${(words += 1)}`;

  const inputs = () =>
    Object.keys(EMPTY).map((name) => (
      <div key={name}>
        <ours.ContactInput as={name === "notes" ? "textarea" : "input"} name={name} aria-label={name} aria-invalid={String(name in errors)} />
        <ours.WhileUnchanged name={name}>{errors[name]}</ours.WhileUnchanged>
        <ours.OtherValue name={name} label={name} />
      </div>
    ));
  const form = () => (
    <>
      <input aria-label="Search" />
      <button type="button">Elsewhere</button>
      <ours.AddButton onAdd={on.onAdd} text="Brantd">Add Brantd</ours.AddButton>
      <ours.AddButton onAdd={on.onAdd} text="b@example.com">Add email</ours.AddButton>
      <ours.ContactForm {...props} {...on}>
        <section>
          <ours.FormText adding="Add contact" editing="Edit contact" />
          <ours.UnsavedChanges />
          <ours.FormElement id="form">
            {inputs()}
            <ours.SubmitButton data-testid="submit">
              <ours.FormText adding="Create" editing="Update" addingPending="Creating" editingPending="Updating" />
            </ours.SubmitButton>
          </ours.FormElement>
          <ours.Counter name="notes" most={100} data-testid="counter" />
          <ours.WhileForm condition="isSettled">Outcome</ours.WhileForm>
          <ours.WhileForm condition="isFresh"><p>Success</p></ours.WhileForm>
          <ours.WhileForm condition="isWaiting">It waits</ours.WhileForm>
          <ours.WhileForm condition="isUnsent">Not sent yet</ours.WhileForm>
          <ours.WhileForm condition="isAsking">
            <ours.FormButton does="keepEditing" autoFocus>Keep editing</ours.FormButton>
            <ours.FormButton does="discard">Discard changes</ours.FormButton>
          </ours.WhileForm>
          <ours.CloseButton>Close</ours.CloseButton>
          <ours.WhileForm condition="isEditing"><ours.FormButton does="discard">Discard</ours.FormButton></ours.WhileForm>
          <ours.WhileForm condition="canTakeBack"><ours.FormButton does="takeBack">Take back</ours.FormButton></ours.WhileForm>
        </section>
      </ours.ContactForm>
    </>
  );
  const fresh = () => load("connection.jsx", "contact_form.jsx", "address.js", "column.jsx", "drafts.js", "focus.jsx");
  const sent = () => [...on.onCreate.mock.calls, ...on.onUpdate.mock.calls].map(([data]) => data);
  const lastKey = () => sent().at(-1).idempotency_key;

  // The server changes what it says.
  const serve = (changes) => {
    props = { ...props, ...changes };
    page.draw(form());
  };
  const open = (contactId, version, values) => serve({ contactId, version, values, formKey: word() });
  const startOver = { contactId: "", version: 0, values: EMPTY };

  // Load the page again; the server forgets its messages.
  const reload = async () => {
    page?.leave();
    [errors, props] = [{}, { ...props, ...startOver, ...answers, formKey: "add" }];
    ours = await fresh();
    page = pageWith(ours);
    page.draw(form());
  };

  cleanup();
  history.replaceState(null, "", path);
  await reload();
  return {
    ...{ on, sent, lastKey, serve, open, reload, startOver },
    connect: () => page.connect(),
    lose: () => page.lose(),
    ours: () => ours,
    save: () => serve({ ...startOver, formKey: word(), savedKey: lastKey(), ack: `${lastKey()} ${word()}` }),
    refuse: (found = {}, conflict = "") => {
      errors = found;
      serve({ refusedKey: lastKey(), ack: `${lastKey()} ${word()}`, conflict: conflict && JSON.stringify(conflict) });
    },
    fail: () => serve({ ack: `* ${word()}` }), // an error that says nothing of the form
    draft: (name = "new") => ours.readDraft(name),
    typeEarly: async (name, text) => {
      page.leave();
      ours = await fresh();
      page = pageWith(ours);
      page.hydrate(form(), () => (field(name).value = text));
    },
  };
}
