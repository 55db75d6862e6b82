"""The reference of the API as one page, made from its schema: no script, nothing from elsewhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

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

Part = Mapping[str, Any]
Row = tuple[str, str]
LIMITS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {}",
    "maxLength": "at most {} characters",
}


def render(schema: Part) -> str:
    """Return the reference as HTML."""
    about = schema["info"]
    objects = schema["components"]["schemas"].items()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>API of {escape(about['title'])}</title><style>{STYLE}</style><main>"
        f"<h1>API of {escape(about['title'])} {escape(about['version'])}</h1>"
        f"{_paragraphs(about['description'])}"
        '<p>For programs: <a href="/api/v1/openapi.json">the schema (OpenAPI 3.1)</a>.</p>'
        f"<nav><ul>{''.join(_contents(schema))}</ul></nav>"
        f"{''.join(_operation(*each) for each in _operations(schema))}"
        f'<h2 id="objects">Objects</h2>{"".join(_object(*each) for each in objects)}</main></html>'
    )


def _operations(schema: Part) -> Iterator[tuple[str, str, Part]]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def _contents(schema: Part) -> Iterator[str]:
    for method, path, operation in _operations(schema):
        yield f"<li>{_link(operation['operationId'], operation['summary'].capitalize())}"
        yield f": <code>{method} {escape(path)}</code>"
    yield f"<li>{_link('objects', 'Objects')}<li>{_link('ErrorCode', 'Error codes')}"


def _operation(method: str, path: str, operation: Part) -> str:
    return (
        f'<h2 id="{operation["operationId"]}"><span class="method">{method}</span> '
        f"<code>{escape(path)}</code></h2>"
        f"{_paragraphs(operation['description'])}"
        f"{_table('Parameter', _parameters(operation))}"
        f"{_table('Field of the JSON body', _body(operation))}"
        f"{_table('Status', _responses(operation))}"
    )


def _parameters(operation: Part) -> list[Row]:
    rows: list[Row] = [("Authorization", "in the header, required: <code>Bearer crm_...</code>")]
    for each in operation.get("parameters", []):
        required = ", required" if each["required"] else ""
        meaning = _with_code(f". {each['description']}") if "description" in each else ""
        place = f"in the {each['in']}{required}: {_type(each['schema'])}"
        rows.append((each["name"], place + meaning))
    return rows


def _body(operation: Part) -> list[Row]:
    if "requestBody" not in operation:
        return []
    found = operation["requestBody"]["content"]["application/json"]["schema"]
    required = found.get("required", [])
    return [
        (name, meaning + (", required" if name in required else ""))
        for name, meaning in _fields(found)
    ]


def _fields(found: Part) -> list[Row]:
    return [(name, _type(field)) for name, field in found["properties"].items()]


def _responses(operation: Part) -> list[Row]:
    return [
        (status, _response(response)) for status, response in sorted(operation["responses"].items())
    ]


def _response(response: Part) -> str:
    contents = [each["schema"] for each in response.get("content", {}).values()]
    headers = [f"<code>{name}</code>" for name in response.get("headers", {})]
    said = [_with_code(response["description"]), *map(_type, contents)]
    return ": ".join(said) + (f", with {' and '.join(headers)}" if headers else "")


def _object(name: str, found: Part) -> str:
    table = _table("Value", _values(found)) if "enum" in found else _table("Field", _fields(found))
    return f'<h3 id="{name}">{name}</h3>{_paragraphs(found.get("description", ""))}{table}'


def _values(found: Part) -> list[Row]:
    meanings: Sequence[str] = found.get("x-enum-descriptions", [""] * len(found["enum"]))
    return list(zip(found["enum"], map(_with_code, meanings), strict=True))


def _type(found: Part) -> str:
    """Return the words for a type in the schema, as HTML."""
    if "$ref" in found:
        name = found["$ref"].rpartition("/")[2]
        return _link(name, name)
    if "anyOf" in found:
        return " or ".join(map(_type, found["anyOf"]))
    kind: str | list[str] = found["type"]
    name = kind if isinstance(kind, str) else " or ".join(kind)
    inner = found.get("items") or found.get("additionalProperties")
    of = f" of {_type(inner)}" if inner else ""
    form = f" ({found['format']})" if "format" in found else ""
    return ", ".join([f"{name}{of}{form}", *_limits(found)])


def _limits(found: Part) -> Iterator[str]:
    limits = [words.format(f"{found[key]:,}") for key, words in LIMITS.items() if key in found]
    if limits:
        yield " ".join(limits)
    if "pattern" in found:
        yield f"like <code>{escape(found['pattern'])}</code>"
    if found.get("default") is not None:
        yield f"default <code>{escape(json.dumps(found['default']))}</code>"


def _table(title: str, rows: list[Row]) -> str:
    """Return a table of names and what they mean, which is HTML already."""
    if not rows:
        return ""
    lines = (f"<tr><td><code>{escape(name)}</code><td>{meaning}" for name, meaning in rows)
    return f"<table><tr><th>{title}<th>Meaning{''.join(lines)}</table>"


def _link(anchor: str, text: str) -> str:
    return f'<a href="#{anchor}">{escape(text)}</a>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_with_code(part)}</p>" for part in text.strip().split("\n\n"))


def _with_code(text: str) -> str:
    """Escape the text; what stands between backticks is code."""
    parts = escape(" ".join(text.split())).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
