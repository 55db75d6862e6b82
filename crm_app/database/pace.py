"""How fast threads do their work lately, to expect how long more work would wait."""

import time

WEIGHT = 0.05  # of the work done last in the means
LONGEST_SECONDS = 1  # that one piece of work counts: a connection that was lost is no pace
PAUSE_SECONDS = 1  # after which the means are not known any more: why it was slow may be over


class Pace:
    """Two means: `seconds` that a piece of work takes, and `interval` from one end to the next.

    The interval counts while all threads are busy and work waits. It stays what it is when one
    thread waits for a lock that the others get.
    """

    def __init__(self) -> None:
        self.seconds = self.interval = self._ended_at = 0.0

    def begin(self) -> None:
        """Forget the means if work comes after a pause."""
        if time.monotonic() - self._ended_at > PAUSE_SECONDS:
            self.seconds = self.interval = 0.0

    def end(self, started_at: float, *, is_full: bool) -> None:
        """Add work that ends now, having started then (monotonic seconds), to the means."""
        now = time.monotonic()
        self.seconds += (min(now - started_at, LONGEST_SECONDS) - self.seconds) * WEIGHT
        if is_full:
            interval = min(now - max(self._ended_at, started_at), LONGEST_SECONDS)
            self.interval += (interval - self.interval) * WEIGHT
        self._ended_at = now
