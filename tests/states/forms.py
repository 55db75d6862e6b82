"""The form's two actions, and what the page sends with them."""

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, run
from tests.factories import ADA, form

CREATE = ContactFormState.create_contact
UPDATE = ContactFormState.update_contact


def create(tree: Tree, **fields: object) -> str:
    run(tree, CREATE, form(**fields))
    return tree[ContactListState].contacts[0].id


def open_form(tree: Tree, contact_id: str) -> dict[str, object]:
    """Open a contact and return the form as the page would send it."""
    run(tree, ContactFormState.edit_contact, contact_id)
    state = tree[ContactFormState]
    return {
        **{name: getattr(state, name) for name in ADA},
        "contact_id": state.contact_id,
        "version": str(state.version),
        "idempotency_key": form()["idempotency_key"],
    }
