// A message that ends with the time to wait: the seconds count down.

import { useEffect, useState } from "react";

const sentence = (seconds) => (seconds > 0 ? `Try again in ${seconds} second${seconds === 1 ? "" : "s"}.` : "Try again now.");

export function Countdown({ message, messageId, retryAfter, ...rest }) {
  const [left, setLeft] = useState(retryAfter);
  useEffect(() => {
    const end = Date.now() + retryAfter * 1000;
    setLeft(retryAfter);
    if (!retryAfter) return;
    const timer = setInterval(() => setLeft(Math.ceil((end - Date.now()) / 1000)), 500);
    return () => clearInterval(timer);
  }, [messageId, retryAfter]);
  const last = sentence(retryAfter);
  const text = retryAfter && message.endsWith(last) ? message.slice(0, -last.length) + sentence(left) : message;
  return <span {...rest} key={`${messageId} ${text}`}>{text}</span>;
}

export const SUCCESS_SECONDS = 3;

// Success is news for three seconds.
export function WhileNews({ isSuccess, messageId, children }) {
  const [past, setPast] = useState("");
  useEffect(() => {
    const timer = isSuccess && setTimeout(() => setPast(messageId), SUCCESS_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [isSuccess, messageId]);
  return isSuccess && past === messageId ? null : children;
}
