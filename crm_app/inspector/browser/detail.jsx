// An opened action: its statements with the plan of the chosen one, and its failure with the trace.

import { useEffect, useState } from "react";
import { ask } from "$/utils/inspector/feed.jsx";
import { CopyButton } from "$/utils/inspector/copy.jsx";
import { Icon } from "$/utils/inspector/icons.jsx";

const MUTED = "text-ink-500 dark:text-ink-400";
const STRONG = "text-ink-900 dark:text-ink-50";
const FOCUS = "focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent-600";
const PRE = "max-h-64 overflow-auto rounded-lg border border-ink-200 bg-white px-3 py-2 font-mono text-xs leading-5 dark:border-ink-700 dark:bg-ink-950 text-ink-600 dark:text-ink-300";
const BUTTON = `inline-flex items-center justify-center whitespace-nowrap rounded-lg font-medium transition-colors motion-reduce:transition-none ${FOCUS} h-8 gap-1.5 px-2.5 text-sm border border-ink-200 bg-white text-ink-700 shadow-xs hover:bg-ink-50 dark:border-ink-700 dark:bg-ink-900 dark:text-ink-200 dark:hover:bg-ink-800`;
const BOX = "grid gap-x-6 border-b bg-ink-50 pr-6 pl-12 pt-1 pb-3 dark:bg-ink-800/50 border-ink-100 dark:border-ink-800";

const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function Title({ children, side }) {
  return (
    <p className={`mb-1 flex items-center gap-2 px-2 text-xs font-semibold ${MUTED}`}>
      {children}
      <span className="ml-auto font-normal">{side}</span>
    </p>
  );
}

// Long lists of columns say little; the whole statement is in the tooltip.
const shorten = (text) =>
  text.replace(/^SELECT .{60,}? FROM /, "SELECT … FROM ").replace(/^(INSERT INTO \S+) \(.{60,}?\) VALUES \(.*?\)/, "$1 (…) VALUES (…)");

export function Detail({ id, statements, count, parts }) {
  const [chosen, setChosen] = useState(null);
  const ms = (parts.database + parts.commit).toFixed(1);
  const hidden = count - statements.length;
  return (
    <div className={`${BOX} lg:grid-cols-[minmax(0,1fr)_23rem]`} data-testid="inspector-detail">
      <div>
        <Title side="rows · ms">{plural(count, "statement")}, {ms} ms</Title>
        <ol>
          {statements.map((statement, place) => (
            <Statement key={place} {...{ statement, place }} isChosen={place === chosen} onChoose={() => setChosen(place)} />
          ))}
        </ol>
        {hidden > 0 && <p className={`px-2 text-xs ${MUTED}`}>{plural(hidden, "statement")} more, not kept</p>}
      </div>
      {chosen !== null && <Plan {...{ id, chosen }} />}
    </div>
  );
}

function Statement({ statement, place, isChosen, onChoose }) {
  const { text, rows, ms, repeated, hasPlan, hasFailed } = statement;
  const Tag = hasPlan ? "button" : "div";
  const action = hasPlan ? { type: "button", onClick: onChoose, "aria-pressed": isChosen } : {};
  const state = isChosen ? "bg-accent-50 dark:bg-accent-950" : hasPlan ? "hover:bg-ink-100 dark:hover:bg-ink-800" : "";
  return (
    <li>
      <Tag
        className={`grid w-full grid-cols-[1.25rem_minmax(0,1fr)_3.5rem_3.5rem] items-baseline gap-2 rounded-md px-2 py-0.5 text-left font-mono text-xs leading-5 ${FOCUS} ${state}`}
        title={text}
        data-testid="inspector-statement"
        {...action}
      >
        <span className={MUTED}>{place + 1}</span>
        <span className={`flex min-w-0 gap-2 ${STRONG}`}>
          <span className="truncate">{shorten(text)}</span>
          {repeated > 0 && <span className="shrink-0 rounded-full bg-amber-50 px-2 font-sans font-medium text-amber-800 dark:bg-amber-950 dark:text-amber-300">repeated {repeated} times</span>}
        </span>
        <span className={`text-right whitespace-nowrap ${hasFailed ? "text-red-700 dark:text-red-400" : MUTED}`}>
          {hasFailed ? "failed" : rows === null ? "" : plural(rows, "row")}
        </span>
        <span className={`text-right tabular-nums ${STRONG}`}>{ms.toFixed(1)}</span>
      </Tag>
    </li>
  );
}

function Plan({ id, chosen }) {
  const [plan, setPlan] = useState("");
  useEffect(() => {
    let isWanted = true;
    setPlan("");
    ask("plan", { id, statement: chosen })
      .then((found) => isWanted && setPlan(found.plan))
      .catch(() => isWanted && setPlan("The server does not respond."));
    return () => (isWanted = false);
  }, [id, chosen]);
  const link = `rounded font-medium text-accent-700 hover:underline dark:text-accent-300 ${FOCUS}`;
  return (
    <div className="min-w-0">
      <Title side={<CopyButton text={plan} className={link} data-testid="copy-plan">Copy</CopyButton>}>
        Plan of statement {chosen + 1}
      </Title>
      <pre className={`${PRE} ${FOCUS}`} tabIndex={0} aria-busy={!plan} aria-live="polite" data-testid="inspector-plan">{plan || "Asking…"}</pre>
    </div>
  );
}

export function Failure({ failure }) {
  const { error, saved, message, reference, frames, others } = failure;
  const trace = [error, ...frames.map((frame) => frame.join("  ")), ...others].join("\n");
  return (
    <div className={`${BOX} lg:grid-cols-[minmax(0,1fr)_40rem]`} data-testid="inspector-failure">
      <div className="px-2">
        <p className="text-sm font-medium text-red-700 dark:text-red-400">{error}</p>
        <p className="mt-1 text-sm text-ink-600 dark:text-ink-300">{saved} The visitor read: “{message}”.</p>
        <div className="mt-2 flex gap-2">
          {reference && (
            <CopyButton text={reference} title="Copy reference" className={BUTTON} data-testid="copy-reference">
              <Icon name="copy" />
              <span className="font-mono">{reference}</span>
            </CopyButton>
          )}
          <CopyButton text={trace} className={BUTTON} data-testid="copy-trace">
            <Icon name="copy" />
            Copy trace
          </CopyButton>
        </div>
      </div>
      <div className="min-w-0">
        <Title side="yours first">Trace</Title>
        <Trace {...{ frames, others }} />
      </div>
    </div>
  );
}

function Trace({ frames, others }) {
  const [isUnfolded, setUnfolded] = useState(false);
  const widths = [0, 1].map((column) => Math.max(...frames.map((frame) => frame[column].length), 0));
  const line = ([place, name, source]) => `${place.padEnd(widths[0])}  ${name.padEnd(widths[1])}  ${source}`;
  const label = `${plural(others.length, "frame")} of the framework and the driver`;
  return (
    <pre className={PRE} data-testid="inspector-trace">
      {frames.map((frame) => <span key={frame.join()} className={`block font-medium ${STRONG}`}>{line(frame)}</span>)}
      {isUnfolded && others.map((each) => <span key={each} className="block">{each}</span>)}
      {others.length > 0 && (
        <button type="button" className={`rounded hover:underline ${FOCUS}`} aria-expanded={isUnfolded} onClick={() => setUnfolded(!isUnfolded)}>
          {label}{isUnfolded ? "" : ", hidden"}
        </button>
      )}
    </pre>
  );
}
