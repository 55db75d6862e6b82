"""The reference of the API as one page, made from its schema: no script, nothing from elsewhere."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any, cast

STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:56rem;margin:0 auto;padding:2rem 1.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.5rem 0 .25rem;overflow-wrap:anywhere}
code,pre{font:.875rem/1.5 ui-monospace,monospace}
pre{padding:.75rem 1rem;border:1px solid #8884;border-radius:.5rem;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem;margin:1rem 0}
th:first-child{width:12rem}
td,th{padding:.375rem .75rem .375rem 0;text-align:left;vertical-align:top}
td,th{border-top:1px solid #8884}
.method{display:inline-block;min-width:4.5rem;color:light-dark(#1d4ed8,#93b4ff)}
a{color:light-dark(#1d4ed8,#93b4ff)}
"""


LIMITS = {"minimum": "from {}", "maximum": "to {}", "maxLength": "at most {} characters"}


def render(schema: dict[str, Any]) -> str:
    """Return the reference as HTML."""
    about = schema["info"]
    body = "".join(_operations(schema))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>API of {escape(about['title'])}</title><style>{STYLE}</style><main>"
        f"<h1>API of {escape(about['title'])} {escape(about['version'])}</h1>"
        f"{_paragraphs(about['description'])}"
        '<p>For programs: <a href="/api/v1/openapi.json">the schema (OpenAPI 3.1)</a>.</p>'
        f"{body}<h2>Objects</h2>{''.join(_objects(schema))}</main></html>"
    )


def _operations(schema: dict[str, Any]) -> Iterator[str]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            verb = f'<span class="method">{method.upper()}</span>'
            yield f"<h2>{verb} <code>{escape(path)}</code></h2>"
            yield _paragraphs(operation["description"])
            yield _table("Parameter", _parameters(operation))
            yield _body(operation)
            yield _table("Status", _responses(operation))


def _parameters(operation: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["name"], f"in the {each['in']}, {_type(each['schema'])}")
        for each in operation.get("parameters", [])
    ]


def _body(operation: dict[str, Any]) -> str:
    if "requestBody" not in operation:
        return ""
    found = operation["requestBody"]["content"]["application/json"]["schema"]
    required = found.get("required", [])
    rows = [
        (name, _type(field) + (", required" if name in required else ""))
        for name, field in found["properties"].items()
    ]
    return _table("Field of the body", rows)


def _responses(operation: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (status, _described(response))
        for status, response in sorted(operation["responses"].items())
    ]


def _described(response: dict[str, Any]) -> str:
    schemas = [each.get("schema", {}) for each in response.get("content", {}).values()]
    names = [each["$ref"].rpartition("/")[2] for each in schemas if "$ref" in each]
    return ": ".join([response["description"], *names])


def _objects(schema: dict[str, Any]) -> Iterator[str]:
    for name, found in schema["components"]["schemas"].items():
        if "properties" in found:
            rows = [(field, _type(each)) for field, each in found["properties"].items()]
            yield f"<h3 id={json.dumps(name)}>{escape(name)}</h3>"
            yield _paragraphs(found.get("description", ""))
            yield _table("Field", rows)


def _type(found: dict[str, Any]) -> str:
    """Return the words for a type in the schema."""
    if "$ref" in found:
        return found["$ref"].rpartition("/")[2]
    if "anyOf" in found:
        return " or ".join(_type(each) for each in found["anyOf"])
    kind = found.get("type", "anything")
    name = " or ".join(cast("list[str]", kind)) if isinstance(kind, list) else kind
    limits = [words.format(f"{found[key]:,}") for key, words in LIMITS.items() if key in found]
    form = f" ({found['format']})" if "format" in found else ""
    return name + form + (", " + " ".join(limits) if limits else "")


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = (f"<tr><td><code>{escape(a)}</code><td>{escape(b)}" for a, b in rows)
    return f"<table><tr><th>{title}<th>Meaning{''.join(lines)}</table>"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_with_code(part)}</p>" for part in text.strip().split("\n\n"))


def _with_code(text: str) -> str:
    """Escape the text; what stands between backticks is code."""
    parts = escape(" ".join(text.split())).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
