"""The tables of accounts: accounts, sessions, passwords, the audit trail."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from crm_app.database import naming
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import EMAIL_LENGTH

assert naming.CONVENTION  # set before the first table is made

ADDRESS_LENGTH = 45  # an IPv6 address
USER_AGENT_LENGTH = 255
DEVICE_LENGTH = 60
TAG_LENGTH = 16
TOKEN_NAME_LENGTH = 50


class Account(SQLModel, table=True):
    """A person; a guest until someone signs up with it.

    `id` is that of the account's own address book, so it is never given out twice. `email_key` is
    what emails are compared by; `password_hash` is argon2id in PHC format. Both are empty for
    guests. Nobody is signed in to a disabled account. `tag` names the account to its own page:
    drafts belong to it.
    """

    id: int = Field(primary_key=True)
    tag: str = Field(default="", max_length=TAG_LENGTH)
    is_guest: bool = True
    email: str | None = Field(default=None, max_length=EMAIL_LENGTH)
    email_key: str | None = None
    password_hash: str | None = Field(default=None, max_length=255)
    disabled_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)

    __table_args__ = (sa.Index("uq_account_email_key", "email_key", unique=True),)


class BrowserSession(SQLModel, table=True):
    """A session: a browser that is signed in to an account, by the hash of its cookie.

    It begins as a ticket that the browser makes: `token_hash` is the ticket's hash until the
    browser trades it for a cookie, which sets `claimed_at`. `public_id` is its id outside.
    """

    __tablename__ = "browser_session"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    public_id: UUID = Field(default_factory=uuid7, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(max_length=64, unique=True)
    address: str = Field(default="", max_length=ADDRESS_LENGTH)
    user_agent: str = Field(default="", max_length=USER_AGENT_LENGTH)
    created_at: datetime = Field(default_factory=utc_now)
    claimed_at: datetime | None = None
    used_at: datetime = Field(default_factory=utc_now)
    ended_at: datetime | None = None


class ApiToken(SQLModel, table=True):
    """A way into the account's contacts for a script, by the hash of its secret.

    `scopes` are joined by spaces. `expires_at` is empty for one that does not expire; `used_at` and
    `used_from` say when and from which address it was used last.
    """

    __tablename__ = "api_token"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    public_id: UUID = Field(default_factory=uuid7, unique=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=TOKEN_NAME_LENGTH)
    scopes: str = Field(max_length=40)
    created_at: datetime = Field(default_factory=utc_now)
    expires_at: datetime | None = None
    used_at: datetime | None = None
    used_from: str = Field(default="", max_length=ADDRESS_LENGTH)


class KnownDevice(SQLModel, table=True):
    """A browser that once signed in to the account: strangers' guesses do not keep it out.

    `used_at` is when it signed in last.
    """

    __tablename__ = "known_device"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    device_hash: str = Field(max_length=64)
    used_at: datetime = Field(default_factory=utc_now)

    __table_args__ = (sa.UniqueConstraint("account_id", "device_hash"),)


class SignInDelay(SQLModel, table=True):
    """How often signing in with an email failed lately, whether it has an account or not.

    `key` is a hash of the email and, where one is known, of the device.
    """

    __tablename__ = "sign_in_delay"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=64, unique=True)
    failures: int = 0
    tried_at: datetime = Field(default_factory=utc_now)
    blocked_until: datetime = Field(default_factory=utc_now)


class PasswordReset(SQLModel, table=True):
    """A one-time link for a forgotten password, by its hash."""

    __tablename__ = "password_reset"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", unique=True, ondelete="CASCADE")
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utc_now)


class AuditEvent(SQLModel, table=True):
    """Who did what to an account, when and from where.

    Triggers refuse to change a row, and to remove one that is younger than 30 days. `account_id` is
    no foreign key: the trail outlives the account. `target` is the public id of what it was done
    to, or of the API token that was denied. No text that anyone typed is here.
    """

    __tablename__ = "audit_event"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = None
    action: str = Field(max_length=40)
    target: UUID | None = None
    address: str = Field(default="", max_length=ADDRESS_LENGTH)
    device: str = Field(default="", max_length=DEVICE_LENGTH)

    __table_args__ = (sa.Index("ix_audit_event_account_id_id", "account_id", "id"),)


class Installation(SQLModel, table=True):
    """The one row with the id of this database, which is part of the cookie's name.

    `page_url` is where the server that started last has its page.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: UUID
    page_url: str | None = Field(default=None, max_length=255)
