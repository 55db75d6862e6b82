"""Named class strings: how cards, buttons and inputs look, in one place."""

FOCUS = "focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent-600"

CARD = "rounded-2xl border border-ink-200/80 bg-white shadow-sm dark:border-ink-800 dark:bg-ink-900"
LINE = "border-ink-100 dark:border-ink-800"
COLUMN_HEADER = f"flex h-13 shrink-0 items-center gap-1 border-b pr-3 pl-5 max-lg:pr-1 {LINE}"
HEADING = "text-base font-semibold text-ink-900 dark:text-ink-50"
MUTED = "text-ink-500 dark:text-ink-400"
STRONG = "text-ink-900 dark:text-ink-50"
BODY = "text-ink-600 dark:text-ink-300"

KEYS = (
    "rounded-md border border-ink-200 bg-white px-1.5 text-[11px] font-medium text-ink-500 "
    "dark:border-ink-700 dark:bg-ink-800 dark:text-ink-400"
)

BUTTON = (
    "inline-flex cursor-pointer items-center justify-center gap-2 rounded-lg text-sm font-medium "
    "h-9 px-3 transition-colors motion-reduce:transition-none "
    "disabled:cursor-default disabled:opacity-60 aria-disabled:cursor-default "
    f"aria-disabled:opacity-60 forced-colors:border {FOCUS}"
)
PRIMARY = f"{BUTTON} bg-accent-600 text-white shadow-xs enabled:hover:bg-accent-700"
DANGER = f"{BUTTON} bg-red-600 text-white shadow-xs enabled:hover:bg-red-700"
SECONDARY = (
    f"{BUTTON} border border-ink-200 bg-white text-ink-700 shadow-xs hover:bg-ink-50 "
    "dark:border-ink-700 dark:bg-ink-900 dark:text-ink-200 dark:hover:bg-ink-800"
)
GHOST = (
    f"{BUTTON} text-ink-600 hover:bg-ink-100 hover:text-ink-900 "
    "dark:text-ink-300 dark:hover:bg-ink-800 dark:hover:text-ink-50"
)
GHOST_DANGER = f"{BUTTON} text-red-700 hover:bg-red-50 dark:text-red-400 dark:hover:bg-red-950"

INPUT = (
    "w-full h-10 rounded-lg border border-ink-200 bg-white px-3 text-base sm:text-sm text-ink-900 "
    "placeholder:text-ink-500 shadow-xs outline-none "
    "focus:border-accent-600 focus:ring-3 focus:ring-accent-600/15 "
    "aria-invalid:border-red-500 aria-invalid:ring-3 aria-invalid:ring-red-500/15 "
    "dark:bg-ink-950 dark:border-ink-700 dark:text-ink-50 dark:placeholder:text-ink-400 "
    "dark:focus:border-accent-300 dark:focus:ring-accent-300/30 "
    "dark:aria-invalid:border-red-400 dark:aria-invalid:ring-red-400/30"
)
LABEL = "mb-1.5 flex gap-1 text-sm font-medium text-ink-700 dark:text-ink-300"
FIELD_ERROR = "mt-1.5 flex items-start gap-1.5 text-sm text-red-700 dark:text-red-400"
NOTE = (
    "mt-1.5 flex flex-wrap items-start gap-x-2 gap-y-1 rounded-lg bg-amber-50 px-3 py-2 text-sm "
    "forced-colors:border "
    "text-amber-900 dark:bg-amber-950 dark:text-amber-200"
)
_OUTCOME = "flex items-start gap-2 rounded-lg px-3 py-2.5 text-sm forced-colors:border"
SUCCESS = f"{_OUTCOME} bg-emerald-50 text-emerald-800 dark:bg-emerald-950 dark:text-emerald-300"
FAILURE = f"{_OUTCOME} bg-red-50 text-red-800 dark:bg-red-950 dark:text-red-300"
TEXT_LINK = (
    "cursor-pointer rounded font-medium text-accent-700 hover:underline dark:text-accent-300 "
    f"{FOCUS}"
)
LINK = f"rounded hover:underline {FOCUS}"

ALERT = "rounded-xl border border-red-200 bg-red-50 p-5 dark:border-red-900 dark:bg-red-950/60"
ALERT_TITLE = "text-sm font-semibold text-red-900 dark:text-red-200"
ALERT_TEXT = "mt-1 text-sm text-red-800 dark:text-red-300"

MARKED = "rounded-xs bg-amber-200/70 dark:bg-amber-300/30"
MARKS = (
    "[&_mark]:rounded-xs [&_mark]:bg-amber-200/70 [&_mark]:text-ink-900 "
    "dark:[&_mark]:bg-amber-300/30 dark:[&_mark]:text-ink-50"
)

AVATAR = "grid shrink-0 place-items-center rounded-full font-semibold forced-colors:border"
AVATAR_COLORS = (
    "bg-sky-100 text-sky-800 dark:bg-sky-950 dark:text-sky-300",
    "bg-violet-100 text-violet-800 dark:bg-violet-950 dark:text-violet-300",
    "bg-emerald-100 text-emerald-800 dark:bg-emerald-950 dark:text-emerald-300",
    "bg-amber-100 text-amber-800 dark:bg-amber-950 dark:text-amber-300",
)
