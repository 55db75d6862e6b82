"""README and docs/ match the code: commands, settings, metrics, the tree, links, the example."""

import re
import subprocess
from pathlib import Path

import pytest

from crm_app.cli.commands import make_parser
from crm_app.observability.metrics import REGISTRY
from crm_app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "docs/settings.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAX_README_LINES = 130
PATH = re.compile(r"`((?:crm_app|tests|docs|benchmarks|assets|alembic)/[\w./-]*)`")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def section(title: str, text: str = README) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= MAX_README_LINES


def test_make_targets_match_the_table() -> None:
    named = set(re.findall(r"^\| `make ([a-z-]+)`", section("Commands"), flags=re.MULTILINE))
    targets = set(
        re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    )
    assert named == targets - {"help"}


def test_the_start_commands_exist() -> None:
    for line in blocks(section("Start"), "sh")[0].splitlines():
        command = line.split("#")[0].split()
        subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_commands_of_the_module_match_the_table() -> None:
    named = re.findall(r"^\| `python -m crm_app ([a-z-]+)`", section("Commands"), re.MULTILINE)
    offered = make_parser()._subparsers._group_actions[0].choices  # pyright: ignore
    assert set(named) == set(offered or {})


def test_settings_match_the_tables() -> None:
    rows = re.findall(r"^\| `(CRM_\w+)` \| `([^`]*)` \|", SETTINGS, re.MULTILINE)
    fields = Settings.model_fields.items()
    assert len(rows) == len(dict(rows))
    assert dict(rows) == {f"CRM_{name.upper()}": str(field.default) for name, field in fields}


def test_the_variables_of_the_tests_are_read() -> None:
    rows = section("Variables of the tests", SETTINGS)
    named = re.findall(r"^\| `(CRM_\w+)` \|", rows, re.MULTILINE)
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    assert named
    assert all(f'environ.get("{name}"' in sources for name in named)


def test_metrics_match_the_table() -> None:
    operations = (ROOT / "docs/operations.md").read_text()
    named = re.findall(r"^\| `(crm_\w+)` \|", section("Metrics", operations), re.MULTILINE)
    offered = [
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("crm_")
    ]
    assert sorted(named) == sorted(offered)


def test_the_tree_matches_the_packages() -> None:
    tree = section("How it is built").split("```\n")[-2]
    inner = {name.rstrip("/") for name in re.findall(r"^  ([\w/.]+)", tree, re.MULTILINE)}
    package = {
        path.name
        for path in (ROOT / "crm_app").iterdir()
        if not path.name.startswith("__") and path.suffix in ("", ".py")
    }
    assert inner == package
    outer = {name.rstrip("/") for name in re.findall(r"^([\w]+)/ ", tree, re.MULTILINE)}
    assert all((ROOT / name).is_dir() for name in outer)


def test_the_five_lines_run(tmp_path: Path) -> None:
    code = blocks(section("Test a state"), "python")[0]
    assert len([line for line in code.splitlines() if line]) == 5
    exec(code, {"tmp_path": tmp_path})


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text()):
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_paths_exist(page: Path) -> None:
    for path in PATH.findall(page.read_text()):
        assert (ROOT / path).exists(), path
