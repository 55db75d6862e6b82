// Links between the views of the page, which stays loaded.

import { go, useAddress } from "$/browser/address.js";
import { useIsWide } from "$/browser/column.jsx";

// Each link is in the top bar and in the one at the bottom, of which one is shown: that has the `hook`.
export function ViewLink({ path, isAtBottom, hook, look, lookOfCurrent, children, ...rest }) {
  const isCurrent = path === `/${useAddress().view}`;
  const isShown = useIsWide() !== Boolean(isAtBottom);
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(path);
  };
  return (
    <a {...rest} href={path} className={isCurrent ? lookOfCurrent : look} aria-current={isCurrent ? "page" : undefined} data-testid={isShown ? hook : undefined} onClick={follow}>
      {children}
    </a>
  );
}
