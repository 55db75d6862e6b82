"""The settings of the application: environment variables with the prefix CRM_, `.env` read too."""

from functools import cache
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set; the README lists each with its default and meaning."""

    model_config = SettingsConfigDict(
        env_prefix="CRM_", env_file=".env", extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///data/crm.db"
    """SQLAlchemy URL of a SQLite file (relative to the working directory) or PostgreSQL 14+."""

    env: Literal["development", "production"] = "development"
    """`production` writes the log as JSON lines."""

    public_url: str = "http://localhost:8000"
    """Where people open the page; `https` marks the session cookie Secure."""

    @property
    def has_secure_cookie(self) -> bool:
        """Whether browsers reach the page over TLS, so that the cookie may demand it."""
        return self.public_url.startswith("https://")


@cache
def get_settings() -> Settings:
    """Read the settings once per process.

    Raises:
        pydantic.ValidationError: A variable holds what its type does not allow; it is named.
    """
    return Settings()
