"""What an operator can set, and what is refused with a message that names the variable."""

import stat
from pathlib import Path

import pytest

from crm_app.settings import Settings, SettingsError, get_settings
from tests.conftest import Configure

SAFE = {"CRM_ENV": "production", "CRM_PUBLIC_URL": "https://crm.example.com"}


def refusal(configure: Configure, **variables: str) -> str:
    configure(**variables)
    with pytest.raises(SettingsError) as refused:
        get_settings()
    return str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRM_DATABASE_URL", "mysql://here"),
        ("CRM_DATABASE_URL", "sqlite:///"),
        ("CRM_DATABASE_URL", "postgresql://localhost:bad/crm"),
        ("CRM_REDIS_URL", "redis://localhost:bad"),
        ("CRM_PUBLIC_URL", "crm.example.com"),
        ("CRM_PUBLIC_URL", "https://crm.example.com/contacts"),
        ("CRM_PUBLIC_URL", "ftp://crm.example.com"),
        ("CRM_PUBLIC_URL", "https://me:secret@crm.example.com"),
        ("CRM_PUBLIC_URL", "https://bücher.example"),
        ("CRM_ENV", "staging"),
        ("CRM_GUESTS", "maybe"),
        ("CRM_SIGN_UP", "no"),
        ("CRM_SESSION_HOURS", "0"),
        ("CRM_SESSION_IDLE_MINUTES", "-1"),
        ("CRM_TRUSTED_PROXIES", "many"),
        ("CRM_REDIS_URL", "localhost:6379"),
        ("CRM_LIMIT_ACTIONS_PER_ACCOUNT", "a lot"),
        ("CRM_LIMIT_EVENTS_PER_SOCKET", "0"),
    ],
)
def test_what_a_variable_must_not_hold_is_refused_by_name(
    configure: Configure, variable: str, value: str
) -> None:
    assert refusal(configure, **{variable: value}).startswith(f"{variable}: ")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRM_PUBLIC_URL", "http://crm.example.com"),
        ("CRM_DATABASE_URL", "postgresql://crm:postgres@db.example.com/crm"),
        ("CRM_DATABASE_URL", "postgresql://crm@db.example.com/crm"),
        ("CRM_DATABASE_URL", "postgresql:///crm?host=10.0.0.5&user=crm&password=postgres"),
        ("CRM_REDIS_URL", "redis://cache.example.com"),
        ("CRM_REDIS_URL", "redis://:changeme@cache.example.com"),
    ],
)
def test_production_refuses_the_unsafe(configure: Configure, variable: str, value: str) -> None:
    message = refusal(configure, **{**SAFE, variable: value})
    assert message.startswith(f"{variable}: ")
    assert "changeme" not in message


@pytest.mark.parametrize("where", ["folder", "file"])
def test_production_refuses_data_that_others_can_write_to(
    configure: Configure, tmp_path: Path, where: str
) -> None:
    file = tmp_path / "data/crm.db"
    file.parent.mkdir(mode=0o700)
    file.touch(mode=0o600)
    open_one = {"folder": file.parent, "file": file}[where]
    variables = {**SAFE, "CRM_DATABASE_URL": f"sqlite:///{file}"}
    configure(**variables)
    assert get_settings().env == "production"
    open_one.chmod(open_one.stat().st_mode | stat.S_IWOTH)
    assert refusal(configure, **variables) == (
        f"CRM_DATABASE_URL: others can write to {open_one}; chmod o-w {open_one}"
    )


def test_production_on_this_machine_may_go_without_tls(configure: Configure) -> None:
    configure(CRM_ENV="production", CRM_PUBLIC_URL="http://localhost:8000")
    assert get_settings().has_secure_cookie is False


def test_development_refuses_none_of_this(configure: Configure) -> None:
    configure(CRM_PUBLIC_URL="http://192.168.1.5:8000", CRM_REDIS_URL="redis://cache")
    assert get_settings().public_url == "http://192.168.1.5:8000"


def test_sessions_and_guests_follow_the_environment() -> None:
    here, production = Settings(env="development"), Settings(env="production")
    assert (here.has_guests, production.has_guests) == (True, False)
    assert (here.session_idle, production.session_idle) == (12 * 3600, 30 * 60)
    assert Settings(env="production", guests="on").has_guests
    assert not Settings(guests="off").has_guests
    assert Settings(session_idle_minutes=600, session_hours=1).session_idle == 3600
