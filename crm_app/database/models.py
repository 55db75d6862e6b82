"""The tables: accounts, the browsers signed in to them, their contacts, and the audit trail."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

NAME_LENGTH = 100
EMAIL_LENGTH = 255
COMPANY_LENGTH = 100
PHONE_LENGTH = 40
NOTES_LENGTH = 500
ADDRESS_LENGTH = 45  # an IPv6 address
USER_AGENT_LENGTH = 255
DEVICE_LENGTH = 60


# Every constraint has a name, so that migrations can change it on SQLite too.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """Return the time of the server's clock, with its time zone."""
    return datetime.now(UTC)


class Account(SQLModel, table=True):
    """Whose contacts they are; a guest until someone signs up with it.

    `email_key` is what emails are compared by; `password_hash` is argon2id in PHC format. Both are
    empty for guests. Nobody is signed in to a disabled account.
    """

    id: int | None = Field(default=None, primary_key=True)
    is_guest: bool = True
    email: str | None = Field(default=None, max_length=EMAIL_LENGTH)
    email_key: str | None = None
    password_hash: str | None = Field(default=None, max_length=255)
    disabled_at: datetime | None = None
    created_at: datetime = Field(default_factory=utc_now)

    __table_args__ = (sa.Index("uq_account_email_key", "email_key", unique=True),)


class SignIn(SQLModel, table=True):
    """One browser bound to an account by its session cookie, of which only the hash is kept.

    It begins as a ticket that the browser made up: `token_hash` is the ticket's hash until the
    browser trades it for a cookie, which sets `claimed_at`. `public_id` is what the outside sees.
    """

    __tablename__ = "sign_in"  # pyright: ignore[reportAssignmentType]

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
    """Who did what, when and from where; triggers refuse to change or remove a row.

    `account_id` is no foreign key: the trail outlives the account. `target` is the public id of
    what it was done to. An action that was sent with an idempotency key left it here: sent again,
    it is not done again. No text that anyone typed is here.
    """

    __tablename__ = "audit_event"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=utc_now)
    account_id: int | None = None
    action: str = Field(max_length=40)
    target: UUID | None = None
    address: str = Field(default="", max_length=ADDRESS_LENGTH)
    device: str = Field(default="", max_length=DEVICE_LENGTH)
    idempotency_key: UUID | None = None

    __table_args__ = (
        sa.Index("ix_audit_event_account_id_id", "account_id", "id"),
        sa.Index(
            "ix_audit_event_idempotency_key",
            "idempotency_key",
            sqlite_where=sa.text("idempotency_key IS NOT NULL"),
            postgresql_where=sa.text("idempotency_key IS NOT NULL"),
        ),
    )


class Installation(SQLModel, table=True):
    """The one row that tells this database from every other: part of the cookie's name.

    `page_url` is where the server that started last has its page.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: UUID
    page_url: str | None = Field(default=None, max_length=255)


class Contact(SQLModel, table=True):
    """A person in somebody's address book; in the trash when `deleted_at` is set.

    `id` grows with every row, so the newest contact has the highest. `public_id` (UUIDv7) is what
    the outside sees. `email_key`, `phone_digits` and `search_text` are derived from what was typed.
    The form that created it left its key and a hash of its values: sent again, it gives this row.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: UUID = Field(default_factory=uuid7, unique=True)
    owner_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    name: str = Field(max_length=NAME_LENGTH)
    email: str = Field(max_length=EMAIL_LENGTH)
    company: str | None = Field(default=None, max_length=COMPANY_LENGTH)
    phone: str | None = Field(default=None, max_length=PHONE_LENGTH)
    notes: str | None = Field(default=None, max_length=NOTES_LENGTH)
    email_key: str = ""
    phone_digits: str | None = Field(default=None, max_length=PHONE_LENGTH)
    search_text: str = ""
    version: int = 1
    idempotency_key: UUID | None = None
    idempotency_hash: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)
    deleted_at: datetime | None = None

    __table_args__ = (
        sa.Index(
            "uq_contact_living_email",
            "owner_id",
            "email_key",
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
        sa.Index(
            "ix_contact_living_newest",
            "owner_id",
            "id",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
        sa.UniqueConstraint("owner_id", "idempotency_key"),
        sa.CheckConstraint("version >= 1", name="version"),
        {"sqlite_autoincrement": True},  # an id is never given out twice
    )
