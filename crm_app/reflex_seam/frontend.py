"""The generated frontend: the design's colours, the place it is rendered, the socket's host."""

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.utils.prerequisites import get_web_dir
from reflex_base.plugins.shared_tailwind import TailwindConfig

from crm_app.reflex_seam.development import has_two_ports

TAILWIND: TailwindConfig = {
    "content": [
        "./app/**/*.{js,jsx}",
        "./app_components/**/*.jsx",
        "./utils/**/*.{js,jsx}",
        "./browser/*.{js,jsx}",
        "./bundle/*.jsx",
    ],
    "darkMode": "class",
    "theme": {
        "extend": {
            "fontFamily": {
                "sans": "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Inter, Roboto, "
                "'Noto Sans', sans-serif"
            },
            "colors": {
                "ink": {
                    "50": "oklch(0.984 0.002 260)",
                    "100": "oklch(0.964 0.003 260)",
                    "200": "oklch(0.922 0.005 260)",
                    "300": "oklch(0.868 0.008 260)",
                    "400": "oklch(0.708 0.012 260)",
                    "500": "oklch(0.530 0.015 260)",
                    "600": "oklch(0.440 0.016 260)",
                    "700": "oklch(0.370 0.016 260)",
                    "800": "oklch(0.275 0.014 260)",
                    "900": "oklch(0.212 0.012 260)",
                    "950": "oklch(0.155 0.010 260)",
                },
                "accent": {
                    "50": "oklch(0.965 0.018 264)",
                    "100": "oklch(0.93 0.035 264)",
                    "300": "oklch(0.80 0.10 264)",
                    "600": "oklch(0.52 0.21 264)",
                    "700": "oklch(0.46 0.20 264)",
                    "950": "oklch(0.26 0.09 264)",
                },
            },
        }
    },
}
"""The design's colours: `ink` greys and one `accent`; Tailwind brings red, amber and emerald."""

# The backend as the page knows it: in development Reflex moves to another port if one is taken.
PING = rx.Var(
    "env.PING",
    _var_data=rx.vars.VarData(imports={"$/env.json": [rx.ImportVar(tag="env", is_default=True)]}),
).to(str)


def backend_url(path: str) -> rx.Var[str] | str:
    """Return where the page finds this path of the backend: in development on another port."""
    return PING.replace("/ping", path) if has_two_ports() else path


# True while the HTML is rendered, False in the bundle, which so has no second copy of it.
IN_HTML = rx.Var("import.meta.env.SSR").to(bool)

COMPONENTS = Path(__file__).parents[1] / "components"
BROWSER = "browser"

HOSTNAME_ONLY = "endpoint.hostname = frontend_hostname;"
HOST_AND_PORT = "endpoint.host = window.location.host;"


ALIASES = "alias: ["
JSX = "utils/jsx.js"
PLAIN_JSX = 'export { createElement as jsx } from "react";\n'

BUNDLE = "bundle"
BUNDLE_SOURCES = sorted((Path(__file__).parent / BUNDLE).glob("*.js*"))
BUNDLE_IMPORT = f'import bundle from "./{BUNDLE}/bundle.js";\n'
ROUTER_PLUGIN = "reactRouter(),"


class PlainJsxPlugin(rx.plugins.Plugin):
    """Let React make the elements, not Emotion: all our styles are classes.

    Reflex imports Emotion for components with style props, of which there are none here.
    """

    def pre_compile(self, **context: Any) -> None:
        """Put React's function in the place of Emotion's."""
        context["add_save_task"](lambda: (str(get_web_dir() / JSX), PLAIN_JSX))
        context["add_modify_task"]("vite.config.js", set_jsx_alias)


def set_jsx_alias(vite_config: str) -> str:
    """Return the configuration of Vite with an alias for Emotion.

    Raises:
        ValueError: It has no aliases: another version of Reflex than the pinned one.
    """
    target = f'fileURLToPath(new URL("./{JSX}", import.meta.url))'
    alias = f'{{ find: "@emotion/react", replacement: {target} }},'
    if alias in vite_config:
        return vite_config
    if ALIASES not in vite_config:
        raise ValueError("vite.config.js of this Reflex version has no aliases")
    return vite_config.replace(ALIASES, f"{ALIASES}\n      {alias}", 1)


class BundlePlugin(rx.plugins.Plugin):
    """Leave out of the page's bundle what the page does not use, and divide it into two files.

    Only the build does so; the development server has all of React Router and socket.io.
    """

    def pre_compile(self, **context: Any) -> None:
        """Add the plugin of Vite that does it."""
        context["add_modify_task"]("vite.config.js", add_bundle_plugin)

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """Return that plugin, and the modules that it puts in the place of others."""
        return [(Path(BUNDLE) / source.name, source.read_text()) for source in BUNDLE_SOURCES]


def add_bundle_plugin(vite_config: str) -> str:
    """Return the configuration of Vite with the plugin.

    Raises:
        ValueError: It has no list of plugins: another version of Reflex than the pinned one.
    """
    if BUNDLE_IMPORT in vite_config:
        return vite_config
    if ROUTER_PLUGIN not in vite_config:
        raise ValueError("vite.config.js of this Reflex version has no list of plugins")
    return BUNDLE_IMPORT + vite_config.replace(ROUTER_PLUGIN, f"bundle(),\n    {ROUTER_PLUGIN}", 1)


class ReactPlugin(rx.plugins.Plugin):
    """Write the application's own React components into the generated frontend.

    They import each other, and Reflex imports them, as `$/browser/...`.
    """

    def pre_compile(self, **context: Any) -> None:
        """Remove components that are no more: the generated frontend outlives a build."""
        shutil.rmtree(get_web_dir() / BROWSER, ignore_errors=True)

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """Return the sources."""
        sources = sorted(COMPONENTS.rglob("*.js*"))  # `head.js` is a script of the page, no module
        return [(Path(BROWSER) / source.name, source.read_text()) for source in sources]


class SameOriginPlugin(rx.plugins.Plugin):
    """Let the socket use the page's own host and port when both are served on one port.

    Reflex bakes the port of the build into the bundle, so the same build could not be served on
    another port or behind a proxy on one.
    """

    def pre_compile(self, **context: Any) -> None:
        """Set the line of `utils/state.js` that takes over the page's host name, or all of it.

        The file outlives a build: development after production finds it changed, and the reverse.
        """
        wanted = HOSTNAME_ONLY if has_two_ports() else HOST_AND_PORT
        context["add_modify_task"]("utils/state.js", partial(set_host_line, wanted))


def set_host_line(wanted: str, state_js: str) -> str:
    """Return Reflex's `state.js` with the wanted line in place of the one that is there.

    Raises:
        ValueError: Neither is there: another version of Reflex than the pinned one.
    """
    present = next((line for line in (HOSTNAME_ONLY, HOST_AND_PORT) if line in state_js), None)
    if present is None:
        raise ValueError("utils/state.js of this Reflex version has no line that sets the host")
    return state_js.replace(present, wanted)
