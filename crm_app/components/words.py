"""Text that changes while the page is open, safe under page translation."""

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
