// Modal dialogs: native `dialog` elements, which keep the focus inside.

import { createContext, useContext, useEffect, useRef, useState } from "react";
import { openedBy, returnFocus } from "$/browser/focus.jsx";

const Dismiss = createContext(() => {});

// Shown while `isOpen`. It closes at once when it is dismissed; `onDismiss` tells who opened it.
export function Dialog({ isOpen, onDismiss, children, ...rest }) {
  const dialog = useRef(null);
  const [isDismissed, setDismissed] = useState(false);
  const isShown = isOpen && !isDismissed;
  useEffect(() => {
    if (!isOpen) setDismissed(false);
  }, [isOpen]);
  useEffect(() => {
    if (!isShown) return;
    const opener = document.activeElement;
    dialog.current.showModal();
    dialog.current.querySelector("[data-takes-focus]")?.focus();
    return () => close(dialog.current, opener);
  }, [isShown]);
  const dismiss = () => {
    setDismissed(true);
    onDismiss?.();
  };
  const cancel = (event) => {
    if (event.target !== dialog.current) return;
    event.preventDefault();
    dismiss();
  };
  return (
    <Dismiss.Provider value={dismiss}>
      <dialog {...rest} ref={dialog} onCancel={cancel}>{children}</dialog>
    </Dismiss.Provider>
  );
}

// The row of a deleted contact disappears at the same time or a little later.
function close(dialog, opener) {
  dialog?.close();
  setTimeout(() => {
    if (document.activeElement !== document.body && document.activeElement !== opener) return;
    openedBy(opener);
    returnFocus();
  }, 50);
}

// The way out without an answer.
export function DismissButton({ onClick, children, ...rest }) {
  const dismiss = useContext(Dismiss);
  const click = (event) => {
    dismiss();
    onClick?.(event);
  };
  return <button {...rest} type="button" onClick={click} data-takes-focus="">{children}</button>;
}
