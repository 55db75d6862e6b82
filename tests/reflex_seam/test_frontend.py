"""What is relied on in the frontend that Reflex generates: breaks when its templates change."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import reflex as rx

from crm_app.cli.build import CLIENT, build_page, is_built
from crm_app.reflex_seam import frontend
from crm_app.reflex_seam.frontend import (
    COMPONENTS,
    HOST_AND_PORT,
    HOSTNAME_ONLY,
    TAILWIND,
    BundlePlugin,
    ReactPlugin,
    add_bundle_plugin,
    backend_url,
    set_host_line,
    set_jsx_alias,
)

WEB = Path(__file__).parents[2] / ".web"


def template(name: str) -> str:
    spec = find_spec("reflex_base")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / ".templates" / "web" / name).read_text()


def test_the_socket_gets_the_pages_host_and_back() -> None:
    generated = template("utils/state.js")
    same_host = set_host_line(HOST_AND_PORT, generated)
    assert HOST_AND_PORT in same_host
    assert HOSTNAME_ONLY not in same_host
    assert set_host_line(HOSTNAME_ONLY, same_host) == generated


def test_another_version_of_reflex_is_refused() -> None:
    with pytest.raises(ValueError, match="no line that sets the host"):
        set_host_line(HOST_AND_PORT, "another state.js")


@pytest.mark.parametrize(
    ("backend_port", "expected"),
    [(3000, "/api/docs"), (8000, 'env.PING.replaceAll("/ping", "/api/docs")')],
)
def test_the_page_finds_the_backend_on_one_port_and_on_two(
    monkeypatch: pytest.MonkeyPatch, backend_port: int, expected: str
) -> None:
    config = rx.config.get_config()
    monkeypatch.setattr(config, "frontend_port", 3000)
    monkeypatch.setattr(config, "backend_port", backend_port)
    assert str(backend_url("/api/docs")) == expected


def test_in_production_the_reference_of_the_api_is_on_the_pages_own_port() -> None:
    if not is_built():
        build_page()
    bundle = "".join(path.read_text() for path in CLIENT.rglob("*.js"))
    assert re.search(r'(href|to):["`]/api/docs["`]', bundle)


def test_the_backends_address_is_where_the_page_looks_for_it() -> None:
    assert "PING" in json.loads((WEB / "env.json").read_text())


def test_react_makes_the_elements_and_emotion_is_not_in_the_bundle() -> None:
    config = (WEB / "vite.config.js").read_text()
    assert set_jsx_alias(config) == config
    assert "@emotion/react" in config
    scripts = (WEB / "build/client/assets").glob("*.js")
    assert not any("emotion-" in path.name or "__EMOTION" in path.read_text() for path in scripts)
    with pytest.raises(ValueError, match="no aliases"):
        set_jsx_alias("another vite.config.js")


def test_the_bundle_has_few_large_files_and_nothing_that_the_page_does_not_use() -> None:
    sizes = {path.name: path.stat().st_size for path in (CLIENT / "assets").glob("*.js")}
    large = sorted(name.split("-")[0] for name, size in sizes.items() if size > 3_000)
    views = ["contact_panel", "empty_states", "keys", "lazy", "trash_view"]
    assert large == sorted([*views, "packages", "page"])
    bundle = "".join(path.read_text() for path in (CLIENT / "assets").glob("*.js"))
    for unused in (
        "XMLHttpRequest",
        "WebTransport",
        "streamController",
        "__reflex_load",
        "flat_map value",
    ):
        assert unused not in bundle


def test_the_script_that_blocks_is_asked_for_before_the_others() -> None:
    html = (CLIENT / "index.html").read_text()
    preload, first_module = (
        html.index('href="/session.js" rel="preload"'),
        html.index("modulepreload"),
    )
    assert preload < first_module


def test_nothing_uses_what_the_bundle_leaves_out() -> None:
    compiled = (WEB / "utils/context.jsx").read_text()
    assert '"cookies": {}' in compiled
    sources = [*(WEB / "app").rglob("*.jsx"), *(WEB / "app_components").rglob("*.jsx")]
    assert sources
    assert not any("uploadFiles" in source.read_text() for source in sources)
    assert json.loads((WEB / "env.json").read_text())["TRANSPORT"] == "websocket"


def test_the_bundles_plugin_is_added_once() -> None:
    config = (WEB / "vite.config.js").read_text()
    assert config.count("bundle()") == 1
    assert add_bundle_plugin(config) == config
    names = [path.name for path, _ in BundlePlugin().get_static_assets()]
    assert "bundle.js" in names
    with pytest.raises(ValueError, match="no list of plugins"):
        add_bundle_plugin("another vite.config.js")


def test_the_sources_of_all_components_are_written_into_one_folder() -> None:
    sources = [*COMPONENTS.rglob("*.jsx"), *COMPONENTS.rglob("*.js")]
    written = {str(path): text for path, text in ReactPlugin().get_static_assets()}
    assert written == {f"browser/{source.name}": source.read_text() for source in sources}
    assert len(written) == len(sources) > 10  # no two of one name


def test_what_the_components_import_is_there() -> None:
    names = {source.name for source in COMPONENTS.rglob("*.js*")}
    sources = [*COMPONENTS.rglob("*.js*"), *COMPONENTS.rglob("*.py")]
    imported = {
        name
        for source in sources
        for name in re.findall(r"\$/browser/([\w.]+)", source.read_text())
    }
    assert "rows.jsx" in imported
    assert imported <= names


def test_a_component_that_is_gone_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "get_web_dir", lambda: tmp_path)
    ReactPlugin().pre_compile()  # before the first build
    (tmp_path / "browser").mkdir()
    (tmp_path / "browser/old.jsx").write_text("export {}")
    (tmp_path / "utils").mkdir()
    ReactPlugin().pre_compile()
    assert [path.name for path in tmp_path.iterdir()] == ["utils"]


def test_tailwind_looks_for_classes_in_the_components() -> None:
    assert "./browser/*.{js,jsx}" in TAILWIND.get("content", [])


@pytest.mark.parametrize("name", ["manifest", "entry.client"])
def test_the_pages_load_nothing_that_only_names_what_is_loaded(name: str) -> None:
    pages = [*CLIENT.glob("*.html")]
    assert pages
    assert not any(f"/assets/{name}-" in page.read_text() for page in pages)
