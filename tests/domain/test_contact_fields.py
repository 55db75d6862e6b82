"""A field is said once: form, row, schema, search and history have it without another edit."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.server import ROOT

BIRTHDAY = """
import json
import crm_app.domain.contact_fields as fields

own = fields.ContactField("birthday", "Birthday", "The birthday", 20)
fields.FIELDS = (*fields.FIELDS, own)
fields.NAMES, fields.SEARCHED = (*fields.NAMES, "birthday"), (*fields.SEARCHED, "birthday")

from crm_app.components.contacts.contact_form import contact_form
from crm_app.components.contacts.contact_panel import facts
from crm_app.database import revisions
from crm_app.database.transaction import transaction
from crm_app.errors import ValidationFailed
from crm_app.schemas.contact_rows import ContactRow
from crm_app.services import contacts, history
from crm_app.states.access import ContactArguments
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import actor_of, run, signed_in
from tests.factories import form

revisions.migrate()
with transaction() as db:
    db.connection().exec_driver_sql("ALTER TABLE contact ADD COLUMN birthday VARCHAR(20)")
tree = signed_in()
run(tree, ContactFormState.create_contact, form(birthday="10 December 1815"))
too_long = run(tree, ContactFormState.create_contact, form(email="b@x.de", birthday="x" * 21))
run(tree, ContactListState.get_contacts, "december")
row = tree[ContactListState].contacts[0]
run(tree, ContactFormState.edit_contact, row.id)
with transaction(read_only=True) as db:
    changes = history.list_changes(db, actor_of(tree), contact_id=row.id)
print(json.dumps({
    "form": str(contact_form()).count("Birthday"),
    "opened": tree[ContactFormState].birthday,
    "row": row.birthday,
    "drawn": "birthday" in str(facts(ContactListState.opened.to(ContactRow))),
    "found": tree[ContactListState].total,
    "refused": too_long[-1].vars["field_errors"],
    "history": changes[0].changes["birthday"],
    "takes": "birthday" in ContactArguments.model_fields,
}))
"""


def test_a_birthday_is_one_entry_and_a_column(tmp_path: Path) -> None:
    environment = os.environ | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path / 'crm.db'}"}
    command = [sys.executable, "-c", BIRTHDAY]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown.pop("form") > 0
    assert shown == {
        "opened": "10 December 1815",
        "row": "10 December 1815",
        "drawn": True,
        "found": 1,
        "refused": {"birthday": "The birthday can have at most 20 characters, this has 21"},
        "history": [None, "10 December 1815"],
        "takes": True,
    }
