"""Passwords: the rules they obey, and argon2id in threads of its own."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from crm_app.domain import text

T = TypeVar("T")
P = ParamSpec("P")

MIN_LENGTH = 8
MAX_LENGTH = 128

# The first of the settings OWASP's Password Storage Cheat Sheet lists for argon2id: 46 MiB, one
# pass, one lane. A hash made with others is made again at the next sign-in.
_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
# Verified where there is no account, so that it takes as long; its password was thrown away.
_NOBODYS_HASH = (
    "$argon2id$v=19$m=47104,t=1,p=1$o39FdCW6nelbqwF4BzRz+A$UQmyIp"
    "0ARRcsNhW9bB3KLEgQ0JadaoL6kanVy74M5ew"
)
# Half of the cores: others are served while many people sign in at once.
_threads = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) // 2), thread_name_prefix="password")
_common = frozenset(FREQUENCY_LISTS["passwords"])


def find_problem(password: str, email: str = "") -> str | None:
    """Return why the password cannot be used, None when it can.

    Counted are code points of the composed form (NFC); nothing is cut off.
    """
    password = text.normalize(password)
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters"
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters, this has {len(password):,}"
    if text.has_lone_surrogate(password):
        return "This has a character that cannot be stored"
    if password.casefold() in _common or len(set(password)) < 3:
        return "Many people use this password; choose another"
    if password.casefold() in (email.casefold(), email.casefold().split("@")[0]):
        return "Choose a password that is not your email address"
    return None


def hash_password(password: str) -> str:
    """Return the argon2id hash of the password, in PHC format; takes tens of milliseconds."""
    return _hasher.hash(text.normalize(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Return whether the hash is the password's; without a hash it takes as long and is not."""
    try:
        _hasher.verify(password_hash or _NOBODYS_HASH, text.normalize(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Return whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


async def off_the_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function of this module in the threads that passwords have to themselves."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, lambda: function(*args, **kwargs))
