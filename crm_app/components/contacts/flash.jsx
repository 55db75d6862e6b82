// Values of the opened contact that change while it is shown flash.

import { useEffect, useRef } from "react";

const SECOND = 1000;
const FLASH = [{ backgroundColor: "oklch(0.80 0.10 264 / 0.5)" }, {}];

// What shows a field names it in `data-field`.
export function FlashChanges({ contact, children, ...rest }) {
  const element = useRef(null);
  const last = useRef(contact);
  useEffect(() => {
    const changed = Object.keys(contact).filter((name) => contact[name] !== last.current[name]);
    last.current = contact;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const name of changed) {
      for (const shown of element.current.querySelectorAll(`[data-field="${name}"]`)) shown.animate(FLASH, SECOND);
    }
  }, [contact]);
  return <div {...rest} ref={element}>{children}</div>;
}
