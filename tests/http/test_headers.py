"""The headers of responses: what may run, who may embed the page, how long it is cached."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.raw import Response, request
from tests.server import Server, running

ALWAYS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"


def first_asset(server: Server, ending: str) -> str:
    page = request(server.url).body.decode()
    return re.findall(rf'(/assets/[^"]+\.{ending})"', page)[0]


def directives(response: Response) -> dict[str, list[str]]:
    (policy,) = response.headers["content-security-policy"]
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize(
    ("path", "method", "status", "host"),
    [
        ("/", "GET", 200, ""),
        ("/", "HEAD", 200, ""),
        ("/nowhere", "GET", 404, ""),
        ("/assets/none.js", "GET", 404, ""),
        ("/_upload", "GET", 404, ""),
        ("/a%0Ab", "GET", 404, ""),
        ("/a%0Ab", "POST", 405, ""),
        ("/a%0Ab", "GET", 421, "evil.test"),
        ("/api/a%0Ab", "GET", 404, ""),
        ("/%0A", "GET", 404, ""),
        ("/api/v1/contacts/a%0Db%0Ac", "GET", 401, ""),
        ("/session.js", "GET", 200, ""),
        ("/favicon.svg", "GET", 200, ""),
        ("/ping", "GET", 200, ""),
        ("/ping", "GET", 200, "evil.test"),
        ("/", "GET", 421, "evil.test"),
        ("/", "POST", 405, ""),
        ("/session", "POST", 403, ""),
    ],
)
def test_every_response_has_the_headers_once(
    server: Server, path: str, method: str, status: int, host: str
) -> None:
    response = request(server.url, path, method, headers=[("Host", host)] if host else None)
    assert response.status == status
    assert {name: response.headers.get(name) for name in ALWAYS} == {
        name: [value] for name, value in ALWAYS.items()
    }
    assert len(response.headers["permissions-policy"]) == 1
    assert len(response.headers["cache-control"]) == len(response.headers["x-request-id"]) == 1
    policy = directives(response)
    assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
    is_page = response["content-type"].startswith("text/html")
    assert is_page or response["content-security-policy"] == NO_DOCUMENT
    assert "strict-transport-security" not in response.headers  # nothing is behind TLS here


def test_a_page_that_has_not_changed_keeps_its_policy(server: Server) -> None:
    response = request(server.url)
    again = request(server.url, headers=[("If-None-Match", response["etag"])])
    assert again.status == 304
    assert directives(again) == directives(response)


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_a_page_runs_its_own_scripts_and_no_other(server: Server, path: str) -> None:
    response = request(server.url, path)
    policy = directives(response)
    scripts = re.findall(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", response.body, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    assert scripts
    assert {f"'sha256-{digest}'" for digest in digests} <= set(policy["script-src"])
    for source in policy["script-src"]:
        assert source == "'self'" or re.fullmatch(r"'sha256-[\w+/]{43}='", source)
    for name in ("object-src", "base-uri", "frame-ancestors", "default-src"):
        assert policy[name] == ["'none'"]
    assert policy["connect-src"] == ["'self'", f"ws://localhost:{server.port}"]
    assert policy["form-action"] == ["'self'"]
    assert "unsafe" not in str({**policy, "style-src": []})
    assert not re.findall(rb"""\son[a-z]+=["']|javascript:""", response.body)


def test_every_script_of_the_page_comes_from_this_server(server: Server) -> None:
    sources = re.findall(r'(?:src|href)="([^"]*)"', request(server.url).body.decode())
    assert sources
    for source in sources:
        assert source.startswith(("/", "data:image/svg+xml,")), source
        assert not source.startswith("//")


def test_only_what_is_named_after_its_content_is_kept_for_ever(server: Server) -> None:
    for ending in ("js", "css"):
        response = request(server.url, first_asset(server, ending))
        assert response.status == 200
        assert response["cache-control"] == "public, max-age=31536000, immutable"
        assert response["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in response.headers
    for path in ("/nowhere", "/assets/none.js", "/assets/", "/favicon.svg", "/ping"):
        assert request(server.url, path)["cache-control"] == "no-cache"
    assert request(server.url, "/")["cache-control"] == "private, no-cache"
    # Back, after signing out, must not show whose session it was.
    assert request(server.url, "/session.js")["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    "path", ["/assets/../favicon.svg", "/assets/%2e%2e/favicon.svg", "/assets/../"]
)
def test_a_detour_through_the_assets_keeps_nothing_for_ever(server: Server, path: str) -> None:
    response = request(server.url, path)
    assert "immutable" not in response["cache-control"]


def test_behind_tls_responses_have_hsts(tmp_path: Path) -> None:
    with running(tmp_path, CRM_PUBLIC_URL="https://crm.example.com") as server:
        for host, path in (("crm.example.com", "/"), ("crm.example.com", "/ping"), ("x.test", "/")):
            response = request(server.url, path, headers=[("Host", host)])
            assert response["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        response = request(server.url, headers=[("Host", "crm.example.com")])
        assert directives(response)["connect-src"] == ["'self'", "wss://crm.example.com"]
        for cookie in response.headers["set-cookie"]:
            assert re.match(r"__Host-crm_session_\w{8}=guest-[\w-]{43}; Path=/; HttpOnly;", cookie)
            assert cookie.endswith("; Secure")
