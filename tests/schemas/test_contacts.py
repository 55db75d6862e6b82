"""Any input: a contact or a field error comes out, never an exception of another kind."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain import text
from crm_app.domain.contact_fields import NAMES as FIELDS
from crm_app.errors import ValidationFailed
from crm_app.schemas.contacts import ContactCreate, ContactUpdate
from crm_app.schemas.validation import validate
from tests.factories import ADA, form

LIMITS = {"name": 100, "email": 255, "company": 100, "phone": 40, "notes": 500}
any_text = st.text(st.characters(exclude_categories=[]))
any_value = st.one_of(
    any_text,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(),
    st.lists(any_text, max_size=3),
    st.dictionaries(any_text, any_text, max_size=3),
)


def errors(data: object, schema: Any = ContactCreate) -> dict[str, str]:
    with pytest.raises(ValidationFailed) as caught:
        validate(schema, data)
    return caught.value.field_errors


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, any_text)))
def test_any_text_is_a_contact_or_field_errors(data: dict[str, str]) -> None:
    try:
        contact = validate(ContactCreate, data)
    except ValidationFailed as failure:
        assert failure.field_errors
        assert set(failure.field_errors) <= set(FIELDS)
        return
    for field, limit in LIMITS.items():
        stored = getattr(contact, field)
        assert stored is None or (text.normalize(stored) == stored and 0 < len(stored) <= limit)


@given(
    st.one_of(any_value, st.dictionaries(st.sampled_from([*FIELDS, "id", "book_id"]), any_value))
)
def test_any_value_is_a_contact_or_a_refusal(data: object) -> None:
    for schema in (ContactCreate, ContactUpdate):
        try:
            validate(schema, data)
        except ValidationFailed as failure:
            assert failure.message


@given(st.sampled_from(["company", "phone", "notes"]), any_text)
def test_what_is_accepted_is_stored_as_sent(field: str, typed: str) -> None:
    try:
        contact = validate(ContactCreate, form(**{field: typed}))
    except ValidationFailed:
        return
    sent = typed.strip() if field == "company" else typed.replace("\r\n", "\n")
    assert (getattr(contact, field) or "") == (text.normalize(sent) if sent.strip() else "")


def test_all_errors_come_at_once() -> None:
    assert errors({}) == {"name": "Enter a name", "email": "Enter an email address"}
    assert errors({**ADA, "name": 5, "email": "x@y", "phone": []}) == {
        "name": "The name must be text",
        "email": "The part after the @-sign is not valid. It should have a period.",
        "phone": "The phone number must be text",
    }


@pytest.mark.parametrize(("field", "limit"), [(f, n) for f, n in LIMITS.items() if f != "email"])
def test_limits_count_characters(field: str, limit: int) -> None:
    assert len(getattr(validate(ContactCreate, form(**{field: "é" * limit})), field)) == limit
    assert validate(ContactCreate, form(**{field: "e\u0301" * limit}))
    message = errors(form(**{field: "é" * (limit + 1)}))[field]
    assert message.endswith(f"can have at most {limit} characters, this has {limit + 1}")


def test_an_email_may_have_254_characters() -> None:
    domain = ".".join(["d" * 63] * 2 + ["e" * 57, "com"])
    email = f"{'l' * 64}@{domain}"
    assert len(email) == 254
    assert validate(ContactCreate, form(email=email)).values()["email"] == email
    assert "255" in errors(form(email="x" + email + "x"))["email"]


@pytest.mark.parametrize(
    "name", ["Wu", "X", "王", "O'Brien", "<b>Bobby</b>", "'; DROP TABLE", "😀"]
)
def test_names_that_are_names(name: str) -> None:
    assert validate(ContactCreate, form(name=f" {name} ")).values()["name"] == name


@pytest.mark.parametrize("name", [" ", "\u200b", "\u202e\u2066", "\u3164"])
def test_names_that_nobody_can_see(name: str) -> None:
    assert errors(form(name=name)) == {"name": "Enter a name"}


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x85", "\ud800", "\r"])
@pytest.mark.parametrize("field", FIELDS)
def test_characters_that_cannot_be_stored(field: str, bad: str) -> None:
    sent = f"a{bad}@example.com" if field == "email" else f"a{bad}b"
    assert "cannot be stored" in errors(form(**{field: sent}))[field]


def test_notes_may_have_lines_and_tabs_and_nothing_else_may() -> None:
    assert validate(ContactCreate, form(notes="a\r\n\tb\n")).values()["notes"] == "a\n\tb\n"
    for field in ("name", "email", "company", "phone"):
        assert field in errors(form(**{field: "a\tb@example.com"}))


def test_text_is_composed() -> None:
    assert validate(ContactCreate, form(name="Rene\u0301")).values()["name"] == "Ren\u00e9"


@pytest.mark.parametrize(
    "extra", [{"book_id": 1}, {"id": "x"}, {"version": 3}, {"deleted_at": None}]
)
def test_no_other_field_can_be_reached(extra: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed) as caught:
        validate(ContactCreate, {**ADA, **extra})
    assert caught.value.field_errors == {}
    assert "out of date" in caught.value.message


@pytest.mark.parametrize("key", [5, "x", "", [], {}])
def test_a_key_that_is_none_is_refused(key: object) -> None:
    with pytest.raises(ValidationFailed):
        validate(ContactCreate, form(idempotency_key=key))


def test_a_key_is_optional() -> None:
    assert validate(ContactCreate, ADA).idempotency_key is None
    key = "01920000-0000-7000-8000-000000000000"
    assert validate(ContactCreate, form(idempotency_key=key)).idempotency_key == UUID(key)


@pytest.mark.parametrize("version", [None, "", "0", "-1", "1.0", 0, True, 1.5, "9" * 30, [], "²"])
def test_versions_that_are_none(version: object) -> None:
    with pytest.raises(ValidationFailed):
        validate(ContactUpdate, {"version": version})


@pytest.mark.parametrize("version", [1, "1", "007"])
def test_versions_come_as_numbers_and_as_text(version: object) -> None:
    assert validate(ContactUpdate, {"version": version, "name": "A"}).changes() == {"name": "A"}


@pytest.mark.parametrize(
    "typed",
    [
        "+49 (0) 30 / 123456-789 ext. 45",
        "+1 202 555 0143 x12345",
        "001-541-754-3010 extension 123456",
        "+44 20 7946 0958 / +44 20 7946 0959",
        " +44 20 7946 0958 x12\u00a0",
        "\u2003" * 30 + "+44 20 7946 0958",
    ],
)
def test_phones_as_people_write_them(typed: str) -> None:
    assert validate(ContactCreate, form(phone=typed)).values()["phone"] == typed.strip()


def test_an_update_cannot_take_away_what_a_contact_needs() -> None:
    nothing = dict.fromkeys(("name", "email"))
    assert errors({"version": 1, **nothing}, ContactUpdate) == {
        "name": "Enter a name",
        "email": "Enter an email address",
    }
    assert validate(ContactUpdate, {"version": 1}).changes() == {}
