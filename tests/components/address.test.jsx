import { act, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { load, travel } from "./page.jsx";

let address;
const search = () => window.location.search;

beforeEach(async () => {
  history.pushState(null, "", "/?q=old&q=ada&other=1");
  address = await load("address.js");
});

const follow = () => {
  const follower = vi.fn();
  const Traveller = () => address.useTravel(follower);
  render(<Traveller />);
  return follower;
};

test("the last of equal parameters counts, and unknown ones are ignored", () => {
  expect(address.getAddress()).toEqual({ q: "ada", contact: "", edit: "", add: "", account: "", view: "" });
});

test("what is shown replaces the entry of the history, what is opened adds one", () => {
  const entries = history.length;
  address.show({ q: "grace" });
  expect(history.length).toBe(entries);
  address.show({ contact: "c1" }, "contact");
  expect(history.length).toBe(entries + 1);
  expect(history.state.opened).toBe("contact");
  expect(search()).toBe("?q=grace&other=1&contact=c1");
  expect(address.getAddress()).toMatchObject({ q: "grace", contact: "c1" });
});

test("what is shown already adds no entry", () => {
  const entries = history.length;
  address.show({ q: "ada", edit: "" }, "q");
  expect(history.length).toBe(entries);
});

test("an empty value leaves the address", () => {
  address.show({ q: "" });
  expect(search()).toBe("?other=1");
});

test("components follow the address",  () => {
  const Shown = () => <p>{address.useAddress().q}</p>;
  render(<Shown />);
  act(() => address.show({ q: "grace" }));
  expect(screen.getByText("grace")).toBeDefined();
});

test("closing what this page opened goes back, once", async () => {
  address.show({ contact: "c1" }, "contact");
  address.show({ edit: "c1", contact: "" }, "edit");
  const [follower, back] = [follow(), vi.spyOn(history, "back")];
  await travel(() => {
    expect(address.close("edit")).toBe(true);
    expect(address.close("edit")).toBe(true); // a second click before the browser went back
  });
  expect(back).toHaveBeenCalledOnce();
  expect(address.getAddress()).toMatchObject({ contact: "c1", edit: "" });
  expect(follower).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ contact: "c1", edit: "" }),
    expect.objectContaining({ contact: "", edit: "c1" }),
  );
});

test("after going back the next one can be closed, too", async () => {
  address.show({ contact: "c1" }, "contact");
  address.show({ edit: "c1" }, "edit");
  await travel(() => address.close("edit"));
  await travel(() => address.close("contact"));
  expect(search()).toBe("?q=old&q=ada&other=1");
});

test("closing what a link opened stays on the page and tells the followers", () => {
  history.replaceState(null, "", "/?contact=c1");
  address.show({ contact: "c2" });
  const [entries, follower] = [history.length, follow()];
  expect(address.close("contact")).toBe(true);
  expect(history.length).toBe(entries);
  expect(search()).toBe("");
  expect(follower).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ contact: "" }),
    expect.objectContaining({ contact: "c2" }),
  );
});

test("closing what was opened before a reload does not go back to before it", async () => {
  address.show({ contact: "c1" }, "contact");
  address = await load("address.js");
  const back = vi.spyOn(history, "back");
  expect(address.close("contact")).toBe(true);
  expect(back).not.toHaveBeenCalled();
  expect(address.getAddress().contact).toBe("");
});

test("what is not open cannot be closed", () => {
  expect(address.close("edit")).toBe(false);
});

test("Back and Forward reach the followers, and not the router", async () => {
  const follower = follow();
  const router = vi.fn();
  window.addEventListener("popstate", router);
  address.show({ q: "grace" }, "q");
  await travel(() => history.back());
  expect(follower).toHaveBeenLastCalledWith(expect.objectContaining({ q: "ada" }), expect.objectContaining({ q: "grace" }));
  await travel(() => history.forward());
  expect(follower).toHaveBeenLastCalledWith(expect.objectContaining({ q: "grace" }), expect.objectContaining({ q: "ada" }));
  window.removeEventListener("popstate", router);
  expect(router).not.toHaveBeenCalled();
});

test.each(["/#contacts", "/elsewhere"])("%s is left to the router", async (path) => {
  const follower = follow();
  const router = vi.fn();
  window.addEventListener("popstate", router);
  history.pushState(null, "", path);
  history.pushState(null, "", "/");
  await travel(() => history.back());
  window.removeEventListener("popstate", router);
  expect(router).toHaveBeenCalledOnce();
  expect(follower).not.toHaveBeenCalled();
});

test("who is not drawn any more is not called", async () => {
  const follower = vi.fn();
  const Traveller = () => address.useTravel(follower);
  render(<Traveller />).unmount();
  address.show({ q: "grace" }, "q");
  await travel(() => history.back());
  expect(follower).not.toHaveBeenCalled();
});
