"""The API tokens of the account, in the account view."""

from dataclasses import dataclass
from datetime import timedelta

import reflex as rx

from crm_app.domain.clock import utc_now
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Ok
from crm_app.schemas.tokens import EXPIRY_DAYS, Scope, TokenView
from crm_app.services import tokens
from crm_app.states import access, actions
from crm_app.states.access import Id, TokenArguments, TokenFormData
from crm_app.states.outcome import Outcome


@dataclass(frozen=True)
class TokenRow:
    """A token as the list draws it; times are ISO 8601 in UTC, empty for never."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    expires_at: str
    used_at: str
    used_from: str
    is_expired: bool


@dataclass(frozen=True)
class Expiry:
    """A choice of the form: in how many days a token expires, and when that is, ISO 8601 in UTC."""

    days: str
    at: str


class TokenState(Outcome, rx.State):
    """The tokens, the form for a new one while `is_creating`, and the secret of the one just made.

    A new `form_key` empties the form. `asking_id` is the token that may be about to be revoked.
    """

    tokens: list[TokenRow] = []
    is_creating: bool = False
    is_busy: bool = False
    expiries: list[Expiry] = []
    form_key: str = ""
    created: str = ""
    secret: str = ""
    asking_id: str = ""

    @rx.event
    @access.signed_in()
    def new_token(self):
        """Show the form for a new token."""
        self._forget()
        now = utc_now()
        self.expiries = [
            Expiry(str(days), (now + timedelta(days=days)).isoformat()) for days in EXPIRY_DAYS
        ]
        self.is_creating, self.form_key = True, new_reference()

    @rx.event
    @access.signed_in()
    def cancel(self):
        """Take the form away."""
        self._forget()

    @rx.event
    @access.performing(form_data=TokenArguments)
    async def create_token(self, form_data: TokenFormData):
        """Create a token and show its secret this one time."""
        self.is_busy = True
        self._say("")
        yield
        data = {
            "name": form_data.get("token_name", ""),
            "expires": form_data.get("expires", ""),
            "scopes": [scope for scope in Scope if form_data.get(scope)],
        }
        result = await actions.run(self, tokens.create_token, data=data)
        self.is_busy = False
        match result:
            case Ok(new):
                self.is_creating = False
                self.created, self.secret = new.token.name, new.secret
                await self._load()
            case Failed(failure):
                self._say_failed(failure)

    @rx.event
    @access.signed_in()
    def done(self):
        """Forget the secret: it is shown no more."""
        self._forget()

    @rx.event
    @access.signed_in(token_id=Id)
    def ask_to_revoke(self, token_id: str):
        """Ask before a token of the list is revoked."""
        self.asking_id = token_id if token_id in {row.id for row in self.tokens} else ""

    @rx.event
    @access.signed_in()
    def keep_token(self):
        """Take the question back."""
        self.asking_id = ""

    @rx.event
    @access.performing(token_id=Id)
    async def revoke_token(self, token_id: str):
        """Revoke a token; further requests with it are refused."""
        result = await actions.run(self, tokens.revoke_token, token_id=token_id)
        self.asking_id = ""
        self._say("")
        if isinstance(result, Failed):
            self._say_failed(result.failure)
        await self._load()

    async def _load(self) -> None:
        found = await actions.read(self, tokens.list_tokens)
        if isinstance(found, Ok):
            self.tokens = [_row(view) for view in found.value]
        else:
            self._say_failed(found.failure)

    def _forget(self) -> None:
        """Forget the form and the secret."""
        self._say("")
        self.is_creating = self.is_busy = False
        self.created = self.secret = self.asking_id = ""

    def _forget_messages(self) -> None:
        self._forget()


def _row(view: TokenView) -> TokenRow:
    return TokenRow(
        id=view.id,
        name=view.name,
        scopes=list(view.scopes),
        created_at=view.created_at.isoformat(),
        expires_at=view.expires_at.isoformat() if view.expires_at else "",
        used_at=view.used_at.isoformat() if view.used_at else "",
        used_from=view.used_from,
        is_expired=view.is_expired,
    )
