"""Any input: a contact or a field error comes out, never an exception of another kind."""

import unicodedata
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.contact_fields import FIELDS as CONTACT_FIELDS
from crm_app.domain.contact_fields import NAMES as FIELDS
from crm_app.domain.invisible import FILLERS
from crm_app.domain.text import normalize
from crm_app.errors import ValidationFailed
from crm_app.schemas.accounts import SignInForm, read_form
from crm_app.schemas.contacts import ContactCreate, ContactUpdate
from crm_app.schemas.validation import validate
from tests.factories import ADA, form

LABELS = {field.name: field.subject for field in CONTACT_FIELDS}
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
        assert stored is None or (normalize(stored) == stored and 0 < len(stored) <= limit)


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
def test_cleaning_loses_no_letter_and_is_done_once(field: str, typed: str) -> None:
    try:
        stored = getattr(validate(ContactCreate, form(**{field: typed})), field)
    except ValidationFailed:
        return
    assert letters(stored or "") == letters(typed)
    assert getattr(validate(ContactCreate, form(**{field: stored})), field) == stored


def letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if c.isalnum() and c not in FILLERS)


def test_all_errors_come_at_once() -> None:
    assert errors({}) == {"name": "Enter a name", "email": "Enter an email address"}
    assert errors({**ADA, "name": 5, "email": "ada", "phone": []}) == {
        "name": "The name must be text",
        "email": "An email address must have an @-sign.",
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


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ("\x00", "NULL (U+0000)"),
        ("\x07", "ALERT (U+0007)"),
        ("\x1b", "ESCAPE (U+001B)"),
        ("\ud800", "SURROGATE (U+D800)"),
    ],
)
@pytest.mark.parametrize("field", FIELDS)
def test_characters_that_cannot_be_stored_are_named(field: str, bad: str, named: str) -> None:
    sent = f"a{bad}@example.com" if field == "email" else f"a{bad}b"
    message = f"{LABELS[field]} contains a character that cannot be stored: {named}"
    assert errors(form(**{field: sent})) == {field: message}


@pytest.mark.parametrize(
    ("field", "pasted", "stored"),
    [
        pytest.param("name", "\u200bZeroWidth", "ZeroWidth", id="C18"),
        pytest.param("email", "\ufeffada@example.org\u202c", "ada@example.org", id="C19"),
        pytest.param("name", "Ada\tLovelace\tLondon\n", "Ada Lovelace London", id="C21"),
        pytest.param("email", "Ada <ada@example.org>", "ada@example.org", id="C23"),
        pytest.param("email", "ada..b@docomo.ne.jp", "ada..b@docomo.ne.jp", id="C24"),
        pytest.param("email", "chef@werk.local", "chef@werk.local", id="C24: local"),
        ("email", "x@y", "x@y"),
        ("email", "Ada@Example.ORG", "Ada@Example.ORG"),
        ("company", "Analytical\u2028Engines\x85", "Analytical Engines"),
        ("phone", "tel:+44\u00a020\t7946", "+44 20 7946"),
        ("phone", "\u202a\u202c", None),
        ("company", "\u3164", None),
        ("notes", "a\r\n\tb\rc\u2028", "a\n\tb\nc\n"),
        ("notes", " \u200b", None),
    ],
)
def test_pasted_text_is_cleaned(field: str, pasted: str, stored: str | None) -> None:
    assert validate(ContactCreate, form(**{field: pasted})).values()[field] == stored


def test_a_limit_counts_what_is_stored() -> None:
    phone = "+49 (0) 30 / 123456-789 ext. 123456-7890"
    assert validate(ContactCreate, form(phone=f" \u202a{phone}\u202c ")).values()["phone"] == phone
    assert (
        validate(ContactCreate, form(email=f"{'x' * 300} <a@b.de>")).values()["email"] == "a@b.de"
    )


@pytest.mark.parametrize("field", FIELDS)
def test_very_long_text_is_refused_at_once(field: str) -> None:
    start = process_time()
    message = errors(form(**{field: "a" + "\u0300" * 30_000 + "\u0316" * 30_000}))[field]
    assert message.endswith("characters, this has 60,001")
    assert process_time() - start < 1


def test_signing_in_takes_the_address_out_too() -> None:
    data = {"email": "\u200bAda <ada@example.org>;", "password": "x", "ticket": "t" * 43}
    assert read_form(SignInForm, data).email == "ada@example.org"
    for nothing in ("a\x00b", "\u200b", "x" * 256, " " * 10_000 + "ada@example.org"):
        with pytest.raises(ValidationFailed) as caught:
            read_form(SignInForm, data | {"email": nothing})
        assert caught.value.field_errors == {"email": "This is not an email address"}


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
        pytest.param("+49 (0) 30 / 123456-789 ext. 45", id="C27: trunk zero and extension"),
        pytest.param("+1 202 555 0143 x12345", id="C27: extension"),
        "001-541-754-3010 extension 123456",
        "+44 20 7946 0958 / +44 20 7946 0959",
        pytest.param(" +44 20 7946 0958 x12\u00a0", id="C29"),
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
