import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { load, wait } from "./page.jsx";

let ours;
const refused = (seconds, id = "1") => (
  <ours.Countdown message={`Too many attempts. Try again in ${seconds} seconds.`} messageId={id} retryAfter={seconds} />
);

beforeEach(async () => {
  ours = await load("countdown.jsx");
});

test("the seconds count down to the moment to try again", async () => {
  render(refused(3));
  expect(screen.getByText("Too many attempts. Try again in 3 seconds.")).toBeDefined();
  await wait(2);
  expect(screen.getByText("Too many attempts. Try again in 1 second.")).toBeDefined();
  await wait(1);
  expect(screen.getByText("Too many attempts. Try again now.")).toBeDefined();
  await wait(60);
  expect(screen.getByText("Too many attempts. Try again now.")).toBeDefined();
});

test("the same message again counts from its beginning", async () => {
  const { rerender } = render(refused(30));
  await wait(10);
  rerender(refused(30, "2"));
  expect(screen.getByText(/in 30 seconds/)).toBeDefined();
  await wait(1);
  expect(screen.getByText(/in 29 seconds/)).toBeDefined();
});

test("a message without seconds stays as it is", async () => {
  render(<ours.Countdown message="Please check the marked fields" messageId="1" retryAfter={0} />);
  await wait(5);
  expect(screen.getByText("Please check the marked fields")).toBeDefined();
});

test("success is news for three seconds, and again when it is another", async () => {
  const news = (id) => <ours.WhileNews isSuccess messageId={id}>Contact created</ours.WhileNews>;
  const { rerender } = render(news("1"));
  await wait(2.9);
  expect(screen.getByText("Contact created")).toBeDefined();
  await wait(0.2);
  expect(screen.queryByText("Contact created")).toBeNull();
  rerender(news("2"));
  expect(screen.getByText("Contact created")).toBeDefined();
});

test("a failure stays", async () => {
  render(<ours.WhileNews isSuccess={false} messageId="1">Something went wrong</ours.WhileNews>);
  await wait(60);
  expect(screen.getByText("Something went wrong")).toBeDefined();
});
