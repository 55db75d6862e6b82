"""The real pipeline: updates after the events of the page, and their order."""

from crm_app.services.sessions import hash_token
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from tests.factories import form
from tests.server import Server
from tests.visitor import Visitor, fetch_cookie, in_own_loop

FORM, LIST = ContactFormState.get_full_name(), ContactListState.get_full_name()


def test_an_action_is_pending_first_and_its_outcome_comes_with_the_list(server: Server) -> None:
    async def visit() -> list[dict[str, dict[str, object]]]:
        async with Visitor(server.url) as visitor:
            await visitor.settle()
            visitor.frames.clear()
            await visitor.send(ContactFormState.create_contact, form_data=form())
            return [frame["delta"] for frame in visitor.frames]

    pending, done, *_ = in_own_loop(visit)
    assert pending[FORM]["is_saving_rx_state_"] is True
    assert LIST not in pending
    assert done[FORM]["is_saving_rx_state_"] is False
    assert done[LIST]["total_rx_state_"] == 1


def test_while_someone_types_the_latest_text_wins(server: Server) -> None:
    async def visit() -> tuple[object, int]:
        async with Visitor(server.url) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())
            for text in ("x", "xy", "xyz", "a", "ad", "ada"):
                await visitor.post(ContactListState.get_contacts, query=text)
            await visitor.settle()
            shown = visitor.of(ContactListState)
            return shown["query"], shown["total"]

    assert in_own_loop(visit) == ("ada", 1)


def test_a_form_that_is_sent_twice_at_once_creates_one_contact(server: Server) -> None:
    async def visit() -> int:
        async with Visitor(server.url) as visitor:
            data = form()
            for _ in range(5):
                await visitor.post(ContactFormState.create_contact, form_data=data)
            await visitor.settle()
            return visitor.of(ContactListState)["total"]

    assert in_own_loop(visit) == 1


def test_two_tabs_send_one_form_and_create_one_contact(server: Server) -> None:
    async def visit() -> tuple[int, int]:
        cookie = fetch_cookie(server.url)
        async with Visitor(server.url, cookie) as first, Visitor(server.url, cookie) as second:
            data = form()
            await first.post(ContactFormState.create_contact, form_data=data)
            await second.post(ContactFormState.create_contact, form_data=data)
            await first.settle()
            await second.settle()
            return first.of(ContactListState)["total"], second.of(ContactListState)["total"]

    assert in_own_loop(visit) == (1, 1)


def test_a_page_that_loads_again_draws_what_the_changes_made(server: Server) -> None:
    async def visit() -> None:
        cookie = fetch_cookie(server.url)
        async with Visitor(server.url, cookie) as tab:
            for number in range(8):
                data = form(name=f"Person {number}", email=f"{number}@changes.example")
                await tab.send(ContactFormState.create_contact, form_data=data)
            ids = [row["id"] for row in tab.rows]
            for index in (0, 4):
                await tab.send(ConfirmDeleteState.delete_contact, contact_id=ids[index])
            await tab.send(NoticeState.restore_contact, contact_id=ids[0])
            drawn = tab.rows
            assert [row["id"] for row in drawn] == [*ids[:4], *ids[5:]]
            assert len(sent_lists(tab)) == 1  # the first; later changes were sent by themselves
            await tab.hydrate()
            assert (tab.rows, tab.gaps) == (drawn, 0)
        async with Visitor(server.url, cookie) as other:
            await other.send(ContactListState.load)
            assert other.rows == drawn

    in_own_loop(visit)


def test_a_page_that_missed_a_change_asks_for_the_whole_list(server: Server) -> None:
    async def visit() -> None:
        async with Visitor(server.url) as tab:
            await tab.send(ContactFormState.create_contact, form_data=form())
            before = tab.rows
            tab.rows = []
            await tab.send(ContactListState.load)
            assert tab.rows == []  # nothing has changed on the server
            await tab.send(ContactListState.resend)
            assert tab.rows == before != []

    in_own_loop(visit)


def sent_lists(tab: Visitor) -> list[list[object]]:
    """Return the lists that were sent as a whole."""
    deltas = [frame.get("delta") or {} for frame in tab.frames]
    lists = [delta.get(LIST, {}) for delta in deltas]
    return [each["contacts_rx_state_"] for each in lists if "contacts_rx_state_" in each]


def test_events_that_fit_nothing_leave_no_payload_in_the_log(server: Server) -> None:
    token_hash = ""

    async def visit() -> None:
        nonlocal token_hash
        async with Visitor(server.url) as visitor:
            token_hash = hash_token(visitor.cookie.split("=", 1)[1])
            unknown = "reflex___state____state.no_such_handler"
            await visitor.emit(unknown, {"notes": "typed in private"})
            await visitor.emit(f"{FORM}.setvar", {"var_name": "name", "value": "typed in private"})
            await visitor.emit(f"{FORM}.create_contact", {"form_data": {"typed in private": {}}})
            await visitor.emit(f"{FORM}.create_contact", ["typed in private"])
            await visitor.settle()

    in_own_loop(visit)
    log = server.read_log()
    assert "typed in private" not in log
    assert token_hash not in log
    assert "junk on a socket" in log


def test_a_newer_search_supersedes_the_one_that_runs() -> None:
    assert ContactListState.event_handlers["get_contacts"].supersedes
