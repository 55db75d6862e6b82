// Times as people say them, in the visitor's time zone.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const day = (time, options) => time.toLocaleDateString("en-US", { month: "short", day: "numeric", ...options });

// "Nov 21, 2026".
export const fullDay = (iso) => day(new Date(iso), { year: "numeric" });

// "Nov 21", with the year where it is another.
export function shortDay(iso, now = new Date()) {
  const time = new Date(iso);
  return day(time, time.getFullYear() === now.getFullYear() ? {} : { year: "numeric" });
}

// "4 min ago", "2 h ago", "Yesterday", "Nov 21".
export function ago(iso, now = new Date()) {
  const time = new Date(iso);
  const passed = now - time;
  if (passed < MINUTE) return "just now";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (time >= midnight) return `${Math.floor(passed / HOUR)} h ago`;
  return time >= midnight - 24 * HOUR ? "Yesterday" : shortDay(iso, now);
}

// When a contact was added: the short day, and the full one in words for screen readers. Without a time,
// as in the rows of the served HTML, it keeps its place.
export function Added({ at, ...rest }) {
  if (!at) return <time {...rest} />;
  const words = `Added ${fullDay(at)}`;
  return (
    <time {...rest} dateTime={at} title={words}>
      <span className="sr-only">{words}</span>
      <span aria-hidden="true">{shortDay(at)}</span>
    </time>
  );
}

export function Changed({ at, ...rest }) {
  const exact = new Date(at).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
  return <time {...rest} key={at} dateTime={at} title={exact}>{`Changed ${ago(at)}`}</time>;
}
