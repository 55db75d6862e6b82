import { act, fireEvent, render, screen } from "@testing-library/react";
import { memo, Profiler } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { load } from "./page.jsx";

let ours;
let drawn; // ids of rows, each time one is drawn
let onGap;
let scroll;
const [ADA, GRACE, MARY] = ["Ada", "Grace", "Mary"].map((name) => ({ id: name.toLowerCase(), name }));
const copy = (rows) => structuredClone(rows);
const names = () => screen.getAllByRole("listitem").map((row) => row.querySelector("button").textContent);
const address = () => window.location.search;

const Row = memo(({ row, isOpen }) => {
  drawn.push(row.id);
  return (
    <li data-contact-id={row.id} aria-current={isOpen}>
      <span>{`about ${row.name}`}</span>
      <ours.OpenButton contactId={row.id}>{row.name}</ours.OpenButton>
      <a href={`#${row.id}`}>{`mail ${row.name}`}</a>
    </li>
  );
});

const list = (contacts, changes = [], sequence = 0) => (
  <ours.Rows contacts={contacts} sequence={sequence} changes={changes} onGap={onGap}>
    <ours.ContactRows atOnce={16}><Row /></ours.ContactRows>
    <ours.StepButton by={-1}>Previous</ours.StepButton>
    <ours.StepButton by={1}>Next</ours.StepButton>
  </ours.Rows>
);
const put = (sequence, place, row) => ({ sequence, removed: [], put: [{ place, row }] });
const take = (sequence, id) => ({ sequence, removed: [id], put: [] });

beforeEach(async () => {
  ours = await load("rows.jsx", "address.js");
  drawn = [];
  onGap = vi.fn();
  Element.prototype.scrollIntoView = scroll = vi.fn(); // jsdom has none
});

test("a row that has not changed stays the same object", () => {
  const last = [ADA, GRACE];
  const next = ours.keepIdentity(copy([MARY, GRACE, { ...ADA, name: "Ada King" }]), last);
  expect(next).toEqual([MARY, GRACE, { id: "ada", name: "Ada King" }]);
  expect(next[1]).toBe(GRACE);
  expect(next[2]).not.toBe(ADA);
});

test("a row whose marks have changed is another", () => {
  const last = [{ ...ADA, marks: { name: [0, 2] } }, { ...GRACE, marks: { name: [0, 1] } }];
  const next = ours.keepIdentity([{ ...ADA, marks: { name: [0, 2] } }, { ...GRACE, marks: {} }], last);
  expect(next[0]).toBe(last[0]);
  expect(next[1].marks).toEqual({});
});

test("a change takes contacts out, then puts each at its place", () => {
  const change = { removed: ["grace"], put: [{ place: 0, row: MARY }, { place: 1, row: { ...ADA, name: "Bea" } }] };
  expect(ours.apply([ADA, GRACE], change)).toEqual([MARY, { id: "ada", name: "Bea" }]);
});

test("the first rows are drawn at once, the others in the next frame; what is there stays", async () => {
  const many = Array.from({ length: 20 }, (_, number) => ({ id: `${number}`, name: `Person ${number}` }));
  const seen = [];
  const note = () => seen.push(document.querySelectorAll("li").length);
  const shown = (rows) => <Profiler id="list" onRender={note}>{list(rows)}</Profiler>;
  const { rerender } = render(shown(many));
  expect(seen).toEqual([16, 20]);
  rerender(shown([{ id: "new", name: "New" }, ...many.slice(0, 19), { ...many[19], name: "Changed" }]));
  expect(new Set(seen.slice(2))).toEqual(new Set([21]));
  expect(names().at(-1)).toBe("Changed");
});

test("changes are applied in their order", () => {
  const { rerender } = render(list([ADA, GRACE]));
  expect(names()).toEqual(["Ada", "Grace"]);
  const contacts = [ADA, GRACE];
  rerender(list(contacts, [], 4));
  rerender(list(contacts, [put(5, 0, MARY), take(6, "ada")], 4));
  expect(names()).toEqual(["Mary", "Grace"]);
  expect(onGap).not.toHaveBeenCalled();
});

test("a change that the rows have already is not applied again", () => {
  const contacts = [ADA];
  const { rerender } = render(list(contacts, [put(1, 0, MARY)]));
  rerender(list(contacts, [put(1, 0, MARY), take(2, "mary")]));
  rerender(list(contacts, [put(1, 0, MARY), take(2, "mary"), put(3, 1, GRACE)]));
  expect(names()).toEqual(["Ada", "Grace"]);
});

test("a whole list has the changes up to its number", () => {
  const { rerender } = render(list([ADA]));
  rerender(list([ADA, GRACE], [take(7, "grace"), put(8, 0, MARY)], 7));
  expect(names()).toEqual(["Mary", "Ada", "Grace"]);
  expect(onGap).not.toHaveBeenCalled();
});

test("a missing change is noticed", () => {
  const contacts = [ADA, GRACE];
  const { rerender } = render(list(contacts, [], 1));
  rerender(list(contacts, [take(3, "ada")], 1));
  expect(onGap).toHaveBeenCalledOnce();
});

test("only rows that have changed are drawn again", () => {
  const { rerender } = render(list([ADA, GRACE]));
  drawn = [];
  rerender(list(copy([ADA, GRACE, MARY])));
  expect(drawn).toEqual(["mary"]);
  drawn = [];
  rerender(list(copy([{ ...ADA, name: "Ada King" }, GRACE, MARY])));
  expect(drawn).toEqual(["ada"]);
});

test("pointing anywhere in a row opens it, and marks it", () => {
  render(list([ADA, GRACE]));
  fireEvent.click(screen.getByText("about Grace"));
  expect(address()).toBe("?contact=grace");
  expect(screen.getAllByRole("listitem").map((row) => row.getAttribute("aria-current"))).toEqual(["false", "true"]);
});

test("its name opens a row, and a link in it does what it says", () => {
  render(list([ADA, GRACE]));
  fireEvent.click(screen.getByText("mail Ada"));
  expect(address()).toBe("");
  fireEvent.click(screen.getByText("Ada"));
  expect(address()).toBe("?contact=ada");
});

test("the row of the contact that is edited is marked, too", () => {
  render(list([ADA, GRACE]));
  act(() => ours.show({ edit: "ada" }, "edit"));
  expect(screen.getAllByRole("listitem")[0].getAttribute("aria-current")).toBe("true");
});

const isDisabled = (button) => button.getAttribute("aria-disabled") === "true";

test("the buttons step through the rows, to their ends", () => {
  render(list([ADA, GRACE]));
  const [previous, next] = ["Previous", "Next"].map((name) => screen.getByText(name));
  expect([isDisabled(previous), isDisabled(next)]).toEqual([true, true]); // nothing is open
  fireEvent.click(screen.getByText("Ada"));
  expect([isDisabled(previous), isDisabled(next)]).toEqual([true, false]);
  fireEvent.click(next);
  expect(address()).toBe("?contact=grace");
  expect([isDisabled(previous), isDisabled(next)]).toEqual([false, true]);
  fireEvent.click(previous);
  expect(address()).toBe("?contact=ada");
});

test("a button keeps the focus at the end of the list, where it does nothing", () => {
  render(list([ADA, GRACE]));
  fireEvent.click(screen.getByText("Ada"));
  const next = screen.getByText("Next");
  act(() => next.focus());
  fireEvent.click(next);
  fireEvent.click(next);
  expect(address()).toBe("?contact=grace");
  expect(document.activeElement).toBe(next);
  expect(next.disabled).toBe(false); // browsers take the focus from a disabled button
});

test("a step scrolls to the row, no further than it must", () => {
  render(list([ADA, GRACE]));
  fireEvent.click(screen.getByText("Ada"));
  fireEvent.click(screen.getByText("Next"));
  const [row] = scroll.mock.contexts;
  expect(row.dataset.contactId).toBe("grace");
  expect(scroll).toHaveBeenCalledExactlyOnceWith({ block: "nearest" });
});

test("there is no step from a contact that is not in the list", () => {
  ours.show({ contact: "other" });
  render(list([ADA, GRACE]));
  expect(isDisabled(screen.getByText("Next"))).toBe(true);
});

const Details = ({ contact }) => <p>{`About ${contact.name} ${contact.version ?? ""}`}</p>;
const opened = (contacts, props) => (
  <ours.Rows contacts={contacts} sequence={0} changes={[]} onGap={onGap}>
    <ours.OpenedContact opened={null} missingId="" {...props}><Details /><p>Missing</p></ours.OpenedContact>
  </ours.Rows>
);
const shownText = () => document.querySelector("p")?.textContent ?? "";

test("the opened contact is shown as the list has it until it is read", () => {
  ours.show({ contact: "ada" });
  const { rerender } = render(opened([ADA, GRACE], { opened: GRACE }));
  expect(shownText()).toBe("About Ada ");
  rerender(opened([GRACE], { opened: { ...ADA, name: "Ada King" } }));
  expect(shownText()).toBe("About Ada King ");
});

test.each([[1, 2], [2, 1]])("of version %i in the list and version %i that was read the newer one is shown", (listed, read) => {
  ours.show({ contact: "ada" });
  render(opened([{ ...ADA, version: listed }], { opened: { ...ADA, version: read } }));
  expect(shownText()).toBe("About Ada 2");
});

test("a contact that is not known is not shown, and one that is missing is said to be", () => {
  ours.show({ contact: "other" });
  const { rerender } = render(opened([ADA], { missingId: "ada" }));
  expect(shownText()).toBe("");
  rerender(opened([ADA], { missingId: "other" }));
  expect(shownText()).toBe("Missing");
});

test("React leaves alone what the server has drawn", () => {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = '<ul data-served="rows" inert=""><li>Ada</li></ul>';
  render(<ours.Served as="ul" name="rows" />, { container, hydrate: true });
  expect(container.textContent).toBe("Ada");
});

test("a step leads to a row that is not drawn", () => {
  render(list([ADA, GRACE]));
  fireEvent.click(screen.getByText("Ada"));
  document.querySelector("[data-contact-id=grace]").removeAttribute("data-contact-id"); // as if it were not there
  fireEvent.click(screen.getByText("Next"));
  expect(address()).toBe("?contact=grace");
  expect(scroll).not.toHaveBeenCalled();
});
