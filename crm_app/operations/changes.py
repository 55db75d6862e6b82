"""Changes of contacts, published once they are committed; what is rolled back never is."""

from collections.abc import Callable

from sqlmodel import Session

from crm_app.database.models import CHANGES, ContactChange
from crm_app.observability import metrics

Subscriber = Callable[[ContactChange], None]
"""Takes a change in the thread that committed it. It must neither wait nor raise."""


def publish(db: Session) -> None:
    """Hand the changes of a committed transaction to every subscriber, in their order."""
    for change in db.info.pop(CHANGES, ()):
        for subscriber in subscribers:
            subscriber(change)


def _count(change: ContactChange) -> None:
    metrics.CONTACT_CHANGES.labels(change.action).inc()


subscribers: list[Subscriber] = [_count]
