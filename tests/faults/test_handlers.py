"""An exception in every handler in turn: its visitor is notified, and everything goes on."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from reflex.utils.format import format_event_handler

from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import HandlerErrorState
from crm_app.states.notice import NoticeState
from crm_app.states.rules import RULES
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState
from tests.preloaded import SECRET, PreloadedServer, preloaded
from tests.visitor import Visitor

BUSY = {
    ContactFormState: "is_saving",
    ConfirmDeleteState: "is_deleting",
    ContactListState: "is_loading_more",
    SignInState: "is_busy",
    AccountState: "is_busy",
    TokenState: "is_busy",
}
VALUES: dict[str, Any] = {
    "value": True,
    "view": "sign-in",
    "section": "list",
    **dict.fromkeys(("first", "last", "version"), 1),
    "form_data": {"name": "Ada", "email": "ada@example.com"},
}
REFERENCE = re.compile(r"reference ([0-9A-F]{4}-[0-9A-F]{4})")


def payload(name: str) -> dict[str, Any]:
    """Return a payload that the authorization middleware accepts."""
    if name.split(".")[-1] in ("sign_in", "sign_up", "reset_password", "change_password") or (
        name.endswith("delete_account")
    ):
        return {"form_data": {"password": "an-unusual-password"}}
    if name.endswith("create_token"):
        return {"form_data": {"token_name": "nightly"}}
    required = RULES[name].arguments.model_fields.items()
    return {key: VALUES.get(key, "") for key, field in required if field.is_required()}


async def until_notified(visitor: Visitor) -> str:
    """Wait for the notice of a failure and return its reference."""
    async with asyncio.timeout(10):
        while True:
            for notice in visitor.of(NoticeState).get("notices", []):
                if found := REFERENCE.search(notice["message"]):
                    return found[1]
            await asyncio.sleep(0.02)


async def break_it(url: str, faults: Path, name: str, moment: str) -> str:
    """Let the handler fail once; the tab must work afterwards. Return the reference."""
    async with Visitor(url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.2)
        faults.write_text(f"{name} {moment}")
        await visitor.emit(name, payload(name))
        reference = await until_notified(visitor)
        faults.write_text("")
        for waiting in (ContactFormState, ConfirmDeleteState):
            assert visitor.of(waiting)["ack"].startswith("* ")
        busy = {state: visitor.of(state).get(var, False) for state, var in BUSY.items()}
        assert not any(busy.values()), busy
        await visitor.send(ContactListState.get_contacts, query="")
        assert visitor.of(ContactListState)["failure"] == ""
        return reference


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("faults") / "handler"
    file.write_text("")
    return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, faults: Path) -> Any:
    with preloaded(tmp_path_factory.mktemp("server"), CRM_TEST_FAULTS=str(faults)) as server:
        yield server


YIELDING = (
    *("create_contact", "update_contact", "delete_contact", "load_more", "create_token"),
    *("sign_in", "sign_up", "reset_password", "change_password", "delete_account"),
)
CASES = [(name, "at its beginning") for name in RULES] + [
    (name, "after its first yield") for name in RULES if name.split(".")[-1] in YIELDING
]


@pytest.mark.parametrize(("name", "moment"), CASES)
def test_a_failing_handler_is_shown_and_logged_once(
    server: PreloadedServer, faults: Path, name: str, moment: str
) -> None:
    before = len(server.read_log())
    reference = asyncio.run(break_it(server.url, faults, name, moment))
    log = server.read_log()[before:]
    assert log.count(reference) == 1
    (line,) = [line for line in log.splitlines() if reference in line]
    assert f"handler={name} " in line
    assert all(part in line for part in ("account=", "code=UNKNOWN", "ms="))
    assert "KeyError" in log
    assert "Traceback" in log or "File " in log
    assert SECRET not in log


def test_a_report_that_fails_too_is_not_reported_again(
    server: PreloadedServer, faults: Path
) -> None:
    handlers: list[Any] = [ContactListState.retry, HandlerErrorState.report]
    broken = [format_event_handler(each) for each in handlers]
    before = len(server.read_log())

    async def break_both() -> None:
        async with Visitor(server.url) as visitor:
            await visitor.hydrate()
            await asyncio.sleep(0.2)
            faults.write_text("\n".join(f"{name} at its beginning" for name in broken))
            await visitor.post(ContactListState.retry)
            await asyncio.sleep(0.5)
            faults.write_text("")
            await visitor.send(ContactListState.get_contacts, query="")

    asyncio.run(break_both())
    assert server.read_log()[before:].count("handler failed") == 2
