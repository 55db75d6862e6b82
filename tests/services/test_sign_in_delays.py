"""Guesses of a password: a few are free, then each waits longer than the last."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlmodel import select

from crm_app.database.account_models import SignInDelay
from crm_app.database.transaction import transaction
from crm_app.domain.clock import utc_now
from crm_app.errors import RateLimited
from crm_app.services import sign_in_delays
from crm_app.services.sign_in_delays import Reservation

pytestmark = pytest.mark.usefixtures("database")
STEP = 20  # seconds between two tries; every wait is a multiple of it
KEY = sign_in_delays.key_of("ada@example.com", "")


def tries(key: str = KEY) -> Reservation | None:
    try:
        with transaction() as db:
            return sign_in_delays.reserve(db, key)
    except RateLimited:
        return None


def forgive(reservation: Reservation | None) -> None:
    assert reservation is not None
    with transaction() as db:
        sign_in_delays.forgive(db, reservation)


def let_pass(time: timedelta) -> None:
    """Let time pass for the table, by making all of its times older."""
    with transaction() as db:
        for row in db.connection().execute(sa.select(SignInDelay)).all():
            times: dict[str, datetime] = {
                "tried_at": row.tried_at - time,
                "blocked_until": row.blocked_until - time,
            }
            statement = sa.update(SignInDelay).where(SignInDelay.id == row.id)  # pyright: ignore
            db.connection().execute(statement.values(**times))


def test_three_are_free_and_the_waits_grow_fourfold() -> None:
    assert [bool(tries()) for _ in range(5)] == [True, True, True, False, False]
    for minutes in (1, 4, 16, 60, 60):
        let_pass(timedelta(minutes=minutes, seconds=-2))
        assert not tries()
        let_pass(timedelta(seconds=2))
        assert tries()


def test_at_most_five_are_judged_in_any_ten_minutes() -> None:
    judged: list[int] = []
    for second in range(0, 7200, STEP):
        if tries():
            judged.append(second)
            while tries():
                judged.append(second)
        let_pass(timedelta(seconds=STEP))
    windows = [sum(start <= t < start + 600 for t in judged) for start in judged]
    assert max(windows) == 5


def test_those_at_the_same_time_count_too() -> None:
    allowed: list[bool] = []
    threads = [Thread(target=lambda: allowed.append(bool(tries()))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 9 + [True] * 3


def test_a_right_one_is_taken_back() -> None:
    for _ in range(9):
        forgive(tries())


def test_a_right_one_after_wrong_ones_brings_no_wait_of_its_own() -> None:
    assert [bool(tries()) for _ in range(3)] == [True, True, True]
    let_pass(timedelta(minutes=1))
    for _ in range(3):
        forgive(tries())
    assert tries()
    assert not tries()


def test_right_ones_do_not_keep_the_wrong_ones_remembered() -> None:
    assert [bool(tries()) for _ in range(3)] == [True, True, True]
    for _ in range(2):
        let_pass(timedelta(hours=13))
        forgive(tries())
    assert [bool(tries()) for _ in range(4)] == [True, True, True, False]


def test_a_right_one_does_not_shorten_the_wait_for_a_wrong_one_at_the_same_time() -> None:
    assert [bool(tries()) for _ in range(2)] == [True, True]
    with transaction() as db:
        right = sign_in_delays.reserve(db, KEY)
        delay = db.exec(select(SignInDelay)).one()
        delay.blocked_until = utc_now()  # as if this one had come a moment before
        db.add(delay)
    assert tries()
    forgive(right)
    assert not tries()


def test_strangers_do_not_keep_known_devices_out() -> None:
    known = sign_in_delays.key_of("ada@example.com", "a device")
    assert [bool(tries()) for _ in range(4)] == [True, True, True, False]
    assert [bool(tries(known)) for _ in range(4)] == [True, True, True, False]
    assert tries(sign_in_delays.key_of("ada@example.com", "another device"))


def test_a_day_without_a_try_forgets() -> None:
    assert [bool(tries()) for _ in range(4)] == [True, True, True, False]
    let_pass(timedelta(days=1, seconds=1))
    assert [bool(tries()) for _ in range(4)] == [True, True, True, False]


def test_nobody_reads_the_email_in_the_table() -> None:
    tries()
    with transaction(read_only=True) as db:
        row = db.connection().execute(sa.select(SignInDelay)).one()
    assert "ada" not in str(row._mapping)
    assert row.tried_at <= utc_now()
