import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { load } from "./page.jsx";

let moments;
const NOON = new Date("2025-11-21T12:00:00");

beforeEach(async () => {
  moments = await load("moments.jsx");
});

test.each([
  ["2025-11-21T11:59:30", "just now"],
  ["2025-11-21T12:00:05", "just now"], // the clocks differ
  ["2025-11-21T11:56:00", "4 min ago"],
  ["2025-11-21T11:00:00", "1 h ago"],
  ["2025-11-21T00:00:00", "12 h ago"],
  ["2025-11-20T23:59:00", "Yesterday"],
  ["2025-11-20T00:00:00", "Yesterday"],
  ["2025-11-19T23:59:00", "Nov 19"],
  ["2024-11-21T12:00:00", "Nov 21, 2024"],
])("%s is %s", (iso, words) => {
  expect(moments.ago(iso, NOON)).toBe(words);
});

test("the short day has the year where it is another", () => {
  expect(moments.shortDay("2025-01-02T12:00:00", NOON)).toBe("Jan 2");
  expect(moments.shortDay("2024-12-31T12:00:00", NOON)).toBe("Dec 31, 2024");
});

test("screen readers hear the full day of a contact", () => {
  render(<moments.Added at="2025-11-19T10:00:00" className="look" />);
  const time = screen.getByTitle("Added Nov 19, 2025");
  expect(time.dateTime).toBe("2025-11-19T10:00:00");
  expect(time.className).toBe("look");
  expect(screen.getByText("Nov 19").getAttribute("aria-hidden")).toBe("true");
});

test("without a time it only keeps its place", () => {
  const { container } = render(<moments.Added at="" className="look" />);
  expect(container.innerHTML).toBe('<time class="look"></time>');
});

test("a change says how long ago, and when exactly", () => {
  render(<moments.Changed at="2025-11-21T11:56:00" />);
  expect(screen.getByText("Changed 4 min ago").title).toMatch(/^Nov 21, 2025, 11:56\sAM$/);
});
