"""Which session a request has, and how it gets one: as a new visitor, or by a ticket."""

import json
from dataclasses import dataclass, field

from starlette.types import Scope

from crm_app.domain.actor import Caller
from crm_app.http.origin import get_headers
from crm_app.http.request_id import request_id_of
from crm_app.http.session_cookie import (
    device_cookie,
    device_cookie_name,
    read_cookie,
    session_cookie,
    session_cookie_name,
)
from crm_app.operations.perform import for_visitor, perform
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed, Ok
from crm_app.services import guests, sessions
from crm_app.services.sessions import GUEST_LIFETIME, hash_token, tag_of
from crm_app.settings import get_settings

# Longer than any session: an owner who returns later is asked to sign in, and is no new guest.
ACCOUNT_COOKIE_LIFETIME = 60 * 24 * 3600
FIND = for_visitor(Limit.ACTIONS_PER_ADDRESS, is_read=True, is_routine=True)
CLAIM = for_visitor(Limit.ACTIONS_PER_ADDRESS)


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


async def find_session(scope: Scope) -> Ok[Session] | Failed:
    """Return the request's session; a new visitor gets a cookie, and no row, to begin as a guest.

    The owner of a session that ended is no new visitor: the page asks to sign in again.
    """
    token, caller = read_cookie(scope, session_cookie_name()), read_caller(scope)
    found = await perform(sessions.find_visitor, caller, FIND)
    match found:
        case Ok(sessions.Visitor(tag=tag, is_guest=is_guest)) if tag:
            lifetime = GUEST_LIFETIME if is_guest else ACCOUNT_COOKIE_LIFETIME
            return Ok(Session(tag, is_guest, cookies=[session_cookie(token, lifetime)]))
        case Ok(sessions.Visitor(is_new=True)):
            return Ok(_new_guest())
        case Ok():
            return Ok(Session())
        case Failed():
            return found


def _new_guest() -> Session:
    token = guests.new_guest_token()
    tag = tag_of(hash_token(token))
    return Session(tag, is_guest=True, cookies=[session_cookie(token, GUEST_LIFETIME)])


async def claim(scope: Scope, ticket: str) -> Ok[list[bytes]] | Failed:
    """Trade the ticket for a session; return the cookies of the session and of the device."""
    device = read_cookie(scope, device_cookie_name()) or sessions.new_token()
    claimed = await perform(
        sessions.claim_ticket,
        read_caller(scope),
        CLAIM,
        ticket=ticket,
        device_hash=hash_token(device),
    )
    if isinstance(claimed, Failed):
        return claimed
    return Ok([session_cookie(claimed.value, ACCOUNT_COOKIE_LIFETIME), device_cookie(device)])


def read_caller(scope: Scope) -> Caller:
    """Return who sent the request, by the hashes of its cookies."""
    token = read_cookie(scope, session_cookie_name())
    device = read_cookie(scope, device_cookie_name())
    return Caller(
        token_hash=hash_token(token) if token else "",
        device_hash=hash_token(device) if device else "",
        address=address_of(scope),
        user_agent="".join(get_headers(scope, b"user-agent")[:1]),
        request_id=request_id_of(scope),
        may_become_guest=get_settings().has_guests and guests.is_guest_token(token),
    )


def address_of(scope: Scope) -> str:
    """Return the visitor's IP address."""
    return str((scope.get("client") or [""])[0])
