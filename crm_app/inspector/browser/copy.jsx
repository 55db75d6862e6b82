// Copying to the clipboard, with a word that it was done.

import { useState } from "react";

const SHOWN_MS = 1500;

export const copy = (text) => navigator.clipboard.writeText(text);

export function CopyButton({ text, children, ...rest }) {
  const [isCopied, setCopied] = useState(false);
  const act = async () => {
    await copy(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <button type="button" onClick={act} {...rest}>
      {isCopied ? "Copied" : children}
    </button>
  );
}
