"""Clients that write, and send unacknowledged contacts again, as the page does."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from socketio.exceptions import SocketIOError

from crm_app.states.contact_form import ContactFormState
from tests.visitor import Visitor


@dataclass
class Writer:
    """One visitor who creates contacts, one after the other; `acknowledged` are their emails."""

    url: str
    cookie: str
    name: str
    acknowledged: list[str] = field(default_factory=list[str])
    _form: dict[str, str] | None = None

    async def write(self, until: asyncio.Event) -> None:
        """Connect, send unacknowledged contacts, then new ones, until stopped."""
        while not until.is_set():
            try:
                async with Visitor(self.url, self.cookie) as visitor:
                    while not until.is_set() and await self._create(visitor):
                        pass
            except (SocketIOError, OSError, TimeoutError):
                await asyncio.sleep(0.02)

    async def _create(self, visitor: Visitor) -> bool:
        """Send the unacknowledged contact or a new one; return whether it was acknowledged."""
        self._form = form = self._form or self._new_form()
        await visitor.post(ContactFormState.create_contact, form_data=form)
        async with asyncio.timeout(20):
            while visitor.of(ContactFormState).get("saved_key") != form["idempotency_key"]:
                if not visitor.is_connected:
                    return False
                assert visitor.of(ContactFormState).get("refused_key") != form["idempotency_key"]
                await asyncio.sleep(0.002)
        self.acknowledged.append(form["email"])
        self._form = None
        return True

    def _new_form(self) -> dict[str, Any]:
        email = f"{self.name}-{len(self.acknowledged)}@example.com"
        return {"name": self.name, "email": email, "idempotency_key": str(uuid4())}
