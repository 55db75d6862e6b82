"""The examples of docs/api.md do what is written beside them; the reference is a page."""

import argparse
import os
import re
import shlex
import shutil
import subprocess

import httpx

from crm_app.errors import ErrorCode
from crm_app.http.api.app import schema
from crm_app.http.api.problems import STATUS
from tests.api import make_account, make_token
from tests.driving import use_migrated_database
from tests.server import ROOT, Server

PAGE = (ROOT / "docs/api.md").read_text()
EXAMPLES = re.findall(r"^curl .*$", PAGE, re.MULTILINE)


def run_by_curl(command: str, **variables: str) -> None:
    """Run the command as it stands, where there is a curl."""
    if shutil.which("curl"):
        failing = f"{command} --fail --silent --show-error"
        subprocess.run(failing, shell=True, check=True, env=os.environ | variables)


def curl(command: str, **variables: str) -> httpx.Response:
    """Send what curl would send; the machine may have none."""
    for name, value in variables.items():
        command = command.replace(f"${name}", value)
    parser = argparse.ArgumentParser()
    parser.add_argument("-i", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="body")
    parser.add_argument("url")
    sent = parser.parse_args(shlex.split(command)[1:])
    headers = dict(header.split(": ", 1) for header in sent.headers)
    method = sent.method or ("POST" if sent.body else "GET")
    return httpx.request(method, sent.url, headers=headers, content=sent.body)


def test_the_examples_work_in_their_order(server: Server) -> None:
    use_migrated_database(server.database_url)
    variables = {"URL": server.url, "TOKEN": make_token(make_account())}
    create, search, tagged, update, history, undo, delete, trash, *rest = EXAMPLES
    restore, delete_forever, restore_all, empty, read = rest
    made = curl(create, **variables)
    assert made.status_code == 201, made.text
    variables["ID"] = made.json()["id"]
    assert curl(create, **variables).json() == made.json()
    run_by_curl(create, **variables)
    assert curl(search, **variables).json()["total"] == 1
    assert curl(tagged, **variables).json()["contacts"][0]["tags"] == ["partner"]
    assert curl(update, **variables).json()["company"] == "Babbage & Lovelace"
    assert len(curl(history, **variables).json()["changes"]) == 2
    assert curl(undo, **variables).json()["company"] == "Analytical Engines"
    assert curl(delete, **variables).status_code == 204
    assert curl(search, **variables).json()["total"] == 0
    (trashed,) = curl(trash, **variables).json()["contacts"]
    assert (trashed["contact"]["id"], trashed["days_left"]) == (variables["ID"], 30)
    assert curl(restore, **variables).json()["version"] == 5
    assert curl(read, **variables).status_code == 200
    assert curl(read.replace('"1"', '"5"'), **variables).status_code == 304
    for command in (search, history, delete, trash, restore, delete):
        run_by_curl(command, **variables)
    curl(delete, **variables)
    assert curl(restore_all, **variables).json()["done"] == 1
    curl(delete, **variables)
    assert curl(delete_forever, **variables).status_code == 204
    assert curl(empty, **variables).json()["total"] == 0
    for command in (trash, restore_all, empty):
        run_by_curl(command, **variables)


def test_the_page_names_every_status_of_the_reference_and_405() -> None:
    rows = re.findall(r"^\| (\d[\d, ]+) \|", PAGE, re.MULTILINE)
    named = {status for row in rows for status in row.split(", ")}
    listed = {
        status
        for path in schema()["paths"].values()
        for operation in path.values()
        for status in operation["responses"]
    }
    assert named == {status for status in listed if status >= "400"} | {"405"}


def test_the_page_has_every_code_with_its_status() -> None:
    rows = re.findall(r"^\| (\d[\d, ]+) \| (.+?) \|", PAGE, re.MULTILINE)
    told = {code for _, codes in rows for code in re.findall(r"\w+", codes)}
    assert told == {*ErrorCode} - {ErrorCode.NETWORK_ERROR}  # which only the page says
    for code, status in STATUS.items():
        found = [row[0] for row in rows if code.value in row[1]]
        assert any(str(status) in statuses for statuses in found), code


def test_the_reference_is_a_page_of_our_own_with_every_route(server: Server) -> None:
    response = httpx.get(f"{server.url}/api/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "<script" not in response.text
    assert not re.search(r'(src|href)="(https?:)?//', response.text)
    schema = httpx.get(f"{server.url}/api/v1/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method in operations:
            assert f"{method.upper()}</span> <code>{path}<" in response.text
