"""What the README says is so: its commands, its variables, its tree, its five lines."""

import re
import subprocess
from pathlib import Path

from crm_app.cli.commands import make_parser
from crm_app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_make_targets_are_those_of_the_table() -> None:
    named = set(re.findall(r"^\| `make ([a-z-]+)`", section("Commands"), flags=re.MULTILINE))
    targets = set(
        re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    )
    assert named == targets - {"help"}


def test_the_commands_of_the_readme_exist() -> None:
    for line in blocks(section("Start"), "sh")[0].splitlines():
        command = line.split("#")[0].split()
        subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


def test_commands_of_the_module_are_those_of_the_table() -> None:
    named = re.findall(r"^\| `python -m crm_app ([a-z-]+)`", section("Commands"), re.MULTILINE)
    offered = make_parser()._subparsers._group_actions[0].choices  # pyright: ignore
    assert set(named) == set(offered or {})


def test_variables_are_those_of_the_settings() -> None:
    rows = re.findall(r"^\| `(CRM_\w+)` \| `([^`]*)` \|", section("Settings"), re.MULTILINE)
    fields = Settings.model_fields.items()
    assert dict(rows) == {f"CRM_{name.upper()}": str(field.default) for name, field in fields}


def test_the_variables_of_the_tests_are_read() -> None:
    named = set(re.findall(r"`(CRM_(?:CHROMIUM|TEST)\w*)", section("Settings")))
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    assert named
    assert all(f'environ.get("{name}"' in sources for name in named)


def test_the_tree_is_the_tree() -> None:
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


def test_what_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / target).is_file()
