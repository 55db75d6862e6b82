import { act, fireEvent, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, wait } from "./page.jsx";

let ours;
const press = (name) => act(async () => fireEvent.click(screen.getByRole("button", { name })));
const offer = (writeText) => vi.stubGlobal("navigator", { clipboard: writeText && { writeText } });
const drawButton = () =>
  render(
    <ours.CopyButton text="ada@example.com" label="Copy email">
      <i>icon</i>
      <b>done</b>
    </ours.CopyButton>,
  );

beforeEach(async () => {
  ours = await load("copy_button.jsx");
});

test("the text is copied, and the button says so for two seconds", async () => {
  const writeText = vi.fn(async () => {});
  offer(writeText);
  drawButton();
  await press("Copy email");
  expect(writeText).toHaveBeenCalledExactlyOnceWith("ada@example.com");
  expect(screen.getByRole("button", { name: "Copied" }).textContent).toBe("done");
  await wait(2);
  expect(screen.getByRole("button", { name: "Copy email" }).textContent).toBe("icon");
});

test.each([["refused", async () => Promise.reject(new Error("denied"))], ["missing", undefined]])(
  "the button says that a clipboard is %s",
  async (_, writeText) => {
    offer(writeText);
    drawButton();
    await press("Copy email");
    expect(screen.getByRole("button", { name: "Not copied" }).textContent).toBe("icon");
  },
);

test.each([["copied", async () => {}, "Copied"], ["only selected", undefined, "Selected"]])(
  "the text of a field can be %s",
  async (_, writeText, said) => {
    offer(writeText);
    render(<ours.CopyField text="crm_secret" label="Token" />);
    await press("Copy");
    expect(screen.getByRole("button").textContent).toBe(said);
    const input = screen.getByLabelText("Token");
    expect(input.value.slice(input.selectionStart, input.selectionEnd)).toBe("crm_secret");
    await wait(2);
    expect(screen.getByRole("button").textContent).toBe("Copy");
  },
);

test("the button that copies a field has the focus", () => {
  render(<ours.CopyField text="secret" label="The new token" />);
  expect(document.activeElement).toBe(screen.getByText("Copy").closest("button"));
});
