"""Text that changes while the page is open, safe under page translation, and times."""

from typing import Any

import reflex as rx

# A translator replaces React's text nodes by elements of its own. Text that React writes into a
# replaced node is not shown, and removing the node raises an error. So changing text has an element
# of its own, which React replaces as a whole, and no text node follows it.

VERBATIM = {"translate": "no"}
"""The attributes of text that somebody typed: it is not translated."""


def words(*content: Any, key: Any = None, **props: Any) -> rx.Component:
    """Return text in an element that is replaced when `key`, by default the text, changes."""
    return rx.el.span(*content, key=content[0] if key is None else key, **props)


def verbatim(value: Any) -> rx.Component:
    """Return typed text, not translated and isolated from the direction of the text around it."""
    return rx.el.bdi(value, key=value, custom_attrs=VERBATIM)


DAY = "{dateStyle: 'medium'}"


def moment(time: rx.Var[str]) -> rx.Component:
    """Return a day with its time."""
    return _time(time, "{dateStyle: 'medium', timeStyle: 'short'}")


def day(time: rx.Var[str]) -> rx.Component:
    """Return a day."""
    return _time(time, DAY)


def day_of(time: rx.Var[str]) -> str:
    """Return the JavaScript that makes a day of a time."""
    return _shown(time, DAY)


def _time(time: rx.Var[str], options: str) -> rx.Component:
    return rx.el.time(
        rx.Var(_shown(time, options), _var_data=time._get_all_var_data()).to(str), date_time=time
    )


def _shown(time: rx.Var[str], options: str) -> str:
    return f"new Date({time!s}).toLocaleString('en-US', {options})"


class Added(rx.Component):
    """The day a contact was added; without a time it keeps the place."""

    library = "$/browser/moments.jsx"
    tag = "Added"

    at: rx.Var[str]


class Changed(rx.Component):
    """How long ago a contact was changed."""

    library = "$/browser/moments.jsx"
    tag = "Changed"

    at: rx.Var[str]
