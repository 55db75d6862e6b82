"""What a run of the benchmarks measured, and the JSON file it is kept in."""

import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import describe_hardware
from benchmarks.statistics import Summary, summarize
from crm_app.version import VERSION

FORMAT = 1
ROOT = Path(__file__).parent.parent
ACTION, ROUTE, ROUTE_AND_LIST = "action", "route", "route and list"
BESIDE, HANDLER = "beside", "handler"
"""The ways: the server action, which ends with the new list; the API route, which returns the
contact; and the route followed by a request for the list, as a page without server actions does.
Beside them the action of another checkout, and its handler without the network.
"""


REFERENCE, REFERENCE_WAY = "reference work", "harness"
"""The case of what this machine takes for the same work at any commit, in every question."""


@dataclass
class Measurement:
    """What one way took in one case, by rounds.

    `question` is the file that measured it. A count that was the same in each try `is_exact`.
    `is_rate` if more is better.
    """

    question: str
    case: str
    way: str
    unit: str = "ms"
    rounds: list[list[float]] = field(default_factory=list)
    failures: int = 0
    is_exact: bool = False
    is_rate: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.question, self.case, self.way

    @property
    def values(self) -> list[float]:
        return [value for each in self.rounds for value in each]

    @property
    def summary(self) -> Summary:
        return summarize(self.values, self.failures)


@dataclass
class Step:
    """One bar of the first load: when it was asked for, when bytes came, when it was done; ms."""

    name: str
    what: str
    size: int
    start: float
    waiting: float
    database: float = 0
    wire: float = 0
    script: float = 0

    @property
    def end(self) -> float:
        return self.start + self.waiting + self.database + self.wire + self.script


@dataclass
class FirstLoad:
    """The median of some loads of the page with an empty cache; times in ms, weight in bytes."""

    loads: int
    first_paint: float
    first_row: float
    weight: int
    steps: list[Step]


@dataclass
class Results:
    """All that a run measured, and where."""

    command: str
    seed: int
    rounds: int
    data: str = ""
    taken_at: str = field(
        default_factory=lambda: datetime.now().astimezone().isoformat(timespec="minutes")
    )
    machine: str = field(default_factory=describe_hardware)
    python: str = field(default_factory=platform.python_version)
    version: str = VERSION
    commit: str = field(default_factory=lambda: describe_commit())
    measurements: list[Measurement] = field(default_factory=list)
    first_load: FirstLoad | None = None

    def measurement(self, question: str, case: str, way: str) -> Measurement | None:
        """Return what was measured, None if it was not."""
        key = (question, case, way)
        return next((each for each in self.measurements if each.key == key), None)

    def record(
        self, question: str, case: str, way: str, values: Sequence[float], **options: Any
    ) -> None:
        """Add one round of a measurement; `failures` are added up."""
        failures = options.pop("failures", 0)
        found = self.measurement(question, case, way)
        if found is None:
            found = Measurement(question, case, way, **options)
            self.measurements.append(found)
        found.rounds.append([round(value, 3) for value in values])
        found.failures += failures

    def count(self, question: str, case: str, way: str, values: Sequence[float], unit: str) -> None:
        """Add the counts of several tries, which are exact if they agree."""
        self.record(question, case, way, values, unit=unit, is_exact=len(set(values)) == 1)

    @property
    def failed_and_all(self) -> tuple[int, int]:
        """How many operations failed, and how many there were."""
        timed = [
            each
            for each in self.measurements
            if each.way in (ACTION, ROUTE, ROUTE_AND_LIST, BESIDE, HANDLER) and each.unit == "ms"
        ]
        failed = sum(each.failures for each in timed)
        return failed, failed + sum(len(each.values) for each in timed)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"format": FORMAT} | asdict(self)) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read a file that `save` wrote.

        Raises:
            ValueError: It is not such a file, or one of another format.
        """
        try:
            stored = json.loads(path.read_text())
            if stored.pop("format") != FORMAT:
                raise ValueError("another format")
            measurements = [Measurement(**each) for each in stored.pop("measurements")]
            first = stored.pop("first_load")
            if first:
                first = FirstLoad(**first | {"steps": [Step(**each) for each in first["steps"]]})
            return cls(**stored, measurements=measurements, first_load=first)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"{path} holds no results of this version: {error}") from error


def describe_commit() -> str:
    """Return the commit that is measured, with `+` if there are changes besides."""
    try:
        commit = _git("rev-parse", "--short=8", "HEAD")
        return f"{commit}+" if _git("status", "--porcelain", "-uno") else commit
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        return ""


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
