"""What can be done with contacts: the rules and decisions, without the page."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import Contact, utc_now
from crm_app.domain import text
from crm_app.domain.actor import Actor
from crm_app.domain.merging import Merge, merge
from crm_app.errors import (
    ContactNotFound,
    DuplicateEmail,
    EditConflict,
    IdempotencyKeyReused,
    StaleVersion,
)
from crm_app.repositories import contacts
from crm_app.schemas import contacts as schemas
from crm_app.schemas.contacts import (
    FIELDS,
    ContactCreate,
    ContactPage,
    ContactUpdate,
    ContactView,
    UpdatedContact,
)
from crm_app.services import audit, quota
from crm_app.services.audit import Action


def create_contact(db: Session, actor: Actor, *, data: object) -> ContactView:
    """Create a contact of the actor's; the same idempotency key gives the first result again.

    Raises:
        ValidationFailed: A field breaks a rule.
        DuplicateEmail: A living contact of the actor's has this email.
        IdempotencyKeyReused: The key created a contact from other values, or one now deleted.
        QuotaReached: The account has as many contacts as it may have.
    """
    form = schemas.validate(ContactCreate, data)
    if first := _first_result(db, actor, form):
        return first
    quota.spend(db, actor)
    contact = Contact(
        owner_id=actor.account_id,
        idempotency_key=form.idempotency_key,
        idempotency_hash=form.content_hash(),
        name=form.name,
        email=form.email,
        company=form.company,
        phone=form.phone,
        notes=form.notes,
    )
    derive(contact)
    try:
        contacts.save(db, contact)
    except (DuplicateEmail, IntegrityError):
        # The same form may have been saved by another connection since the look-up above.
        if first := _first_result(db, actor, form):
            return first
        raise
    audit.record(db, actor, Action.CONTACT_CREATED, contact.public_id)
    return ContactView.of(contact)


def get_contacts(
    db: Session, actor: Actor, *, query: str = "", limit: int = schemas.PAGE_SIZE
) -> ContactPage:
    """Return the actor's contacts in which all words of the query occur, newest first.

    Words are looked for in name, email, company and phone, without accents and case. `limit` is
    between 1 and 1,000.
    """
    limit = min(max(limit, 1), schemas.MAX_ROWS)
    rows = contacts.search(db, actor, query, limit)
    is_complete = len(rows) < limit
    total = len(rows) if is_complete else contacts.count(db, actor, query)
    return ContactPage([ContactView.of(row) for row in rows], total)


def get_contact(db: Session, actor: Actor, *, contact_id: str) -> ContactView:
    """Return one contact of the actor's.

    Raises:
        ContactNotFound: There is none with this id: missing, in the trash or another's.
    """
    contact = contacts.find(db, contacts.living(actor), _public_id(contact_id))
    if contact is None:
        raise ContactNotFound
    return ContactView.of(contact)


def update_contact(db: Session, actor: Actor, *, contact_id: str, data: object) -> UpdatedContact:
    """Change the given fields of a contact; its version grows by one.

    When it was changed meanwhile, and the update has its `base`, the fields that do not collide
    are merged. An update that changed something and comes twice with the same idempotency key
    is made once, whatever was changed between; with that key, another text is another update.

    Raises:
        ContactNotFound: There is none with this id.
        ValidationFailed: A field breaks a rule; fields are judged before the version is.
        StaleVersion: The contact was changed after the caller read it, and there is no base.
        EditConflict: A field was changed meanwhile, to another value than the update's.
        DuplicateEmail: Another living contact of the actor's has the new email.
    """
    contact = _claim(db, contacts.living(actor), contact_id)
    form = schemas.validate(ContactUpdate, data)
    key = form.content_key()
    if audit.was_done(db, actor, Action.CONTACT_UPDATED, contact.public_id, key):
        return UpdatedContact(ContactView.of(contact))
    if contact.version == form.version:
        edit = Merge(form.changes())
    else:
        edit = _merged(contact, form)
        if not edit.changes:
            return UpdatedContact(ContactView.of(contact), edit.kept)
    _write(db, contact, edit.changes)
    audit.record(db, actor, Action.CONTACT_UPDATED, contact.public_id, key)
    return UpdatedContact(ContactView.of(contact), edit.kept)


def delete_contact(
    db: Session, actor: Actor, *, contact_id: str, key: object = None
) -> ContactView:
    """Move a contact to the trash; its email is free again at once.

    With the same key (a UUID) it is done once: a contact that was brought back since stays.

    Raises:
        ContactNotFound: There is none with this id.
    """
    deletion_key = _uuid(key)
    contact = _claim(db, contacts.owned_by(actor), contact_id)
    if audit.was_done(db, actor, Action.CONTACT_DELETED, contact.public_id, deletion_key):
        return ContactView.of(contact)
    if contact.deleted_at is not None:
        raise ContactNotFound
    contact.deleted_at = utc_now()
    contacts.save(db, contact)
    audit.record(db, actor, Action.CONTACT_DELETED, contact.public_id, deletion_key)
    return ContactView.of(contact)


def restore_contact(db: Session, actor: Actor, *, contact_id: str) -> ContactView:
    """Bring a contact back from the trash, to the place in the list it had.

    Raises:
        ContactNotFound: There is none with this id in the trash.
        DuplicateEmail: Its email was given to another contact meanwhile.
    """
    contact = _claim(db, contacts.trashed(actor), contact_id)
    contact.deleted_at = None
    contacts.save(db, contact)
    audit.record(db, actor, Action.CONTACT_RESTORED, contact.public_id)
    return ContactView.of(contact)


def _claim(db: Session, among: SelectOfScalar[Contact], contact_id: str) -> Contact:
    """Return the contact for a change, which no one else can make at the same time."""
    contact = contacts.find(db, among, _public_id(contact_id), lock=True)
    if contact is None:
        raise ContactNotFound
    return contact


def _public_id(contact_id: object) -> UUID:
    """Read an id from outside; nonsense is answered like an id that does not exist."""
    public_id = _uuid(contact_id)
    if public_id is None:
        raise ContactNotFound
    return public_id


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _merged(contact: Contact, form: ContactUpdate) -> Merge:
    """Put the update together with what was stored after its form was opened."""
    theirs = {field: getattr(contact, field) for field in FIELDS}
    if form.base is None:
        raise StaleVersion(theirs, contact.version)
    edit = merge(form.base.model_dump(), form.changes(), theirs)
    if edit.collisions:
        raise EditConflict(theirs, contact.version, edit.collisions, edit.kept)
    return edit


def _write(db: Session, contact: Contact, changes: dict[str, str | None]) -> None:
    """Store the changes as the contact's next version."""
    email, email_key = contact.email, contact.email_key
    for field, value in changes.items():
        setattr(contact, field, value)
    contact.version += 1
    contact.updated_at = utc_now()
    derive(contact)
    if contact.email == email:  # its key may be from before revision 0005
        contact.email_key = email_key
    contacts.save(db, contact)


def _first_result(db: Session, actor: Actor, form: ContactCreate) -> ContactView | None:
    """Return what the form's idempotency key created before, if it did."""
    if form.idempotency_key is None:
        return None
    contact = contacts.find_by_idempotency_key(db, actor, form.idempotency_key)
    if contact is None:
        return None
    if contact.deleted_at is not None or contact.idempotency_hash != form.content_hash():
        raise IdempotencyKeyReused
    return ContactView.of(contact)


def derive(contact: Contact) -> None:
    """Set what follows from the fields that people fill in."""
    contact.email_key = text.email_key(contact.email)
    contact.phone_digits = text.digits(contact.phone or "") or None
    contact.search_text = text.search_text(
        contact.name, contact.email, contact.company, contact.phone, contact.phone_digits
    )
