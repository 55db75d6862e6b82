"""What an account does with its contacts, each in a transaction of its own."""

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_query import ContactQuery
from crm_app.schemas.contacts import ContactPage, ContactView
from crm_app.services import contacts
from crm_app.services.samples import seeding
from tests.factories import change, form, without_id


def create(actor: Actor, **fields: object) -> ContactView:
    with transaction() as db:
        return contacts.create_contact(db, actor, data=form(**fields))


def get_all(actor: Actor, query: str = "", limit: int = 50) -> ContactPage:
    with transaction(read_only=True) as db:
        return contacts.get_contacts(db, actor, query=ContactQuery(query, limit))


def update(actor: Actor, contact: ContactView, **fields: object) -> ContactView:
    with transaction() as db:
        data = without_id(change(contact, **fields))
        return contacts.update_contact(db, actor, contact_id=contact.id, data=data).contact


def delete(actor: Actor, contact_id: str) -> ContactView:
    with transaction() as db:
        return contacts.delete_contact(db, actor, contact_id=contact_id)


def restore(actor: Actor, contact_id: str) -> ContactView:
    with transaction() as db:
        return contacts.restore_contact(db, actor, contact_id=contact_id)


def names(page: ContactPage) -> list[str]:
    return [contact.name for contact in page.contacts]


def seed(actor: Actor, count: int, number: int = 1) -> seeding.Plan:
    """Add so many sample contacts."""
    with transaction(read_only=True) as db:
        plan = seeding.make_plan(db, actor, count=count, seed=number)
    for done in range(0, count, seeding.BATCH):
        batch = seeding.make_batch(plan, done)
        with transaction() as db:
            seeding.add_batch(db, Caller(), batch=batch)
    return plan
