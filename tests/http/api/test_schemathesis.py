"""Requests made from the API's own schema, valid and wrong: none fails on our side."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api import make_account, make_token
from tests.driving import use_migrated_database
from tests.server import Server

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
    command = [
        *(Path(sys.executable).with_name("schemathesis"), "run", "--no-color"),
        *(f"{server.url}/api/v1/openapi.json", "--checks", ",".join(CHECKS)),
        *("--header", f"Authorization: Bearer {make_token(make_account())}"),
        *("--max-examples", str(repeats), "--seed", "1"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr
    made = re.search(r"([\d,]+) generated", done.stdout)
    assert made, done.stdout
    cases = int(made[1].replace(",", ""))
    print(f"{cases:,} cases")
    assert cases >= min(10_000, 20 * repeats)
