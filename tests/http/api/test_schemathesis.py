"""Requests made from the API's own schema, valid and wrong: none fails on our side, many work."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crm_app.http.api.app import schema
from tests.api import make_account, make_token
from tests.driving import use_migrated_database
from tests.server import ROOT, Server

# Not among them: that what is valid is accepted (the rules of emails go further than a schema can),
# what is deleted is gone (it is in the trash), and a missing If-Match is a 400 (it is a 428).
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "unsupported_method"),
    *("response_headers_conformance", "response_schema_conformance"),
    *("content_type_conformance", "negative_data_rejection", "ignored_auth"),
)


@pytest.mark.timeout(1800)
@pytest.mark.soak(short=15, long=1600)
def test_whatever_is_sent_the_response_is_as_the_schema_says(
    server: Server, repeats: int, tmp_path: Path
) -> None:
    use_migrated_database(server.database_url)
    token, har = make_token(make_account()), tmp_path / "requests.har"
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", "--no-color"),
        *(f"{server.url}/api/v1/openapi.json", "--checks", ",".join(CHECKS)),
        *("--header", f"Authorization: Bearer {token}"),
        *("--max-examples", str(repeats), "--seed", "1"),
        *("--report", "har", "--report-har-path", har),
    ]
    hooks = {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.http.api.schemathesis_hooks"}
    api = {"API_URL": f"{server.url}/api/v1", "API_TOKEN": token}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | hooks | api, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    made = re.search(r"([\d,]+) generated", done.stdout)
    assert made, done.stdout
    cases = int(made[1].replace(",", ""))
    print(f"{cases:,} cases")
    assert cases >= min(10_000, 20 * repeats)
    done_by = count_successes(har)
    print(dict(done_by))
    wanted = min(100, repeats // 3)
    operations = [each for path in schema()["paths"].values() for each in path.values()]
    assert not {each["operationId"] for each in operations if done_by[each["operationId"]] < wanted}


def count_successes(har: Path) -> Counter[str]:
    """Return how many requests of each operation had a 2xx."""
    counts: Counter[str] = Counter()
    for entry in json.loads(har.read_text())["log"]["entries"]:
        sent, path = entry["request"], urlsplit(entry["request"]["url"]).path
        for template, operations in schema()["paths"].items():
            is_here = re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path)
            operation = operations.get(sent["method"].lower()) if is_here else None
            if operation and 200 <= entry["response"]["status"] < 300:
                counts[operation["operationId"]] += 1
    return counts
