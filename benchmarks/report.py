"""The HTML report: one file with styles and SVG inside, no script, no request, one printed page."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from benchmarks import charts
from benchmarks.plan import LEVELS, describe_clients
from benchmarks.results import ACTION, ROUTE, ROUTE_AND_LIST, Measurement, Results
from benchmarks.statistics import RESAMPLES, Interval, Ratio, interval, quantile, ratio

STYLES = Path(__file__).with_name("report.css")
QUESTION, SAVE = "wire", "create"
HEADLINE = f"{SAVE}, 1 client"
TOO_FEW = "too few rounds for an interval"
LOGO = (
    '<span class="logo"><svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M18 21a6 6 0 0 0-12 0"/>'
    '<circle cx="12" cy="11" r="4"/><rect width="18" height="18" x="3" y="3" rx="2"/></svg></span>'
)
LEGEND = {
    "waiting": "waiting",
    "database": "database",
    "wire": "wire",
    "script": "script and paint",
}


def render(results: Results) -> str:
    """Return the report as HTML.

    Raises:
        ValueError: The saves of one client were not measured.
    """
    action, route = pair(results, QUESTION, HEADLINE)
    found = ratio(route.rounds, action.rounds, seed=results.seed)
    at = datetime.fromisoformat(results.taken_at)
    panels = (
        table_panel(results),
        distribution_panel(action, route),
        first_load_panel(results),
        scaling_panel(results),
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Contact Manager: benchmark report</title>"
        f"<style>{STYLES.read_text()}</style></head>\n<body>"
        f'<main data-testid="bench-report"><header>{LOGO}'
        f"<span>Contact Manager, benchmark of {at:%b} {at.day}, {at:%Y, %H:%M}</span></header>\n"
        f'<h1 data-testid="bench-headline">{headline(found, *results.failed_and_all)}</h1>\n'
        f"<p>{how_measured(results, found, action)}</p>\n"
        f'<div class="panels">{"".join(panels)}</div>\n{foot(results)}</main></body></html>\n'
    )


def headline(found: Ratio, failed: int, total: int) -> str:
    """Return the sentence that says which way is faster, if the figures can be used at all."""
    if failed:
        return f"{failed:,} of {total:,} failed, do not use these figures"
    if found.interval and found.interval.contains(1):
        low, high = found.interval.low, found.interval.high
        return f"No difference could be shown (ratio {found.value:.2f}, {low:.2f} to {high:.2f})"
    if found.value < 1:
        turned = inverse(found)
        return (
            f"For saving a contact and showing the list the API routes are {turned.value:.2f} "
            f"times as fast as a server action ({certainty(turned.interval)})."
        )
    times = f"{found.value:.2f} times"
    times = f"<b>{times}</b>" if found.interval else times
    return (
        f"Saving a contact and showing the list is {times} as fast with a server action as with "
        f"the API routes ({certainty(found.interval)})."
    )


def inverse(found: Ratio) -> Ratio:
    turned = found.interval and Interval(1 / found.interval.high, 1 / found.interval.low)
    return Ratio(1 / found.value, turned)


def certainty(found: Interval | None) -> str:
    if found is None:
        return TOO_FEW
    return f"95&nbsp;% confidence interval {found.low:.2f} to {found.high:.2f}"


def how_measured(results: Results, found: Ratio, action: Measurement) -> str:
    """Return how it was measured, and what the route takes that does not request the list."""
    saves = max(map(len, action.rounds))
    parts = [f"{results.rounds} rounds of {saves} saves, both ways in random order"]
    if found.interval is None:
        parts.append(f"ratio of the medians, {TOO_FEW}.")
    else:
        contains = "contains" if found.interval.contains(1) else "does not contain"
        parts.append(
            f"ratio of the medians, interval from {RESAMPLES:,} resamples. It {contains} 1."
        )
    said = "; ".join(parts)
    if alone := results.measurement(QUESTION, HEADLINE, ROUTE):
        said += (
            " The action returns the new list as well, so the route's time includes the request "
            f"for it; without that the route takes {alone.summary.median:.1f} ms."
        )
    return said


def table_panel(results: Results) -> str:
    rows = [
        row(results, "Median, ms", HEADLINE, 0.5),
        row(results, "95th percentile, ms", HEADLINE, 0.95),
        row(results, "99th percentile, ms", HEADLINE, 0.99),
        row(results, f"A second, {LEVELS[-1]} clients", f"{SAVE}, {LEVELS[-1]} clients, rate", 0.5),
        row(results, "Bytes for one save", f"{SAVE}, bytes", 0.5, question="cost"),
        row(results, "Statements for one save", f"{SAVE}, statements", 0.5, question="cost"),
    ]
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Action", "Routes", "Ratio"))
    table = (
        '<table data-testid="bench-table"><thead><tr><th><span class="hidden">Measure</span></th>'
        f'{heads}<th scope="col">95 % interval</th></tr></thead><tbody>{"".join(rows)}</tbody>'
        "</table>"
    )
    note = "routes: POST, then GET of the list; ratio above 1: the action is better"
    return panel("Server action against API route", note, table)


def row(results: Results, label: str, case: str, share: float, *, question: str = QUESTION) -> str:
    """Return a row of the table, nothing if it was not measured."""
    try:
        action, route = pair(results, question, case)
    except ValueError:
        return ""
    ours, theirs = (figure(each, share) for each in (action, route))
    better, other = (action, route) if action.is_rate else (route, action)
    found = ratio(better.rounds, other.rounds, share, seed=results.seed)
    shown = "exact" if action.is_exact and route.is_exact else "too few rounds"
    if found.interval:
        shown = f"{found.interval.low:.2f} – {found.interval.high:.2f}"
    return (
        f'<tr><th scope="row">{label}</th><td class="strong">{ours}</td><td>{theirs}</td>'
        f'<td class="strong">{found.value:.2f}</td><td class="interval">{shown}</td></tr>'
    )


def figure(measurement: Measurement, share: float) -> str:
    value = quantile(measurement.values, share)
    return f"{value:,.1f}" if measurement.unit == "ms" else f"{value:,.0f}"


def distribution_panel(action: Measurement, route: Measurement) -> str:
    curves = [charts.Curve("action", action.values), charts.Curve("route", route.values)]
    note = f"{len(action.values):,} saves each, one client"
    return panel("How the answer times spread", note, charts.distribution(curves))


def first_load_panel(results: Results) -> str:
    load = results.first_load
    if load is None:
        return panel("First load", "not measured", "")
    keys = "".join(f'<span><i class="{name}"></i>{label}</span>' for name, label in LEGEND.items())
    chart = f'{charts.waterfall(load)}<p class="legend">{keys}</p>'
    return panel("First load", f"empty cache, median of {load.loads}", chart)


def scaling_panel(results: Results) -> str:
    points: dict[str, Sequence[charts.Point]] = {}
    try:
        pairs = [
            (level, pair(results, QUESTION, f"{SAVE}, {clients}, rate"))
            for level, clients in ((each, describe_clients(each)) for each in LEVELS)
        ]
    except ValueError:
        return panel("Answers a second", "not measured", "")
    for number, name in enumerate(("action", "route")):
        points[name] = [
            charts.Point(
                level, both[number].summary.median, interval(both[number].rounds, seed=results.seed)
            )
            for level, both in pairs
        ]
    has_bars = all(point.interval for each in points.values() for point in each)
    note = "bars: 95 % interval" if has_bars else TOO_FEW
    return panel("Answers a second", note, charts.scaling(points))


def foot(results: Results) -> str:
    failed, total = results.failed_and_all
    commit = f" ({results.commit})" if results.commit else ""
    facts = "; ".join(
        part
        for part in (
            f"{results.machine}; database on the same machine",
            results.data,
            f"version {results.version}{commit}, {failed:,} of {total:,} operations failed",
        )
        if part
    )
    return (
        '<footer data-testid="bench-foot">'
        f"<b>Machine</b><span>{escape(facts)}</span><b>Command</b>"
        f'<span><code data-testid="bench-command">{escape(results.command)}</code></span></footer>'
    )


def pair(results: Results, question: str, case: str) -> tuple[Measurement, Measurement]:
    """Return the action, and the route with which it is compared: it ends with the list as well.

    Raises:
        ValueError: One of them was not measured, or was never done.
    """
    action = results.measurement(question, case, ACTION)
    route = results.measurement(question, case, ROUTE_AND_LIST) or results.measurement(
        question, case, ROUTE
    )
    if not action or not route or not action.values or not route.values:
        raise ValueError(f"There are no results of {question}: {case}.")
    return action, route


def panel(title: str, note: str, content: str) -> str:
    return (
        f'<section><div class="title"><h2>{title}</h2><span class="note">{note}</span></div>'
        f"{content}</section>"
    )
