"""Who is asking, and from where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor as the server met it, before anyone looked up who it is.

    `token_hash` and `device_hash` are hashes of cookies, empty without one; `address` is the IP
    address, `user_agent` what the browser calls itself, `request_id` how the log names the request
    or the socket: all may be empty.
    """

    token_hash: str = ""
    device_hash: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request; every query about contacts begins at it."""

    account_id: int
    sign_in_id: int
    is_guest: bool
    caller: Caller
