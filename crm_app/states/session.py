"""Whose states these are: a tab's states belong to the session that opened the tab."""

import reflex as rx
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate


class SessionState(rx.State):
    """The session the other states were filled for, by its hash; nothing of it is drawn."""

    _token_hash: str = ""


class SessionGuard(Middleware):
    """Empty the states of a tab before another session gets to see them.

    Reflex finds the states of a tab by a token that the browser made up. Whoever presents it would
    be shown what the former visitor saw.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Compare the session of the connection with that of the states; let the event go on."""
        headers = event.router_data.get("headers")
        if headers is None:  # the server's own event, in the wake of one that was compared
            return
        token_hash = headers.get("cookie", "")
        session = await state.get_state(SessionState)
        if session._token_hash != token_hash:
            if session._token_hash:
                state._get_root_state().reset()
            session._token_hash = token_hash
