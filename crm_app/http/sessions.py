"""Which session a request has, and how it gets one: as a guest, or by a ticket."""

import json
from dataclasses import dataclass, field

from starlette.types import Scope

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.errors import NotSignedIn
from crm_app.http.origin import get_headers
from crm_app.http.request_id import request_id_of
from crm_app.http.session_cookie import (
    device_cookie,
    device_cookie_name,
    read_cookie,
    session_cookie,
    session_cookie_name,
)
from crm_app.operations import rate_limits
from crm_app.operations.rate_limits import Limit
from crm_app.services import accounts, sign_ins
from crm_app.services.sign_ins import GUEST_LIFETIME, hash_token
from crm_app.settings import get_settings

# Longer than any session: whoever comes back later is asked to sign in again, and is no guest.
ACCOUNT_COOKIE_LIFETIME = 60 * 24 * 3600


@dataclass(frozen=True)
class Session:
    """Whose session it is (`tag`, empty for nobody's) and the cookies to set.

    `is_unsure` when the database could not say.
    """

    tag: str = ""
    is_guest: bool = False
    is_unsure: bool = False
    cookies: list[bytes] = field(default_factory=list[bytes])

    @property
    def script(self) -> str:
        """What the page learns before it draws: whose drafts to show, or that nobody is here."""
        known = f"crmAccount={json.dumps(self.tag)};crmIsGuest={json.dumps(self.is_guest)};"
        is_nobody = not self.tag and not self.is_unsure
        hide = 'document.documentElement.classList.add("signed-out");' if is_nobody else ""
        return known + hide


def find_session(scope: Scope) -> Session | None:
    """Return the request's session; None for a new visitor who can be a guest.

    Whoever had an account's session that ended is no new visitor: the page asks to sign in again.

    Raises:
        RateLimited: Too much came from this address.
        DatabaseUnavailable: The database is away.
    """
    token = read_cookie(scope, session_cookie_name())
    caller = read_caller(scope)
    rate_limits.spend(Limit.ACTIONS_PER_ADDRESS, rate_limits.network(caller.address))
    with transaction(read_only=True) as db:
        try:
            actor = sign_ins.get_actor(db, caller)
            lifetime = GUEST_LIFETIME if actor.is_guest else ACCOUNT_COOKIE_LIFETIME
            tag = accounts.get_identity(db, actor).tag
            return Session(tag, actor.is_guest, cookies=[session_cookie(token, lifetime)])
        except NotSignedIn:
            can_be_guest = get_settings().has_guests and not sign_ins.has_ended(db, caller)
            return None if can_be_guest else Session()


def open_guest_session(scope: Scope) -> Session:
    """Make a guest account for a new visitor.

    Raises:
        RateLimited: Too many guests came from this address.
        DatabaseUnavailable: The database is away.
    """
    caller = read_caller(scope)
    rate_limits.spend(Limit.GUESTS_PER_ADDRESS, rate_limits.network(caller.address))
    with transaction() as db:
        token = sign_ins.open_guest_account(db, caller)
        guest = Caller(token_hash=hash_token(token))
        tag = accounts.get_identity(db, sign_ins.get_actor(db, guest)).tag
    return Session(tag, is_guest=True, cookies=[session_cookie(token, GUEST_LIFETIME)])


def claim(scope: Scope, ticket: str) -> list[bytes]:
    """Trade the ticket for a session; return the cookies of the session and of the device.

    Raises:
        NotSignedIn: The ticket is worth nothing.
        RateLimited: Too much came from this address.
        DatabaseUnavailable: The database is away.
    """
    device = read_cookie(scope, device_cookie_name()) or sign_ins.new_token()
    rate_limits.spend(Limit.ACTIONS_PER_ADDRESS, rate_limits.network(address_of(scope)))
    with transaction() as db:
        token = sign_ins.claim_ticket(
            db, read_caller(scope), ticket=ticket, device_hash=hash_token(device)
        )
    return [session_cookie(token, ACCOUNT_COOKIE_LIFETIME), device_cookie(device)]


def read_caller(scope: Scope) -> Caller:
    """Return who sent the request, by the hashes of its cookies.

    Raises:
        DatabaseUnavailable: The database, which knows the cookies' names, is away.
    """
    token = read_cookie(scope, session_cookie_name())
    device = read_cookie(scope, device_cookie_name())
    return Caller(
        token_hash=hash_token(token) if token else "",
        device_hash=hash_token(device) if device else "",
        address=address_of(scope),
        user_agent="".join(get_headers(scope, b"user-agent")[:1]),
        request_id=request_id_of(scope),
    )


def address_of(scope: Scope) -> str:
    """Return the visitor's IP address."""
    return str((scope.get("client") or [""])[0])
