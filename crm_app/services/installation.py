"""The installation: what is known of the server that uses this database."""

from sqlmodel import Session

from crm_app.domain.actor import Caller
from crm_app.repositories import accounts


def get_id(db: Session, _caller: Caller) -> str:
    """Return the id of this database, 32 hex digits, the same for its whole life."""
    return accounts.get_installation(db).public_id.hex


def find_page(db: Session, _caller: Caller) -> str | None:
    """Return the address of the page that the server which started last serves."""
    return accounts.get_installation(db).page_url


def set_page(db: Session, _caller: Caller, *, url: str) -> None:
    """Store the address of the page, for commands that print links to it."""
    accounts.get_installation(db).page_url = url
