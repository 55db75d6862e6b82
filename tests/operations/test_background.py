"""Work that nobody waits for."""

import time

from crm_app.database import threads
from crm_app.operations import background
from tests.conftest import ReadLog


def test_what_fails_unexpectedly_is_in_the_log(read_log: ReadLog) -> None:
    def fail() -> None:
        raise KeyError("typed by Zaphod")

    background.start("the work was not done", fail)
    while not threads.get_writers().is_idle:
        time.sleep(0.001)
    log = read_log()
    assert "the work was not done" in log
    assert "in fail\nKeyError" in log
    assert "Zaphod" not in log
