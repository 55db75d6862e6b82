"""Switches the inspector on; only the development server imports this module."""

import json
from pathlib import Path

import reflex as rx

from crm_app.inspector import events, statements
from crm_app.inspector.routes import InspectorRoutes
from crm_app.observability import reports, watch
from crm_app.reflex_seam import socket_events

__all__ = ["InspectorRoutes", "panel", "probe", "start"]

PROBE = Path(__file__).parent / "browser/probe.js"


class Inspector(rx.Component):
    """The panel, which Reflex compiles from `browser/panel.jsx`."""

    library = "$/utils/inspector/panel.jsx"
    tag = "Inspector"


def start(app: rx.App) -> None:
    """Observe events, operations, errors and statements from now on."""
    statements.start_recording()
    watch.Observers.current = events.Operations()
    reports.Listeners.current = events.broke
    app.add_middleware(events.Before(), index=0)
    app.add_middleware(events.After())
    socket_events.follow(app, events.arrived, events.sending)


def panel() -> rx.Component:
    """Return the panel for the end of the page."""
    return Inspector.create()


def probe() -> rx.Component:
    """Return the script that measures in the browser; it has to come before Reflex's own."""
    text = json.dumps(PROBE.read_text())
    html = rx.Var(f"{{__html: {text}}}")
    return rx.el.script(custom_attrs={"dangerouslySetInnerHTML": html})
