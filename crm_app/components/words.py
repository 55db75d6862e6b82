"""Words that change while the page is open, safe under page translation.

A translator puts elements of its own in the place of React's text nodes. What React writes into
such a node later is not shown, and removing the node raises an error. So words that change stand
in an element that React replaces as a whole, and no text node follows that element.
"""

from typing import Any

import reflex as rx

VERBATIM = {"translate": "no"}
"""The attribute of what somebody typed, which a translator has to leave alone."""


def words(*content: Any, key: Any = None, **props: Any) -> rx.Component:
    """Return words in an element that is replaced when `key` changes, by default the words."""
    return rx.el.span(*content, key=content[0] if key is None else key, **props)


def verbatim(value: Any) -> rx.Component:
    """Return what somebody typed: not translated, and its direction kept to itself."""
    return rx.el.bdi(value, key=value, custom_attrs=VERBATIM)
