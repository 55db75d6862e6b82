"""The application with its middleware in front of all routes."""

from collections.abc import Sequence
from typing import Any

import reflex as rx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp


class OuterApp(rx.App):
    """Reflex's application with ASGI middleware that gets every request, whatever its path.

    What `api_transformer` returns is behind a route that matches no path with a line break.
    """

    _outer: Sequence[Middleware] = ()
    _addresses: tuple[str, ...] = ()

    def serve_page_at(self, *addresses: str) -> None:
        """Load the data of the page at `/` at these addresses, too: they have the same page."""
        self._addresses = addresses

    def get_load_events(self, path: str) -> Any:
        """Return the events that load the data at this address."""
        return super().get_load_events("/" if path in self._addresses else path)

    def put_behind(self, *middleware: Middleware) -> None:
        """Put the application behind this middleware, the outermost first."""
        self._outer = middleware

    def __call__(self) -> ASGIApp:
        """Return the application to serve; Reflex's own middleware (CORS) remains outermost."""
        app: Any = super().__call__()
        assert isinstance(app, Starlette)  # unless Reflex is set up for OpenTelemetry
        app.user_middleware.extend(self._outer)
        return app
