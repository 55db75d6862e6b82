"""The list: the true total, the search, and failures that never look like an empty list."""

import sqlite3
from typing import Any

import pytest

from crm_app.database.engine import get_engine
from crm_app.domain import contact_query
from crm_app.schemas.suggestions import Suggestion
from crm_app.states import contact_list
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, run, signed_in
from tests.factories import form


def create(tree: Tree, count: int = 1, name: str = "Person") -> None:
    for number in range(count):
        run(
            tree,
            ContactFormState.create_contact,
            form(name=f"{name} {number}", email=f"{name}{number}@example.com"),
        )


def shown(tree: Tree) -> list[str]:
    return [row.name for row in tree[ContactListState].contacts]


def test_loads_what_the_address_asks_for(tree: Tree) -> None:
    create(tree, 2, "Ada")
    create(tree, 1, "Grace")
    tree.visit("q=ada")
    done = run(tree, ContactListState.load)[-1]
    assert (done.vars["query"], done.vars["total"], done.vars["is_loaded"]) == ("ada", 2, True)
    assert shown(tree) == ["Ada 1", "Ada 0"]


def test_only_a_search_has_marks(tree: Tree) -> None:
    run(tree, ContactFormState.create_contact, form(name="👍 Łucja", company="", notes="Ask lucja"))
    assert tree[ContactListState].contacts[0].marks == {}
    run(tree, ContactListState.get_contacts, "lucja 7946")
    row = tree[ContactListState].contacts[0]
    assert row.marks == {"name": [3, 8], "phone": [7, 11], "notes": [4, 9]}
    run(tree, ContactListState.get_contacts, "")
    assert tree[ContactListState].contacts[0].marks == {}


def test_spellings_that_match_follow_a_search_that_found_nothing(tree: Tree) -> None:
    create(tree, 2, "Brandt")
    first, last = run(tree, ContactListState.get_contacts, "brantd")
    assert (first.vars["total"], first.vars["is_loaded"]) == (0, True)
    assert first.vars["suggestions"] == []
    assert last.vars["suggestions"] == [Suggestion("brandt", 2, is_exact=True)]
    (found,) = run(tree, ContactListState.get_contacts, "brandt")
    assert (found.vars["total"], found.vars["suggestions"]) == (2, [])


def test_a_link_to_a_search_that_finds_nothing_has_suggestions(tree: Tree) -> None:
    create(tree, 1, "Brandt")
    tree.visit("q=brantd")
    first, last = run(tree, ContactListState.load)
    assert first.vars["suggestions"] == []
    assert [one.text for one in last.vars["suggestions"]] == ["brandt"]


def test_without_contacts_or_search_or_database_nothing_is_suggested(tree: Tree) -> None:
    (step,) = run(tree, ContactListState.get_contacts, "")
    assert step.vars["suggestions"] == []
    assert run(tree, ContactListState.get_contacts, "brantd")[-1].vars["suggestions"] == []
    create(tree, 1, "Brandt")
    with get_engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE contact RENAME TO away")
    (step,) = run(tree, ContactListState.get_contacts, "brantd")
    assert step.vars["failure"]
    assert step.vars["suggestions"] == []


def test_shows_a_page_and_counts_all(tree: Tree) -> None:
    create(tree, 53)
    done = run(tree, ContactListState.get_contacts)[-1]
    assert (len(done.vars["contacts"]), done.vars["total"], done.vars["has_more"]) == (50, 53, True)
    steps = run(tree, ContactListState.load_more)
    assert steps[0].vars["is_loading_more"] is True
    done = steps[-1]
    assert done.vars["is_loading_more"] is False
    assert (len(done.vars["contacts"]), done.vars["total"], done.vars["has_more"]) == (
        53,
        53,
        False,
    )


def test_past_the_newest_thousand_the_list_says_so(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (contact_query, contact_list):
        monkeypatch.setattr(module, "MAX_ROWS", 60)
    create(tree, 63)
    run(tree, ContactListState.get_contacts)
    done = run(tree, ContactListState.load_more)[-1]
    assert (len(done.vars["contacts"]), done.vars["total"]) == (60, 63)
    assert (done.vars["has_more"], done.vars["is_cut"]) == (False, True)


@pytest.mark.parametrize("query", ["   ", "'", "\x00"])
def test_a_query_without_a_word_is_no_search(tree: Tree, query: str) -> None:
    assert run(tree, ContactListState.get_contacts, query)[-1].vars["is_search"] is False
    create(tree)
    assert run(tree, ContactListState.get_contacts, query)[-1].vars["total"] == 1


def test_a_reload_keeps_what_was_loaded(tree: Tree) -> None:
    create(tree, 53)
    run(tree, ContactListState.load_more)
    assert len(run(tree, ContactListState.retry)[-1].vars["contacts"]) == 53


@pytest.mark.parametrize("query", [None, 5, [], {}, "x" * 60_000, "\x00", "\ud800", "%", "🦄"])
def test_any_query_is_accepted(tree: Tree, query: Any) -> None:
    create(tree)
    done = run(tree, ContactListState.get_contacts, query)[-1]
    assert done.vars["failure"] == ""
    assert len(done.vars["query"]) <= 200
    done.vars["query"].encode()


def test_signed_out_is_a_failure(sqlite: str) -> None:
    done = run(Tree(""), ContactListState.load)[-1]
    assert (done.vars["failure"], done.vars["is_loaded"]) == ("Please sign in again", False)


def test_someone_elses_contacts_are_not_there(tree: Tree) -> None:
    create(tree)
    done = run(signed_in(), ContactListState.get_contacts, "person")[-1]
    assert (done.vars["total"], done.vars["contacts"]) == (0, [])


def test_a_failure_keeps_the_last_rows_and_retry_recovers(tree: Tree) -> None:
    create(tree)
    path = str(get_engine().url.database)
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
    done = run(tree, ContactListState.get_contacts)[-1]
    assert done.vars["failure"].startswith("Could not load right now")
    assert (len(done.vars["contacts"]), done.vars["total"]) == (1, 1)
    with sqlite3.connect(path) as other:
        other.execute("ALTER TABLE away RENAME TO contact")
    done = run(tree, ContactListState.retry)[-1]
    assert (done.vars["failure"], done.vars["total"]) == ("", 1)
    other.close()


def test_a_row_has_initials_and_a_link_that_dials(tree: Tree) -> None:
    run(tree, ContactFormState.create_contact, form(phone="+1 555 0100 #12"))
    row = run(tree, ContactListState.get_contacts)[-1].vars["contacts"][0]
    assert (row.initials, row.phone, row.phone_link) == (
        "AL",
        "+1 555 0100 #12",
        "tel:+15550100;ext=12",
    )
