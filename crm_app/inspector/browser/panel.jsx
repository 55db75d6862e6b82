// The action inspector: Ctrl+. opens and closes it, docked below the page. Development only.

import { useEffect, useState } from "react";
import { useFeed } from "$/utils/inspector/feed.jsx";
import { Icon } from "$/utils/inspector/icons.jsx";
import { COLORS, Rows } from "$/utils/inspector/rows.jsx";

const KEPT_AS = "crm-inspector";
const LEAST = 160;
const USUAL = 320;
const USUAL_SHARE = 0.4; // of the window at most
const STEP = 24;
const FOCUS = "focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent-600";
const GHOST = `inline-flex items-center justify-center whitespace-nowrap rounded-lg font-medium transition-colors motion-reduce:transition-none ${FOCUS} text-sm text-ink-600 hover:bg-ink-100 hover:text-ink-900 dark:text-ink-300 dark:hover:bg-ink-800 dark:hover:text-ink-50`;
const FILTERS = {
  all: () => true,
  slow: (action) => action.isSlow,
  failed: (action) => action.outcome === "failed",
};

const usual = () => Math.min(USUAL, window.innerHeight * USUAL_SHARE);
const fit = (height) => Math.round(Math.min(Math.max(height, LEAST), window.innerHeight - 120));

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS)) ?? {};
  } catch {
    return {};
  }
}

// The HTML is made without a window: what is remembered applies from the first effect on.
function useFrame() {
  const [frame, setFrame] = useState({ isOpen: false, height: USUAL });
  useEffect(() => setFrame((now) => ({ ...now, height: fit(usual()), ...recall() })), []);
  const change = (changes) =>
    setFrame((now) => {
      const next = { ...now, ...(typeof changes === "function" ? changes(now) : changes) };
      localStorage.setItem(KEPT_AS, JSON.stringify(next));
      return next;
    });
  return [frame, change];
}

// The page gets the rest of the window.
function useRoom({ isOpen, height }) {
  useEffect(() => {
    const wide = window.matchMedia("(min-width: 1024px)");
    const apply = () => {
      const room = isOpen && wide.matches ? `${height}px` : "";
      document.body.style.paddingBottom = room;
      document.body.style.setProperty("--docked", room); // what fills the window ends above it
    };
    apply();
    wide.addEventListener("change", apply);
    return () => wide.removeEventListener("change", apply);
  }, [isOpen, height]);
}

export function Inspector() {
  const [frame, change] = useFrame();
  useRoom(frame);
  useEffect(() => {
    const toggle = (event) => {
      if (event.key !== "." || !event.ctrlKey || event.altKey || event.repeat) return;
      event.preventDefault();
      change(({ isOpen }) => ({ isOpen: !isOpen }));
    };
    window.addEventListener("keydown", toggle);
    return () => window.removeEventListener("keydown", toggle);
  }, []);
  const [isPaused, setPaused] = useState(false);
  const feed = useFeed(frame.isOpen, isPaused);
  if (!frame.isOpen) return null;
  return (
    <section
      className="fixed inset-x-0 bottom-0 z-20 flex flex-col border-t border-ink-200 bg-white shadow-2xl max-lg:hidden dark:border-ink-700 dark:bg-ink-900"
      style={{ height: fit(frame.height) }}
      aria-labelledby="inspector-title"
      data-testid="inspector"
    >
      <Edge height={frame.height} onChange={(height) => change({ height: fit(height) })} />
      <Contents {...{ feed, isPaused, setPaused }} onClose={() => change({ isOpen: false })} />
    </section>
  );
}

function Edge({ height, onChange }) {
  const drag = (event) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onChange(window.innerHeight - event.clientY);
  };
  const step = (event) => {
    const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    onChange(height + by);
  };
  return (
    <span
      className={`absolute -top-1 left-1/2 h-2 w-12 -translate-x-1/2 cursor-ns-resize touch-none rounded-full bg-ink-300 before:absolute before:-inset-x-6 before:-inset-y-1.5 dark:bg-ink-600 ${FOCUS}`}
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the inspector"
      aria-valuenow={height}
      aria-valuemin={LEAST}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={step}
    />
  );
}

function Contents({ feed, isPaused, setPaused, onClose }) {
  const [filter, setFilter] = useState("all");
  const { shown, waiting, clear } = feed;
  const counts = Object.fromEntries(Object.entries(FILTERS).map(([name, fits]) => [name, shown.filter(fits).length]));
  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-3 border-b border-ink-100 px-6 dark:border-ink-800">
        <h2 className="text-base font-semibold text-ink-900 dark:text-ink-50" id="inspector-title">Inspector</h2>
        <span className="inline-flex h-5 items-center rounded-full bg-amber-50 px-2 text-xs font-medium whitespace-nowrap text-amber-800 dark:bg-amber-950 dark:text-amber-300">Development only</span>
        <Filter {...{ filter, setFilter, counts }} />
        <Legend />
        <span className="mx-1 h-4 border-l border-ink-200 dark:border-ink-700" aria-hidden="true" />
        <div className="flex items-center">
          <button type="button" className={`h-8 gap-1.5 px-2.5 ${GHOST}`} aria-pressed={isPaused} onClick={() => setPaused(!isPaused)} data-testid="inspector-pause">
            <Icon name="pause" />
            {isPaused ? `Paused, ${waiting} new` : "Pause"}
          </button>
          <button type="button" className={`h-8 gap-1.5 px-2.5 ${GHOST}`} onClick={clear} data-testid="inspector-clear">
            <Icon name="clear" />
            Clear
          </button>
          <button type="button" className={`-mr-2 size-8 ${GHOST}`} aria-label="Close inspector (Ctrl .)" title="Close inspector (Ctrl .)" onClick={onClose} data-testid="inspector-close">
            <Icon name="close" />
          </button>
        </div>
      </div>
      <Rows actions={shown.filter(FILTERS[filter])} isEmpty={!shown.length} />
    </>
  );
}

function Filter({ filter, setFilter, counts }) {
  const chosen = "rounded-md bg-white shadow-xs dark:bg-ink-950 text-ink-900 dark:text-ink-50";
  return (
    <div className="ml-3 flex items-center gap-0.5 rounded-lg bg-ink-100 p-0.5 text-xs font-medium dark:bg-ink-800" role="group" aria-label="Show">
      {Object.entries({ all: "All", slow: "Slow", failed: "Failed" }).map(([name, label]) => (
        <button
          key={name}
          type="button"
          className={`h-7 px-2.5 whitespace-nowrap tabular-nums ${FOCUS} ${name === filter ? chosen : "text-ink-600 dark:text-ink-300"}`}
          aria-pressed={name === filter}
          onClick={() => setFilter(name)}
          data-testid={`inspector-${name}`}
        >
          {label} {counts[name]}
        </button>
      ))}
    </div>
  );
}

const MEANINGS = {
  waiting: "On the server outside of the database: the tab's queue, a thread, Python",
  database: "In statements, waiting for locks and fetching rows included",
  commit: "Committing",
  wire: "The browser's wait beyond the server's work: both ways of the socket",
  paint: "From the update to the frame that shows it",
};

function Legend() {
  return (
    <div className="ml-auto flex items-center gap-3 text-xs text-ink-600 dark:text-ink-300">
      {Object.entries(MEANINGS).map(([part, meaning]) => (
        <span key={part} className="inline-flex items-center gap-1.5" title={meaning}>
          <span className={`size-2.5 rounded-sm ${COLORS[part]}`} />
          {part}
        </span>
      ))}
    </div>
  );
}
