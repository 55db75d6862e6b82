"""The operation of three steps does all of them or none."""

import asyncio
from pathlib import Path

from benchmarks.checkout_service import check_out
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.operations.perform import perform
from crm_app.operations.results import Failed, Ok
from crm_app.services import contacts
from tests.driving import Tree, actor_of, fresh_tree

NEW = {"name": "Ada", "email": "ada@example.com"}


def add(actor: Actor, **fields: str) -> str:
    with transaction() as db:
        return contacts.create_contact(db, actor, data=fields).id


def run_checkout(tree: Tree, second_id: str, third_id: str):
    caller = Caller(token_hash=tree.token_hash)
    return asyncio.run(perform(check_out, caller, data=NEW, second_id=second_id, third_id=third_id))


def names(actor: Actor) -> list[str]:
    with transaction(read_only=True) as db:
        return [each.name for each in contacts.get_contacts(db, actor).contacts]


def test_the_second_is_merged_and_the_third_deleted(tmp_path: Path) -> None:
    tree = fresh_tree(tmp_path)
    actor = actor_of(tree)
    second = add(actor, name="A. L.", email="al@example.com", company="Analytical Engines")
    third = add(actor, name="Old", email="old@example.com")
    result = run_checkout(tree, second, third)
    assert isinstance(result, Ok)
    assert (result.value.company, result.value.version) == ("Analytical Engines", 2)
    assert names(actor) == ["Ada"]


def test_nothing_is_done_if_the_last_step_fails(tmp_path: Path) -> None:
    tree = fresh_tree(tmp_path)
    actor = actor_of(tree)
    second = add(actor, name="A. L.", email="al@example.com", company="Analytical Engines")
    assert isinstance(run_checkout(tree, second, third_id="missing"), Failed)
    assert names(actor) == ["A. L."]
