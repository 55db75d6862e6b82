"""The settings of the application: environment variables with the prefix CRM_, `.env` read too."""

from functools import cache
from typing import Literal

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CRM_"


class SettingsError(Exception):
    """A setting holds what it must not; the message names the variable."""


class Settings(BaseSettings):
    """What an operator can set; the README lists each with its default and meaning."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///data/crm.db"
    """SQLAlchemy URL of a SQLite file (relative to the working directory) or PostgreSQL 14+."""

    env: Literal["development", "production"] = "development"
    """`production` writes the log as JSON lines."""

    public_url: str = "http://localhost:8000"
    """Where people open the page; `https` marks the session cookie Secure."""

    @field_validator("database_url")
    @classmethod
    def is_known_database(cls, url: str) -> str:
        """Refuse databases that the application is not tested on."""
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("public_url")
    @classmethod
    def is_web_address(cls, url: str) -> str:
        """Refuse what a browser cannot open."""
        if not url.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return url

    @property
    def has_secure_cookie(self) -> bool:
        """Whether browsers reach the page over TLS, so that the cookie may demand it."""
        return self.public_url.startswith("https://")


@cache
def get_settings() -> Settings:
    """Read the settings once per process.

    Raises:
        SettingsError: A variable holds what it must not.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{PREFIX}{str(problem['loc'][0]).upper()}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise SettingsError("\n".join(problems)) from error
