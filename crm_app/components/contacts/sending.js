// Pending forms: sent and not acknowledged. A form remembers in which load of the page it was sent;
// in another load it is sent again, with the same key.

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { expectAck, expectNoAck, getConnection, pauseBefore, useConnection } from "$/browser/connection.jsx";
import { reportWhenPainted } from "$/browser/reports.js";

// State of which the latest is known in between drawings, too.
export function useRecord(first) {
  const [value, setValue] = useState(first);
  const latest = useRef(value);
  const update = (changes) => {
    latest.current = { ...latest.current, ...changes };
    setValue(latest.current);
  };
  return { value, latest, update };
}

// An acknowledgement is the key of the form, or * for all forms sent on this connection, and a unique
// word: the same key can be refused twice.
function isFor(ack, { key, sentIn }) {
  return ack.startsWith(key) || (ack[0] === "*" && sentIn && sentIn === getConnection().load);
}

// `send` sends the form and is called again where it was not acknowledged. `onReconnect` is called
// first, and may withdraw the form.
export function useSending({ record, ack, send, onSettled, onReconnect }) {
  const { value, latest, update } = record;
  const { load, isLost } = useConnection();

  // Return whether the form can go out now. If not it waits here: Reflex would queue it and send it
  // once more.
  const begin = (action) => {
    const { isPending, wasSent } = latest.current;
    const started = isPending ? {} : { action, startedAt: performance.now(), attempts: 0 };
    const isReady = getConnection().load !== "";
    update({ ...started, isPending: true, isUnsent: false, seen: ack, sentIn: getConnection().load });
    update({ wasSent: wasSent || isReady });
    if (isReady) expectAck(latest);
    return isReady;
  };

  const isAwaited = () => {
    const { isPending, sentIn } = latest.current;
    return isPending && Boolean(sentIn) && sentIn === getConnection().load;
  };

  const withdraw = () => {
    const { isUnsent, isPending, wasSent } = latest.current;
    update({ isUnsent: isUnsent || (isPending && !wasSent), isPending: false });
  };

  // Return whether the acknowledgement is for what is pending, which is settled then.
  const settle = () => {
    const form = latest.current;
    if (!form.isPending || ack === form.seen || !isFor(ack, form)) return false;
    update({ isPending: false });
    if (form.startedAt) reportWhenPainted(form.action, form.startedAt);
    return true;
  };

  const sendAgain = () => {
    const attempts = (latest.current.attempts ?? 0) + 1;
    const { key } = latest.current;
    const pause = pauseBefore(attempts - 1);
    update({ sentIn: load, seen: ack, attempts }); // the acknowledgement that is there was not for it
    expectAck(latest, pause);
    setTimeout(() => {
      const { isPending, sentIn, key: keyNow } = latest.current;
      if (isPending && key === keyNow && sentIn === getConnection().load) newest.current();
    }, pause);
  };

  const newest = useRef(send);
  useLayoutEffect(() => void (newest.current = send));

  useLayoutEffect(() => {
    if (settle()) onSettled?.();
  }, [ack]);

  useEffect(() => {
    if (latest.current.sentIn !== load) onReconnect?.();
    const { isPending, sentIn } = latest.current;
    if (isPending && load && sentIn !== load) sendAgain();
  }, [load, value.isPending]);

  useEffect(() => {
    if (value.isPending) expectAck(latest);
    return () => expectNoAck(latest);
  }, [value.isPending]);

  const { isPending, isUnsent, wasSent } = value;
  return {
    begin,
    withdraw,
    settle,
    isAwaited,
    isPending: Boolean(isPending),
    isWaiting: Boolean(isPending && isLost),
    isUnsent: Boolean(isUnsent && !isPending),
    // What was sent may be done: it can be withdrawn only while the server is unreachable.
    canWithdraw: Boolean(isPending && (!wasSent || isLost)),
  };
}
