"""The inspector switched on for one test, with an empty recorder."""

from collections.abc import Iterator

import pytest

from crm_app.database.engine import get_engine
from crm_app.inspector import events, statements
from crm_app.inspector.recorder import recorder
from crm_app.observability import reports, watch


@pytest.fixture
def recording(database: str) -> Iterator[str]:
    """A fresh database whose operations are recorded; its URL."""
    get_engine().dispose()  # open connections have no recording drivers
    recorder.clear()
    statements.start_recording()
    watch.Observers.current = events.Operations()
    reports.Listeners.current = events.broke
    yield database
    watch.Observers.current = reports.Listeners.current = None
    statements.stop_recording()
    get_engine().dispose()
    recorder.clear()
