"""Buttons that keep the focus, need the connection, or load the page again."""

import reflex as rx


class SteadyButton(rx.Component):
    """A button that its click removes or disables: the focus stays near.

    `next` is the id of what has the focus then, where it is there.
    """

    library = "$/browser/focus.jsx"
    tag = "SteadyButton"

    disabled: rx.Var[bool]
    auto_focus: rx.Var[bool]
    next: rx.Var[str]
    type: rx.Var[str]


class ConnectedButton(rx.Component):
    """A button that does nothing, and says so, while the connection is lost."""

    library = "$/browser/connection.jsx"
    tag = "ConnectedButton"

    title: rx.Var[str]


class ReloadButton(rx.Component):
    """A button that loads the page again."""

    library = "$/browser/focus.jsx"
    tag = "ReloadButton"
