"""Load shedding: an operation that could not begin in time is refused at once."""

from crm_app.errors import ServerBusy
from crm_app.observability.metrics import event_loop

BEGIN_SECONDS = 1
ROUNDS = 5  # of the event loop that an event takes until its operation can begin, about


def refuse_if_busy(wait_for_thread: float) -> None:
    """Refuse what would begin later than in `BEGIN_SECONDS`, as it waits for the event loop too.

    Raises:
        ServerBusy: Names the seconds that it would wait.
    """
    wait = ROUNDS * event_loop.lag + wait_for_thread
    if wait > BEGIN_SECONDS:
        raise ServerBusy(wait)
