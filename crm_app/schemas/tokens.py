"""API tokens: the form for a new one, and what their owner sees of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

from crm_app.database.account_models import TOKEN_NAME_LENGTH, ApiToken
from crm_app.domain import cleaning
from crm_app.domain.clock import utc_now
from crm_app.domain.invisible import has_visible_character
from crm_app.domain.unstorable import find_unstorable
from crm_app.schemas.validation import refuse

EXPIRY_DAYS = (30, 90, 365)
DEFAULT_EXPIRY, NEVER = "90", "never"
FIELDS = ("name", "expires", "scopes")


class Scope(StrEnum):
    """What a token can allow."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    EXPORT = "export"


def _name(value: Any) -> str:
    if not isinstance(value, str) or find_unstorable(value) or len(value) > 10 * TOKEN_NAME_LENGTH:
        raise refuse("Enter a name of ordinary characters")
    name = cleaning.clean_line(value)
    if not has_visible_character(name):
        raise refuse("Enter a name")
    if len(name) > TOKEN_NAME_LENGTH:
        raise refuse(f"The name can have at most {TOKEN_NAME_LENGTH} characters")
    return name


def _scopes(value: Any) -> Any:
    if not value:
        raise refuse("Tick at least one")
    return value


class TokenForm(BaseModel):
    """A new token: its name, what it allows, and in how many days it expires."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Annotated[str, BeforeValidator(_name)]
    scopes: Annotated[frozenset[Scope], BeforeValidator(_scopes)]
    expires: Literal["30", "90", "365", "never"] = DEFAULT_EXPIRY

    @property
    def days(self) -> int | None:
        """In how many days it expires, None for never."""
        return None if self.expires == NEVER else int(self.expires)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it; times are UTC. `scopes` are in the order of `Scope`."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_from: str
    is_expired: bool

    @classmethod
    def of(cls, token: ApiToken) -> "TokenView":
        """Return the view of a stored token."""
        return cls(
            id=str(token.public_id),
            name=token.name,
            scopes=tuple(token.scopes.split()),
            created_at=token.created_at,
            expires_at=token.expires_at,
            used_at=token.used_at,
            used_from=token.used_from,
            is_expired=token.expires_at is not None and token.expires_at <= utc_now(),
        )


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just created, with its secret, which is stored nowhere."""

    token: TokenView
    secret: str
