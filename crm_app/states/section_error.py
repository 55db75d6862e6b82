"""Errors of the page itself: a section that could not be drawn gets a reference into the log."""

import reflex as rx

from crm_app.observability import metrics
from crm_app.observability.logs import log, new_reference
from crm_app.observability.traces import outline_of
from crm_app.states import access
from crm_app.states.access import Id, Report

SECTIONS = ("contact", "form", "list", "trash")


class SectionErrorState(rx.State):
    """The reference of each section's last error."""

    contact_reference: str = ""
    form_reference: str = ""
    list_reference: str = ""
    trash_reference: str = ""

    @rx.event
    @access.report(section=Id, error=Report, component_stack=Report)
    def report(self, section: str, error: str, component_stack: str):
        """Log what the browser reports, by kind and place, and give the section its reference."""
        if section not in SECTIONS:
            return
        reference = new_reference()
        log.error(
            "section failed",
            section=section,
            reference=reference,
            error=outline_of(error),
            component_stack=outline_of(component_stack),
        )
        metrics.PAGE_ERRORS.labels("section").inc()
        setattr(self, f"{section}_reference", reference)

    def _forget_messages(self) -> None:
        for section in SECTIONS:
            setattr(self, f"{section}_reference", "")
