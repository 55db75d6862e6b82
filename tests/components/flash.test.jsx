import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load } from "./page.jsx";

let ours;
let animate;
const panel = (contact) => (
  <ours.FlashChanges contact={contact} data-testid="panel">
    <h3 data-field="name">{contact.name}</h3>
    {contact.phone && <p data-field="phone">{contact.phone}</p>}
  </ours.FlashChanges>
);
const flashed = () => animate.mock.contexts.map(({ dataset }) => dataset.field);

beforeEach(async () => {
  ours = await load("flash.jsx");
  Element.prototype.animate = animate = vi.fn(); // jsdom has none
  window.matchMedia = () => ({ matches: false });
});

test("values flash when they change, and only those", () => {
  const { rerender } = render(panel({ name: "Ada", phone: "" }));
  expect(flashed()).toEqual([]);
  rerender(panel({ name: "Ada", phone: "1" }));
  rerender(panel({ name: "Ada King", phone: "1" }));
  rerender(panel({ name: "Ada King", phone: "" }));
  expect(flashed()).toEqual(["phone", "name"]);
  expect(screen.getByTestId("panel").textContent).toBe("Ada King");
});

test("nothing flashes for those who asked for less motion", () => {
  window.matchMedia = () => ({ matches: true });
  const { rerender } = render(panel({ name: "Ada", phone: "" }));
  rerender(panel({ name: "Ada King", phone: "" }));
  expect(flashed()).toEqual([]);
});
