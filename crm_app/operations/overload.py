"""Load shedding: an operation that could not begin in time is refused at once."""

from crm_app.database.threads import Threads
from crm_app.errors import ServerBusy
from crm_app.observability.metrics import event_loop

BEGIN_SECONDS = 1
ROUNDS = 5  # of the event loop that an event takes until its operation can begin, about


def refuse_if_busy(pool: Threads) -> None:
    """Refuse what would wait longer than `BEGIN_SECONDS`: in the event loop, then for a thread.

    Raises:
        ServerBusy: Names the seconds that it would wait.
    """
    wait = ROUNDS * event_loop.lag + pool.expected_wait
    if wait > BEGIN_SECONDS:
        raise ServerBusy(wait)
