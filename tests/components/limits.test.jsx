import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { load } from "./page.jsx";

let limits;
const draw = (name, notes) =>
  render(
    <form aria-label="form">
      <input type="hidden" defaultValue={"h".repeat(20_000)} />
      <input aria-label="Name" defaultValue={name} />
      <textarea aria-label="Notes" defaultValue={notes} />
    </form>,
  );
const say = (...isTooLong) => limits.sayTooLong(screen.getByRole("form"), ...isTooLong);

beforeEach(async () => {
  limits = await load("limits.js");
});

test.each([["letters of one byte", "a", 9998], ["letters of two bytes", "ä", 4999], ["controls, six bytes as JSON", "\x01", 1666]])("%s", (_, letter, most) => {
  draw("Ada", letter.repeat(most));
  expect(say()).toBe(false);
  screen.getByLabelText("Notes").value += letter;
  expect(say()).toBe(true);
  expect(screen.getByLabelText("Notes").validationMessage).toBe(`This is too long to be sent: ${most + 1} characters.`);
});

test("it is said at the first field that is too long", () => {
  draw("n".repeat(20), "m".repeat(20));
  expect(say(({ value }) => value.length > 10)).toBe(true);
  expect(screen.getByLabelText("Name").validationMessage).not.toBe("");
  expect(screen.getByLabelText("Notes").validationMessage).toBe("");
});
