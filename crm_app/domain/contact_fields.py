"""The fields of a contact, said once: form, row, schema, table, search, history and import read it.

A further field is one entry here and a migration that adds its column.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds: it decides how it is typed, checked and shown."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ContactField:
    """One field. `max_length` is in code points; `subject` is how a message about it begins.

    `missing` is what the form says where a required field is blank. The opened contact shows the
    `icon` before the value, or the label.
    """

    name: str
    label: str
    subject: str
    max_length: int
    kind: Kind = Kind.LINE
    placeholder: str = ""
    missing: str = ""
    is_searched: bool = True
    icon: str = ""

    @property
    def is_required(self) -> bool:
        """Whether the form and the API insist on it."""
        return bool(self.missing)


FIELDS: tuple[ContactField, ...] = (
    ContactField(
        "name",
        "Full name",
        "The name",
        100,
        Kind.NAME,
        placeholder="Jordan Example",
        missing="Enter a name",
    ),
    ContactField(
        "email",
        "Email address",
        "The email address",
        255,
        Kind.EMAIL,
        placeholder="jordan@company.example",
        missing="Enter an email address",
        icon="mail",
    ),
    ContactField(
        "company",
        "Company",
        "The company",
        100,
        placeholder="Company name",
        icon="building",
    ),
    # One in ten real numbers is longer than 20 characters.
    ContactField(
        "phone",
        "Phone",
        "The phone number",
        40,
        Kind.PHONE,
        placeholder="+44 20 7946 0000",
        icon="phone",
    ),
    ContactField(
        "notes",
        "Notes",
        "The notes",
        500,
        Kind.TEXT,
        placeholder="Anything worth remembering\N{HORIZONTAL ELLIPSIS}",
    ),
)
NAMES = tuple(field.name for field in FIELDS)
SEARCHED = tuple(field.name for field in FIELDS if field.is_searched)
EMAIL_LENGTH = next(field.max_length for field in FIELDS if field.kind is Kind.EMAIL)
PHONE_LENGTH = next(field.max_length for field in FIELDS if field.kind is Kind.PHONE)

Values = dict[str, str | None]
"""What a contact has in each field, by the field's name."""
