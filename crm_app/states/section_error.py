"""Errors of the page itself: a section that could not be drawn gets a reference into the log."""

from typing import Any

import reflex as rx

from crm_app.observability import log, new_reference

SECTIONS = ("form", "list")
MAX_REPORT_LENGTH = 4000


class SectionErrorState(rx.State):
    """The reference of each section's last error."""

    form_reference: str = ""
    list_reference: str = ""

    @rx.event
    def report(self, section: str, error: str, component_stack: str):
        """Log what the browser reports, shortened, and give the section its reference."""
        if section not in SECTIONS:
            return
        reference = new_reference()
        log.error(
            "section failed",
            section=section,
            reference=reference,
            error=_shortened(error),
            component_stack=_shortened(component_stack),
        )
        setattr(self, f"{section}_reference", reference)


def _shortened(report: Any) -> str:
    return str(report)[:MAX_REPORT_LENGTH]
