"""The tokens of tabs as Reflex sends them: breaks when the frame changes."""

import asyncio
from uuid import UUID

from socketio.packet import EVENT, Packet
from starlette.types import Message

from crm_app.reflex_seam.tab_token import NEW_TOKEN, TabToken

SENT = "0b5b0c2e-5f5e-4c1b-9d0a-0a8f3b6f9c11"


def frame_of(token: str) -> str:
    """Return the frame by which Reflex issues a token."""
    packet = Packet(packet_type=EVENT, namespace="/_event", data=["new_token", token])
    return f"4{packet.encode()}"


def test_the_same_token_of_another_session_is_another_tab() -> None:
    mine, other = (TabToken(SENT, of, lambda *_: None).value for of in ("a" * 64, "b" * 64))
    assert UUID(mine) != UUID(other)
    assert SENT not in (mine, other)


def test_an_issued_token_is_followed_and_known_to_its_session_alone() -> None:
    issued, replaced = "7a8e1d52-3d0e-4a57-8a51-8f4f5d1e7c22", list[tuple[str, str]]()
    tab = TabToken(SENT, "a" * 64, lambda *tokens: replaced.append(tokens))
    first = tab.value

    async def send(_message: Message) -> None:
        pass

    frame = frame_of(issued)
    assert frame.startswith(NEW_TOKEN)
    asyncio.run(tab.follow(send)({"type": "websocket.send", "text": frame}))  # pyright: ignore
    assert (tab.value, replaced) == (issued, [(first, issued)])
    assert TabToken(issued, "a" * 64, lambda *_: None).value == issued
    assert TabToken(issued, "b" * 64, lambda *_: None).value != issued
