"""The map of the rooms: who may import whom. Redraw it here when the plan changes."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "crm_app"
LEAVES = {"errors", "actor", "settings", "text", "user_agent", "version"}
SCHEMAS = {"schemas", "account_schemas"}
MAY_IMPORT = {
    "errors": set(),
    "actor": set(),
    "settings": set(),
    "text": set(),
    "user_agent": set(),
    "version": set(),
    "passwords": {"text"},
    "models": {"errors"},
    "schemas": {"errors", "models", "text"},
    "account_schemas": {"schemas", "models", "passwords", "text", "user_agent"},
    "observability": {"errors", "settings", "version"},
    "rate_limits": {"errors", "observability", "settings", "threads"},
    "database_errors": {"errors"},
    "database_file": {"database_errors", "errors"},
    "db": {"database_errors", "database_file", "errors", "settings", "threads"},
    "revisions": {"database_errors", "database_file", "db", "models"},
    "backup": {"database_file", "revisions", "settings"},
    "health": {"database_errors", "db", "errors", "revisions"},
    "threads": {"database_errors", "errors"},
    "repositories": {"models", "actor", "errors", "text"},
    "services": {"repositories", "models", "settings", *SCHEMAS, *LEAVES},
    "actions": {"db", "errors", "actor", "observability", "rate_limits", "services", "threads"},
    "account_actions": {
        "actions",
        "actor",
        "account_schemas",
        "errors",
        "passwords",
        "rate_limits",
        "services",
        "threads",
    },
    "states": {
        *("actions", "account_actions", "services", "states", "errors", "actor"),
        *("observability", "settings", "text"),
        *SCHEMAS,
    },
    "components": {"states", "components", "errors", *SCHEMAS},
    "page": {"components", "states"},
    "http": {
        *("db", "health", "http", "rate_limits", "services", "observability", "threads"),
        *LEAVES,
    },
    "frontend": set(),
    "supervisor": {"observability"},
    "serve": {"db", "health", "revisions", "settings", "supervisor"},
    "doctor": {"database_file", "db", "revisions", "serve", "settings", "version"},
    "cli": {
        "backup",
        "database_errors",
        "db",
        "doctor",
        "revisions",
        "serve",
        "settings",
        "errors",
        "passwords",
        "services",
        *SCHEMAS,
    },
    "__main__": {"cli"},
    "crm_app": {
        "page",
        "states",
        "http",
        "observability",
        "db",
        "errors",
        "health",
        "models",
        "revisions",
        "serve",
        "services",
        "settings",
        "threads",
    },
}
NO_REFLEX = {
    *LEAVES,
    *SCHEMAS,
    "passwords",
    "models",
    "database_errors",
    "database_file",
    "db",
    "backup",
    "health",
    "threads",
    "revisions",
    "rate_limits",
    "repositories",
    "services",
    "observability",
    "http",
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_never_point_back_up(path: Path) -> None:
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("crm_app.")}
    allowed = MAY_IMPORT[room(path)] | ({room(path)} if path.parent != PACKAGE else set())
    assert rooms <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_upper_rooms_know_reflex(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}
    if room(path) in NO_REFLEX:
        assert not {name for name in libraries if name.startswith("reflex")}
    if room(path) in {"states", "components", "page"}:
        assert not libraries & {"sqlmodel", "sqlalchemy"}


def test_nothing_but_the_edge_commits() -> None:
    committing = {room(path) for path in MODULES if ".commit(" in path.read_text()}
    assert committing == {"db"}


def test_exceptions_of_any_kind_are_caught_in_one_place() -> None:
    catching = [path.name for path in MODULES if "except Exception" in path.read_text()]
    assert catching == ["actions.py"]


def test_init_files_are_empty() -> None:
    assert all(path.read_text() == "" for path in PACKAGE.rglob("__init__.py"))
