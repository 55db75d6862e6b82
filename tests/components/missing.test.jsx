import { beforeEach, expect, test, vi } from "vitest";
import { load, pageWith } from "./page.jsx";

let ours;
let page;
let onLoad;
const draw = (props) =>
  page.draw(
    <ours.MissingContact missingId="ada" contactId="" entries={[]} onLoad={onLoad} {...props}>
      <p>Missing</p><button type="button">Restore</button>
    </ours.MissingContact>,
  );
const text = () => document.querySelector("[role=status]:last-child").textContent;

beforeEach(async () => {
  ours = await load("connection.jsx", "missing.jsx");
  page = pageWith(ours);
  onLoad = vi.fn();
  draw({});
});

test("its history is asked for once it can be", () => {
  expect(onLoad).not.toHaveBeenCalled();
  page.connect();
  draw({ contactId: "ada" });
  expect(onLoad).toHaveBeenCalledExactlyOnceWith("ada", 0, 0);
});

test.each([
  ["ada", "deleted", "MissingRestore"],
  ["ada", "restored", "Missing"],
  ["grace", "deleted", "Missing"],
])("what is known of %s, %s last: %s", (contactId, action, said) => {
  draw({ contactId, entries: [{ action }, { action: "deleted" }] });
  expect(text()).toBe(said);
});

test("of a contact that never was nothing is known", () => {
  draw({ contactId: "ada", entries: [] });
  expect(text()).toBe("Missing");
});
