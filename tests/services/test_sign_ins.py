"""Sessions that nobody uses any more are tidied away, and nothing else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_app import db
from crm_app.actor import Caller
from crm_app.models import Account, Contact, SignIn, utc_now
from crm_app.services import contacts, sign_ins
from tests.conftest import Configure
from tests.driving import actor_of, signed_in
from tests.factories import form

pytestmark = pytest.mark.usefixtures("database")


def age(days: int) -> None:
    then = utc_now() - timedelta(days=days)
    with db.transaction() as session:
        session.connection().execute(sa.update(Account).values(created_at=then))
        session.connection().execute(sa.update(SignIn).values(used_at=then))


def count(table: type) -> int:
    with db.transaction(read_only=True) as session:
        return session.connection().scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_guests_without_a_contact_go_after_thirty_days() -> None:
    signed_in()
    writer = signed_in()
    with db.transaction() as session:
        contacts.create_contact(session, actor_of(writer), data=form())
    for days, left in ((29, 2), (31, 1)):
        age(days)
        with db.transaction() as session:
            sign_ins.tidy(session)
        assert (count(Account), count(Contact)) == (left, 1)
    assert actor_of(writer).is_guest


def test_the_last_use_is_noted_now_and_then_with_its_address() -> None:
    tree = signed_in()
    caller = Caller(token_hash=tree.token_hash, address="192.0.2.7")
    with db.transaction() as session:
        assert sign_ins.check(session, caller) == (1, False)
    age(20)
    with db.transaction() as session:
        assert sign_ins.check(session, caller) == (1, True)
        sign_ins.touch(session, caller)
    with db.transaction(read_only=True) as session:
        row = session.connection().execute(sa.select(SignIn)).one()
    assert row.address == "192.0.2.7"
    assert utc_now() - row.used_at < timedelta(minutes=1)


def test_guests_are_nobody_where_guests_are_off(configure: Configure) -> None:
    tree = signed_in()
    configure(CRM_GUESTS="off")
    with pytest.raises(Exception, match="Please sign in again"):
        actor_of(tree)
