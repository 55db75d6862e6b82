import { render } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { load } from "./page.jsx";

let ours;
const html = () => document.body.firstElementChild.innerHTML;

beforeEach(async () => {
  ours = await load("marks.jsx");
});

test("a text without matches is as it is", () => {
  render(<ours.Marked text="Ada & Bea" />);
  expect(html()).toBe("<span>Ada &amp; Bea</span>");
});

test("matches are marked where they are, counted as JavaScript counts", () => {
  render(<ours.Marked text="👍 Łucja & Lucja" marks={[3, 8, 11, 16]} />);
  expect(html()).toBe("<span>👍 <mark>Łucja</mark> &amp; <mark>Lucja</mark></span>");
});

test("what others made of a marked text is replaced as a whole", () => {
  const { rerender } = render(<ours.Marked text="Ada" marks={[0, 2]} />);
  document.querySelector("span").lastChild.replaceWith(document.createElement("font"));
  rerender(<ours.Marked text="Ada" marks={[0, 1]} />);
  rerender(<ours.Marked text="Adam" />);
  expect(html()).toBe("<span>Adam</span>");
});

const NAMES = ["email", "company", "phone", "notes"];
const ADA = { email: "a@b.c", company: "Acme", phone: "12", notes: "tea", marks: {} };
const shown = () => {
  const [other, email] = document.querySelectorAll(".sm\\:hidden, .contents");
  return email ? [other.innerHTML, email.className] : [null, other.className];
};

test.each([
  [{}, "<span>Acme</span>"],
  [{ name: [0, 1] }, "<span>Acme</span>"],
  [{ company: [0, 1], email: [0, 1] }, "<span><mark>A</mark>cme</span>"],
  [{ email: [0, 1], phone: [0, 1] }, null],
  [{ phone: [1, 2], notes: [0, 1] }, "<span>1<mark>2</mark></span>"],
  [{ notes: [0, 3] }, "<span><mark>tea</mark></span>"],
])("on phones the second line shows what matched: %j", (marks, line) => {
  render(<ours.SecondLine row={{ ...ADA, marks }} names={NAMES}><a href="#">a@b.c</a></ours.SecondLine>);
  expect(shown()).toEqual([line, line ? "contents max-sm:hidden" : "contents"]);
});

test("without a company phones show the email", () => {
  render(<ours.SecondLine row={{ ...ADA, company: "" }} names={NAMES}><a href="#">a@b.c</a></ours.SecondLine>);
  expect(shown()).toEqual([null, "contents"]);
});
