"""The switch of the inspector, and the plugin that adds its sources to the development page."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from reflex.utils.prerequisites import get_web_dir

from crm_app.settings import get_settings

SOURCES = Path(__file__).parents[1] / "inspector/browser"
# Tailwind looks for class names in this folder of the generated frontend.
TARGET = Path("utils/inspector")


def is_development() -> bool:
    """Return whether this process belongs to `reflex run` in development mode.

    Reflex sets the variable for itself and its workers. A build, the production server, the command
    line and the tests have another value or none, so that the default is off.
    """
    is_dev_mode = os.environ.get("REFLEX_ENV_MODE") == rx.constants.Env.DEV.value
    return is_dev_mode and get_settings().env != "production" and has_two_ports()


def has_two_ports() -> bool:
    """Return whether page and socket have separate ports, as in development."""
    config = rx.config.get_config()
    return config.frontend_port != config.backend_port


class InspectorPlugin(rx.plugins.Plugin):
    """Write the inspector's React components into the generated frontend, in development only.

    The generated frontend outlives a build: a production build removes what development wrote.
    """

    def pre_compile(self, **context: Any) -> None:
        """Remove the components unless they are part of the page."""
        if not is_development():
            shutil.rmtree(get_web_dir() / TARGET, ignore_errors=True)

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """Return the components, none outside of development."""
        if not is_development():
            return ()
        return [(TARGET / path.name, path.read_text()) for path in sorted(SOURCES.glob("*.jsx"))]
