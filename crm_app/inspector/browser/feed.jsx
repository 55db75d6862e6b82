// The feed of the panel: it fetches the actions from the server, and sends it the measurements.

import { useCallback, useEffect, useRef, useState } from "react";
import env from "$/env.json";
import { getBackendURL } from "$/utils/state";

const KEPT = 200;
const POLL_MS = 1000;

export async function ask(path, body) {
  const url = `${getBackendURL(env.PING).origin}/_inspector/${path}`;
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.status === 204 ? null : response.json();
}

// Other tabs and jobs act too, so the list is asked for every second, and at once after this page's
// own actions. A server that restarts knows nothing of what is listed here already.
async function takeNews(known) {
  const { run, revision, actions } = await ask(`actions?after=${known.revision}`);
  if (known.run && known.run !== run) {
    Object.assign(known, { run, revision: 0 });
    return takeNews(known);
  }
  Object.assign(known, { run, revision });
  return actions;
}

async function sendMeasured() {
  const { crmInspector: probe } = window;
  for (const report of probe.measured.splice(0)) await ask("painted", report);
}

function merge(listed, news) {
  if (!news.length) return listed;
  const byId = new Map(listed.map((action) => [action.id, action]));
  for (const action of news) byId.set(action.id, action);
  return [...byId.values()].sort((a, b) => b.at - a.at || b.id - a.id).slice(0, KEPT);
}

// `isOpen`: a closed panel only passes on what was measured. While paused the list stays as it is.
export function useFeed(isOpen, isPaused) {
  const [actions, setActions] = useState([]);
  const [shown, setShown] = useState([]);
  const known = useRef({ run: "", revision: 0 });
  const refresh = useCallback(async () => {
    try {
      await sendMeasured();
      if (!isOpen) return;
      const news = await takeNews(known.current);
      setActions((listed) => merge(listed, news));
    } catch {
      // The server restarts; the next look finds it.
    }
  }, [isOpen]);
  useEffect(() => {
    window.crmInspector.onMeasured = refresh;
    refresh();
    const timer = isOpen ? setInterval(refresh, POLL_MS) : 0;
    return () => clearInterval(timer);
  }, [isOpen, refresh]);
  useEffect(() => {
    if (!isPaused) setShown(actions);
  }, [actions, isPaused]);
  const clear = async () => {
    setActions([]);
    setShown([]);
    await ask("clear", {}).catch(() => null);
  };
  const listed = new Set(shown.map((action) => action.id));
  const waiting = actions.filter((action) => !listed.has(action.id)).length;
  return { shown, waiting, clear };
}
