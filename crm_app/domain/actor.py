"""Who is asking, and from where."""

from dataclasses import dataclass
from datetime import datetime

from crm_app.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor as the server met it, before anyone looked up who it is.

    `token_hash` and `device_hash` are hashes of cookies, empty without one; `address` is the IP
    address, `user_agent` what the browser calls itself, `request_id` how the log names the request
    or the socket: all may be empty. `may_become_guest` when the cookie is one that the server gives
    to new visitors: the first write makes a guest account for it. `has_token` when `token_hash` is
    that of an API token.
    """

    token_hash: str = ""
    device_hash: str = ""
    address: str = ""
    user_agent: str = ""
    request_id: str = ""
    may_become_guest: bool = False
    has_token: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request, and the address book it works in.

    Every query about contacts begins at the book. A new visitor who wrote nothing yet has neither
    account nor book: both ids are 0, which no row has. `email` is empty for guests; `tag` names the
    account to its own page. `signed_in_at` is when the session began. `is_use_due` when its use
    should be recorded again. `scopes` are what an API token allows, none for a browser; `via` is
    how the history names the token.
    """

    account_id: int
    book_id: int
    session_id: int
    is_guest: bool
    email: str
    tag: str
    caller: Caller
    signed_in_at: datetime | None = None
    is_use_due: bool = False
    scopes: frozenset[str] = frozenset()
    via: str = ""

    def has(self, scope: str) -> bool:
        """Return whether the scope is granted: a browser has all of them."""
        return not self.caller.has_token or scope in self.scopes

    def require(self, scope: str) -> None:
        """Refuse a token without this scope.

        Raises:
            NotAllowed: The token does not have it.
        """
        if not self.has(scope):
            raise NotAllowed(f"This API token does not have the scope {scope}")

    @property
    def is_new(self) -> bool:
        """Whether this visitor wrote nothing yet."""
        return not self.account_id
