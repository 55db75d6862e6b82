"""The packages, and which of them each may import."""

import ast
import statistics
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "crm_app"
MAX_LINES, MAX_MODULES, MEDIAN_LINES = 300, 15, 8
MAY_IMPORT = {
    "errors": set(),
    "settings": set(),
    "version": set(),
    "domain": {"errors"},
    "observability": {"errors", "settings", "version"},
    "database": {"domain", "errors", "settings"},
    "schemas": {"database", "domain", "errors"},
    "repositories": {"database", "domain", "errors"},
    "services": {"database", "domain", "errors", "repositories", "schemas", "settings"},
    "operations": {
        "database",
        "domain",
        "errors",
        "observability",
        "schemas",
        "services",
        "settings",
    },
    "jobs": {"database", "domain", "errors", "observability", "operations", "services"},
    "states": {
        *("domain", "errors", "observability", "operations", "reflex_seam", "schemas"),
        *("services", "settings"),
    },
    "reflex_seam": {"domain", "observability", "settings", "states"},
    "components": {"domain", "errors", "reflex_seam", "schemas", "states"},
    "page": {"components", "states"},
    "inspector": {"database", "errors", "http", "observability", "operations", "reflex_seam"},
    "http": {
        *("database", "domain", "errors", "observability", "operations", "reflex_seam"),
        *("schemas", "services", "settings", "version"),
    },
    "cli": {
        *("database", "domain", "errors", "observability", "operations", "schemas"),
        *("services", "settings", "version"),
    },
    "__main__": {"cli"},
    "lifespan": {
        *("database", "domain", "errors", "http", "observability", "operations", "services"),
        "settings",
    },
    "crm_app": {
        *("cli", "database", "errors", "http", "inspector", "jobs", "lifespan"),
        *("observability", "page", "reflex_seam", "settings", "states"),
    },
}
"""Every package may also import itself."""
NO_REFLEX = {
    *("cli", "database", "domain", "errors", "http", "jobs", "observability", "operations"),
    *("repositories", "schemas", "services", "settings", "version"),
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def package_of(path: Path) -> str:
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
    packages = {name.split(".")[1] for name in imports(path) if name.startswith("crm_app.")}
    allowed = MAY_IMPORT[package_of(path)] | (
        {package_of(path)} if path.parent != PACKAGE else set()
    )
    assert packages <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_upper_packages_import_reflex(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}
    if package_of(path) in NO_REFLEX:
        assert not {name for name in libraries if name.startswith("reflex")}
    if package_of(path) in {"states", "components", "page"}:
        assert not libraries & {"sqlmodel", "sqlalchemy"}


def test_nothing_but_the_edge_commits() -> None:
    committing = {package_of(path) for path in MODULES if ".commit(" in path.read_text()}
    assert committing == {"database"}


def test_exceptions_of_any_kind_are_caught_where_nothing_may_end() -> None:
    catching = [path.name for path in MODULES if "except Exception" in path.read_text()]
    assert sorted(catching) == ["background.py", "kept_states.py", "perform.py", "worker.py"]


def test_init_files_are_empty() -> None:
    assert all(path.read_text() == "" for path in PACKAGE.rglob("__init__.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_outgrows_its_noun(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_LINES


def test_no_package_has_too_many_modules() -> None:
    sizes = Counter(path.parent.name for path in MODULES)
    assert {name: size for name, size in sizes.items() if size > MAX_MODULES} == {}


def test_the_median_function_is_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= MEDIAN_LINES
