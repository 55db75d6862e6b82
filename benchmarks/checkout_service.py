"""An operation of three steps, made of the application's services."""

from sqlmodel import Session

from crm_app.domain.actor import Actor
from crm_app.schemas.contacts import ContactView
from crm_app.services import contacts

MERGED = ("company", "phone", "notes")


def check_out(
    db: Session, actor: Actor, *, data: object, second_id: str, third_id: str
) -> ContactView:
    """Create a contact, merge a second one into it and delete a third: all of it or nothing."""
    created = contacts.create_contact(db, actor, data=data)
    second = contacts.get_contact(db, actor, contact_id=second_id)
    missing = [name for name in MERGED if not getattr(created, name) and getattr(second, name)]
    values = {name: getattr(second, name) for name in missing}
    contacts.delete_contact(db, actor, contact_id=second_id)
    merged = contacts.update_contact(
        db, actor, contact_id=created.id, data={"version": created.version, **values}
    )
    contacts.delete_contact(db, actor, contact_id=third_id)
    return merged.contact
