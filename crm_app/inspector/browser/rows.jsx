// The actions, newest first: one row each, opened by click or Enter.

import { useRef, useState } from "react";
import { Detail, Failure } from "$/utils/inspector/detail.jsx";
import { copy } from "$/utils/inspector/copy.jsx";
import { Icon } from "$/utils/inspector/icons.jsx";

export const COLORS = {
  waiting: "bg-ink-400 dark:bg-ink-500",
  database: "bg-accent-600 dark:bg-accent-300",
  commit: "bg-violet-500",
  wire: "bg-amber-500",
  paint: "bg-emerald-600",
};
const OUTCOMES = {
  ok: "text-emerald-700 dark:text-emerald-300",
  refused: "text-amber-800 dark:text-amber-300",
  failed: "text-red-700 dark:text-red-400",
};
const COLUMNS = "grid grid-cols-[1.25rem_6.5rem_11rem_minmax(0,1fr)_15rem_4.5rem_5rem_5rem] items-center gap-x-3";
const FOCUS = "focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent-600";
const MUTED = "text-ink-500 dark:text-ink-400";
const SLOW = "shrink-0 rounded-full bg-amber-50 px-2 text-xs font-medium text-amber-800 dark:bg-amber-950 dark:text-amber-300";
const NUMBER = "text-right tabular-nums";

const clock = (at) => {
  const date = new Date(at);
  const two = (number) => String(number).padStart(2, "0");
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
};

export function Rows({ actions, isEmpty }) {
  const list = useRef(null);
  const [opened, setOpened] = useState(new Set());
  const scale = Math.max(...actions.map((action) => action.ms), 1);
  const toggle = (id) => {
    const next = new Set(opened);
    if (!next.delete(id)) next.add(id);
    setOpened(next);
  };
  const move = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...list.current.querySelectorAll("[data-testid=inspector-row]")];
    const at = rows.indexOf(document.activeElement.closest("[data-testid=inspector-row]"));
    if (by && at >= 0) {
      event.preventDefault();
      rows[at + by]?.focus();
    }
    const action = actions.find(({ id }) => String(id) === rows[at]?.dataset.id);
    if (event.key === "c" && !event.ctrlKey && !event.metaKey && action && opened.has(action.id)) {
      copy(JSON.stringify(action, null, 2));
    }
    if (!event.ctrlKey) event.stopPropagation(); // the page has keys of its own
  };
  return (
    <>
      <div className={`${COLUMNS} h-8 shrink-0 px-6 text-xs font-medium ${MUTED}`}>
        <span />
        <span>Time</span>
        <span>Handler</span>
        <span>Outcome</span>
        <span>Where the time went</span>
        <span className="text-right">ms</span>
        <span className="text-right">Statements</span>
        <span className="text-right">Bytes</span>
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto border-t border-ink-100 dark:border-ink-800" onKeyDown={move}>
        {actions.map((action) => (
          <div key={action.id}>
            <Row {...{ action, scale }} isOpen={opened.has(action.id)} onToggle={() => toggle(action.id)} />
            {opened.has(action.id) && action.failure && <Failure {...action} />}
            {opened.has(action.id) && (action.statements.length > 0 || !action.failure) && <Detail {...action} />}
          </div>
        ))}
        {!actions.length && (
          <p className={`px-6 py-10 text-center text-sm ${MUTED}`}>
            {isEmpty ? "Do something in the page, it shows up here." : "No action is like that."}
          </p>
        )}
      </div>
    </>
  );
}

function Row({ action, scale, isOpen, onToggle }) {
  return (
    <button
      type="button"
      className={`${COLUMNS} h-9 w-full px-6 text-left text-sm ${FOCUS} ${isOpen ? "bg-ink-50 dark:bg-ink-800/50" : "hover:bg-ink-50 dark:hover:bg-ink-800/50"}`}
      aria-expanded={isOpen}
      onClick={onToggle}
      data-id={action.id}
      data-testid="inspector-row"
    >
      <Icon name={isOpen ? "down" : "right"} className={MUTED} />
      <span className={`font-mono text-xs tabular-nums ${MUTED}`}>{clock(action.at)}</span>
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-mono text-xs font-medium text-ink-900 dark:text-ink-50" title={action.path}>{action.handler}</span>
        {action.isSlow && <span className={SLOW} title="Over 100 ms or more than 10 statements">slow</span>}
      </span>
      <span className={`flex min-w-0 items-center gap-1.5 ${OUTCOMES[action.outcome]}`} data-testid="inspector-outcome">
        <Icon name={action.outcome} />
        <span className="truncate" title={action.words}>{action.words}</span>
      </span>
      <Bar parts={action.parts} scale={scale} />
      <span className={`${NUMBER} text-ink-900 dark:text-ink-50`}>{action.ms.toFixed(1)}</span>
      <span className={`${NUMBER} text-ink-600 dark:text-ink-300`}>{action.count}</span>
      <span className={`${NUMBER} text-ink-600 dark:text-ink-300`}>{action.bytes.toLocaleString("en")}</span>
    </button>
  );
}

function Bar({ parts, scale }) {
  const figures = `${Object.entries(parts).map(([part, ms]) => `${part} ${ms}`).join(", ")} ms`;
  return (
    <span className="flex h-2.5 w-full gap-px" role="img" aria-label={figures} title={figures}>
      {Object.entries(parts).map(([part, ms]) => ms > 0 && (
        <span key={part} className={`h-full first:rounded-l-sm last:rounded-r-sm ${COLORS[part]}`} style={{ width: `${((ms / scale) * 99).toFixed(1)}%` }} />
      ))}
    </span>
  );
}
