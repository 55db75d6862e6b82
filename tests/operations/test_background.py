"""Work that nobody waits for."""

import time

import pytest

from crm_app.database import threads
from crm_app.operations import background


def test_what_fails_unexpectedly_is_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise KeyError("typed by Zaphod")

    background.start("the work was not done", fail)
    while not threads.writers.is_idle:
        time.sleep(0.001)
    log = capsys.readouterr().err
    assert "the work was not done" in log
    assert "in fail\nKeyError" in log
    assert "Zaphod" not in log
