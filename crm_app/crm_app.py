"""The application: the one page behind the HTTP shell, its database migrated when it starts."""

import asyncio

import reflex as rx

from crm_app import db, models
from crm_app.http.shell import SESSION_SCRIPT, Shell
from crm_app.observability import configure_logging, log, new_reference
from crm_app.page import index, not_found
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.session import SessionGuard

assert models.Contact  # `reflex db makemigrations` finds the tables by this import


def on_backend_error(exception: Exception) -> rx.event.EventSpec:
    """Log what an event handler raised and tell its visitor; actions never raise."""
    reference = new_reference()
    log.error("handler failed", reference=reference, exc_info=exception)
    return NoticeState.report_failure(reference)  # pyright: ignore[reportReturnType]


def on_frontend_error(exception: Exception) -> None:
    """Log what the page reports of itself, shortened; the text comes from outside."""
    log.error("page failed", reference=new_reference(), error=str(exception)[:4000])


# Where the page knows its backend to be: in development Reflex moves to another port if need be.
BACKEND = rx.Var(
    "env.PING",
    _var_data=rx.vars.VarData(imports={"$/env.json": [rx.ImportVar(tag="env", is_default=True)]}),
).to(str)


def head() -> list[rx.Component]:
    """Return what the page's head has besides what Reflex puts there."""
    elements = [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.script(src="/crm.js", type="module"),
    ]
    config = rx.config.get_config()
    if config.frontend_port != config.backend_port:
        elements.insert(0, rx.el.script(src=BACKEND.replace("/ping", SESSION_SCRIPT)))
    return elements


async def migrate_at_start() -> None:
    """Bring the database's schema up to date before the first visitor."""
    await asyncio.to_thread(db.migrate)


configure_logging()
app = rx.App(
    api_transformer=[Shell],
    app_wraps={},
    backend_exception_handler=on_backend_error,
    frontend_exception_handler=on_frontend_error,
    head_components=head(),
    html_lang="en",
    reset_style=False,
    toaster=None,
)
app.add_page(
    index,
    route="/",
    title="Contact Manager",
    description="Your contacts, found in a keystroke.",
    image="/favicon.svg",
    on_load=[ContactListState.load, ContactFormState.load],
)
app.add_page(not_found, route="404", title="Page not found - Contact Manager")
app.add_middleware(SessionGuard())
app.register_lifespan_task(migrate_at_start)
