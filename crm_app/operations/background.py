"""Work in a writer's thread that nobody waits for; what fails is in the log."""

from collections.abc import Callable
from typing import Any, ParamSpec

from crm_app.database import threads
from crm_app.observability.logs import log
from crm_app.operations.translation import translate

P = ParamSpec("P")


def start(failure: str, work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Start the work; if it fails, `failure` is what the log says."""

    def run() -> None:
        try:
            work(*args, **kwargs)
        except Exception as error:
            line: dict[str, Any] = {}
            translate(error, line)
            log.warning(failure, **line)

    threads.get_writers().start(run)
