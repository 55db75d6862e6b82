// A button that copies a text, and says so for two seconds.

import { useEffect, useState } from "react";

const SAID_SECONDS = 2;

// Without HTTPS there is no clipboard; then `select` may leave the text selected, to be copied by hand.
function useCopy(text, select) {
  const [outcome, setOutcome] = useState("");
  useEffect(() => {
    const timer = outcome && setTimeout(() => setOutcome(""), SAID_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    select?.();
    const isCopied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    setOutcome(isCopied ? "Copied" : select ? "Selected" : "Not copied");
  };
  return [outcome, copy];
}

// Its children: an icon, and the one that says it is done.
export function CopyButton({ text, label, children: [icon, done], ...rest }) {
  const [outcome, copy] = useCopy(text);
  return (
    <button {...rest} type="button" onClick={copy} aria-label={outcome || label} title={outcome || label}>
      {outcome === "Copied" ? done : icon}
    </button>
  );
}

// An input with the text, and a button in words, which has the focus.
export function CopyField({ text, label, lookOfInput, lookOfButton }) {
  const [input, setInput] = useState(null);
  const [outcome, copy] = useCopy(text, () => input.select());
  return (
    <>
      <input ref={setInput} value={text} readOnly className={lookOfInput} aria-label={label} data-testid="token-value" />
      <button type="button" onClick={copy} autoFocus className={lookOfButton} data-testid="copy-token">
        <span key={outcome}>{outcome || "Copy"}</span>
      </button>
    </>
  );
}
