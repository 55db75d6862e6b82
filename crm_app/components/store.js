// A value outside of React that components follow.

import { useSyncExternalStore } from "react";

// `built` is the value while the HTML is made, and while React takes it over.
export function createStore(first, built = first) {
  let value = first;
  const followers = new Set();
  const subscribe = (follower) => (followers.add(follower), () => followers.delete(follower));
  const get = () => value;
  const set = (next) => {
    value = next;
    for (const follower of followers) follower();
  };
  return { get, set, use: () => useSyncExternalStore(subscribe, get, () => built) };
}
