"""The progress of long work on standard error: a bar on a terminal, else a line for each tenth."""

import sys
import time
from typing import Self

WIDTH = 30  # characters of the bar
PARTS = 10  # lines where there is no terminal


class Progress:
    """How much of the work is done, shown as it advances, and at the end if it is less than all."""

    def __init__(self, total: int, noun: str) -> None:
        """Begin at nothing; `noun` is what is counted, in the plural."""
        self.done = 0
        self._total, self._noun = total, noun
        self._is_terminal = sys.stderr.isatty()
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the work has taken."""
        return time.monotonic() - self._started

    def advance(self, count: int) -> None:
        """Show that so many more are done."""
        former, self.done = self.done, self.done + count
        if self._is_terminal:
            end = "\n" if self.done == self._total else ""
            print(f"\r{self._bar()}", end=end, file=sys.stderr, flush=True)
        elif self.done * PARTS // self._total > former * PARTS // self._total:
            print(self, file=sys.stderr, flush=True)

    def __str__(self) -> str:
        """Return what is done in words."""
        return f"{self.done:,} of {self._total:,} {self._noun}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self.done < self._total:
            newline = "\n" if self._is_terminal else ""
            print(f"{newline}Stopped after {self}", file=sys.stderr)

    def _bar(self) -> str:
        share = self.done / self._total
        left = self.seconds / share - self.seconds
        bar = f"{'#' * int(share * WIDTH):-<{WIDTH}}"
        return f"[{bar}] {share:4.0%}  {self}, {left:.0f} s left \x1b[K"
