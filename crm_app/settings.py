"""The settings of the application: environment variables with the prefix CRM_, `.env` read too."""

import ipaddress
import re
import stat
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import limits
from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "CRM_"
MIN_TOKEN_LENGTH = 16
DSN = re.compile(r"https?://\w+@[\w.:\[\]-]+/(\S*/)?\d+")
DEFAULT_SECRETS = ("", "postgres", "password", "secret", "changeme", "admin", "crm", "redis")


def _limit(text: str) -> str:
    limits.parse(text)
    return text


Limit = Annotated[str, AfterValidator(_limit)]
"""How often in how long, like `60/hour` or `20/10 minutes`."""


class SettingsError(Exception):
    """A setting holds what it must not; the message names the variable."""


class Settings(BaseSettings):
    """What an operator can set; docs/settings.md lists each with its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///data/crm.db"
    """SQLAlchemy URL of a SQLite file (relative to the working directory) or PostgreSQL 14+."""

    env: Literal["development", "production"] = "development"
    """`production` writes the log as JSON lines, turns guests off and refuses unsafe settings."""

    public_url: str = "http://localhost:8000"
    """Where people open the page: the only address that the server accepts, apart from other
    names of this machine; `https` marks the session cookie Secure. `serve` knows its own port.
    """

    guests: Literal["", "on", "off"] = ""
    """Whether a visitor gets an account without signing up; on unless `env` is production."""

    sign_up: Literal["on", "off"] = "on"
    """Whether visitors can make accounts; `create-user` always can."""

    session_idle_minutes: int = Field(default=0, ge=0, le=60 * 24)
    """When an unused session ends; 0 is 30 in production, else the same as `session_hours`."""

    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    """When any session ends, used or not."""

    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies stand before the server, each adding to X-Forwarded-For."""

    redis_url: str = ""
    """Where rate limits are counted; in this process's memory when empty."""

    slow_action_ms: int = Field(default=500, ge=0)
    """An action that takes longer is logged as slow, with its query time."""

    metrics_token: SecretStr = SecretStr("")
    """The token with which other machines read `/metrics`; this machine needs none."""

    sentry_dsn: SecretStr = SecretStr("")
    """Where unexpected errors are reported to; nowhere when empty."""

    limit_actions_per_account: Limit = "6000/minute"
    limit_actions_per_address: Limit = "3000/minute"
    limit_requests_per_token: Limit = "600/minute"
    limit_sign_ins_per_address: Limit = "60/10 minutes"
    limit_sign_ups_per_address: Limit = "60/hour"
    limit_guests_per_address: Limit = "600/hour"
    limit_new_sockets_per_address: Limit = "300/minute"
    limit_reports_per_address: Limit = "120/minute"
    limit_contacts_per_account: int = Field(default=1_000_000, ge=1)
    limit_contacts_per_guest: int = Field(default=10_000, ge=1)
    audit_days: int = Field(default=400, ge=30)
    limit_kept_tabs_per_address: int = Field(default=200, ge=1)
    limit_sockets_per_address: int = Field(default=100, ge=1)
    limit_events_per_socket: int = Field(default=20, ge=1)
    limit_events_per_address: int = Field(default=200, ge=1)

    @field_validator("database_url")
    @classmethod
    def is_known_database(cls, url: str) -> str:
        """Refuse databases that the application is not tested on."""
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if url == "sqlite:///":
            raise ValueError("must name a file after sqlite:///")
        return _readable(url)

    @field_validator("public_url")
    @classmethod
    def is_web_address(cls, url: str) -> str:
        """Refuse what is no origin: a scheme, a host, perhaps a port, and nothing after them."""
        parts = urlsplit(url)
        is_origin = parts.scheme in ("http", "https") and bool(parts.hostname)
        if parts.username or not url.isascii():
            raise ValueError("must have no user in it and no letters beyond ASCII (xn--...)")
        if not is_origin or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("must be like https://crm.example.com, without a path")
        return f"{parts.scheme}://{parts.netloc}".lower()

    @field_validator("redis_url")
    @classmethod
    def is_redis(cls, url: str) -> str:
        """Refuse what is no address of a Redis."""
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return _readable(url) if url else url

    @field_validator("metrics_token")
    @classmethod
    def is_hard_to_guess(cls, token: SecretStr) -> SecretStr:
        """Refuse what could be found by trying."""
        if 0 < len(token.get_secret_value()) < MIN_TOKEN_LENGTH:
            raise ValueError(f"must have at least {MIN_TOKEN_LENGTH} characters")
        return token

    @field_validator("sentry_dsn")
    @classmethod
    def is_dsn(cls, dsn: SecretStr) -> SecretStr:
        """Refuse what names no project: a scheme, a key, a host and a number."""
        if dsn.get_secret_value() and not DSN.fullmatch(dsn.get_secret_value()):
            raise ValueError("must be like https://key@sentry.example.com/1")
        return dsn

    @model_validator(mode="after")
    def refuse_unsafe(self) -> Self:
        """Refuse unsafe settings in production; the message names the variable."""
        if self.env == "production":
            _refuse_unsafe(self)
        return self

    @property
    def has_secure_cookie(self) -> bool:
        """Whether browsers reach the page over TLS, so that the cookie may demand it."""
        return self.public_url.startswith("https://")

    @property
    def has_guests(self) -> bool:
        """Whether a visitor gets an account without signing up."""
        return self.guests == "on" or (self.guests == "" and self.env != "production")

    @property
    def session_lifetime(self) -> int:
        """After how many seconds any session of an account ends."""
        return self.session_hours * 3600

    @property
    def session_idle(self) -> int:
        """After how many seconds without an action a session of an account ends."""
        minutes = self.session_idle_minutes or (30 if self.env == "production" else 0)
        return min(minutes * 60 or self.session_lifetime, self.session_lifetime)


def is_local(host: str) -> bool:
    """Return whether a host name means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _readable(address: str) -> str:
    """Return the address of a service, if it is one."""
    try:
        make_url(address)
    except (ArgumentError, ValueError) as error:
        raise ValueError("must be an address, with a number as the port if it has one") from error
    return address


def _refuse_unsafe(settings: Settings) -> None:
    public = urlsplit(settings.public_url)
    if public.scheme == "http" and not is_local(public.hostname or ""):
        raise ValueError("CRM_PUBLIC_URL: must begin with https:// in production")
    for variable, address in (
        ("CRM_DATABASE_URL", settings.database_url),
        ("CRM_REDIS_URL", settings.redis_url),
    ):
        _refuse_default_secret(variable, address)
    _refuse_folder_open_to_others(settings.database_url)


def _refuse_default_secret(variable: str, address: str) -> None:
    """Refuse a password that everybody would guess for a service that others can reach."""
    url = make_url(address) if address else None
    host = url and (url.host or url.query.get("host"))
    if not url or not isinstance(host, str) or host.startswith("/") or is_local(host):
        return
    password = url.password or url.query.get("password") or ""
    if str(password).lower() in (*DEFAULT_SECRETS, url.username, url.query.get("user")):
        raise ValueError(f"{variable}: has no password or one that everybody guesses")


def _refuse_folder_open_to_others(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    file = Path(url.database)
    for path in (file.parent, file):
        if path.exists() and path.stat().st_mode & stat.S_IWOTH:
            raise ValueError(f"CRM_DATABASE_URL: others can write to {path}; chmod o-w {path}")


@cache
def get_settings() -> Settings:
    """Read the settings once per process.

    Raises:
        SettingsError: A variable holds what it must not.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [_describe(problem) for problem in error.errors()]
        raise SettingsError("\n".join(problems)) from error


def _describe(problem: ErrorDetails) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    where = [f"{PREFIX}{name}".upper() for name in problem["loc"][:1]]
    return ": ".join([*map(str, where), message])
