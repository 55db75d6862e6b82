"""Which passwords are accepted, and what their hashes verify."""

import asyncio

import pytest

from crm_app.domain import passwords


@pytest.mark.parametrize(
    "password",
    [
        "eight ch",
        "x1!" * 42 + "ab",  # 128
        "Zoe\u0301 here",  # 8 composed, 9 as typed
        "пароль и точка",
        "👩🏽‍🚀🎉🎈🎁🎂",
        "  spaces count  ",
    ],
)
def test_these_are_taken(password: str) -> None:
    assert passwords.find_problem(password) is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("seven77", "Use at least 8 characters"),
        ("Zoe\u0301 her", "Use at least 8 characters"),
        ("x1!" * 43, "Use at most 128 characters, this has 129"),
        ("password1", "Many people use this password; choose another"),
        ("PASSWORD1", "Many people use this password; choose another"),
        ("aaaaaaaaaaaa", "Many people use this password; choose another"),
        ("half a \ud800 letter", "This has a character that cannot be stored"),
        ("Ada.Lovelace@example.com", "Choose a password that is not your email address"),
    ],
)
def test_these_are_refused_with_a_reason(password: str, problem: str) -> None:
    assert passwords.find_problem(password, "ada.lovelace@example.com") == problem


def test_nothing_is_cut_off() -> None:
    long = "x1!" * 42
    hashed = passwords.hash_password(long + "a")
    assert passwords.is_right(long + "a", hashed)
    assert not passwords.is_right(long + "b", hashed)


def test_both_ways_to_write_a_letter_are_the_same() -> None:
    assert passwords.is_right("caf\u00e9 au lait", passwords.hash_password("cafe\u0301 au lait"))


def test_each_hash_is_argon2id_with_its_own_salt() -> None:
    first, second = (passwords.hash_password("the same password") for _ in range(2))
    assert first.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert first != second
    assert not passwords.needs_rehash(first)
    assert passwords.needs_rehash(first.replace("m=47104", "m=19456"))


@pytest.mark.parametrize("stored", [None, "", "nonsense", "$argon2id$v=19$broken"])
def test_nothing_is_right_without_a_hash(stored: str | None) -> None:
    assert not passwords.is_right("anything", stored)
    assert not passwords.is_right("half a \ud800 letter", stored)


def test_hashing_leaves_the_event_loop_alone() -> None:
    async def count_ticks() -> int:
        hashing = asyncio.create_task(passwords.off_the_loop(passwords.hash_password, "x" * 20))
        ticks = 0
        while not hashing.done():
            await asyncio.sleep(0.001)
            ticks += 1
        return ticks

    assert asyncio.run(count_ticks()) > 3
