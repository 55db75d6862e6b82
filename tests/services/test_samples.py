"""Sample people: the same for the same seed, and stored as a form would store them."""

import re
import subprocess
import sys
from itertools import islice

import pytest

from crm_app.domain.contact_fields import FIELDS, Values
from crm_app.domain.search_text import derived
from crm_app.schemas.contact_values import reader
from crm_app.services.samples import edge_cases
from crm_app.services.samples.emails import find_number
from crm_app.services.samples.first_contacts import FIRST_CONTACTS
from crm_app.services.samples.people import BLOCK, sample_people

READERS = {field.name: reader(field) for field in FIELDS}


def people(count: int, seed: int = 1, first: int = 1) -> list[Values]:
    return list(islice(sample_people(seed, first), count))


SAMPLE = people(10_000)


def test_a_person_depends_on_the_seed_and_the_number_only() -> None:
    assert people(2 * BLOCK) == SAMPLE[: 2 * BLOCK]
    assert people(BLOCK, first=700) == SAMPLE[699 : 699 + BLOCK]
    assert people(10, seed=2) != SAMPLE[:10]


def test_two_sequences_at_once_do_not_disturb_each_other() -> None:
    one, two = sample_people(1), sample_people(2)
    pairs = list(islice(zip(one, two, strict=False), BLOCK + 10))
    assert [first for first, _ in pairs] == SAMPLE[: BLOCK + 10]


@pytest.mark.parametrize("field", READERS)
def test_every_value_is_stored_by_the_schema_as_it_is(field: str) -> None:
    values = {person[field] for person in SAMPLE}
    assert {READERS[field](value) for value in values} == values


def test_emails_are_unique_and_have_the_number_of_the_person() -> None:
    emails = {number: p["email"] for number, p in enumerate(SAMPLE, 1) if p["email"]}
    keys = {derived(person)["email_key"] for person in SAMPLE if person["email"]}
    assert len(keys) == len(emails)
    assert all(find_number(email) == number for number, email in emails.items())
    domains = {
        ".".join(email.lower().rsplit(".", 2)[-2:]).split("@")[-1] for email in emails.values()
    }
    assert domains == {"example.com", "example.org", "example.net"}
    assert any("+" in email for email in emails.values())
    assert any(not email.split("@")[1].isascii() for email in emails.values())


@pytest.mark.parametrize(
    ("field", "share"), [("email", 0.98), ("company", 0.7), ("phone", 0.8), ("notes", 0.35)]
)
def test_some_have_no_value(field: str, share: float) -> None:
    given = sum(person[field] is not None for person in SAMPLE)
    assert given / len(SAMPLE) == pytest.approx(share, abs=0.02)


def test_names_notes_and_phones_are_as_long_and_as_short_as_allowed() -> None:
    names = {person["name"] for person in SAMPLE}
    assert set(edge_cases.NAMES) <= names
    assert {1, 100} <= {len(name or "") for name in names}
    notes = [person["notes"] for person in SAMPLE if person["notes"]]
    assert max(map(len, notes)) == 500
    assert any("\n" in text for text in notes)
    phones = [person["phone"] for person in SAMPLE if person["phone"]]
    assert max(map(len, phones)) <= 40
    assert any("ext." in phone for phone in phones)


def test_first_contacts_are_stored_by_the_schema_as_they_are() -> None:
    assert len(FIRST_CONTACTS) == 25
    for person in FIRST_CONTACTS:
        assert person == {field: READERS[field](value or "") for field, value in person.items()}
    assert len({derived(person)["email_key"] for person in FIRST_CONTACTS}) == 25


def test_first_contacts_have_reserved_domains_scripts_and_gaps() -> None:
    domains = {".".join((p["email"] or "").rsplit(".", 2)[-2:]) for p in FIRST_CONTACTS}
    assert {domain.split("@")[-1] for domain in domains} == {
        *("example.com", "example.org", "example.net")
    }
    names = " ".join(person["name"] or "" for person in FIRST_CONTACTS)
    for letters in (
        "[A-z]",
        "[à-ž]",
        "[а-я]",
        "[α-ω]",
        "[ا-ي]",
        "[א-ת]",
        "[अ-ह]",
        "[一-龯]",
        "[가-힣]",
    ):
        assert re.search(letters, names), letters
    for field in ("company", "phone", "notes"):
        assert 2 <= sum(person[field] is None for person in FIRST_CONTACTS) <= 18, field
    assert 400 <= max(len(person["notes"] or "") for person in FIRST_CONTACTS) <= 500


def test_the_command_line_loads_mimesis_for_this_alone() -> None:
    code = "import sys, crm_app.cli.commands; sys.exit('mimesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
