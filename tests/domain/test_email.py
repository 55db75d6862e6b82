"""Addresses found in what people paste, which of them are accepted, and their keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.email import email_key, find_address, find_problem

ADA = "ada@example.org"


@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param("\u200bada@example.org", id="C19: zero width space"),
        pytest.param("\ufeffada@example.org", id="C19: byte order mark"),
        pytest.param("ada@example.org\u202c", id="C19: end of direction"),
        "\u2068ada@\u200eexam\u00adple.org\u2069",
        "ada@example.org\r\n",
        " ada @ example.org\t",
        pytest.param("Ada Lovelace <ada@example.org>", id="C23: name"),
        pytest.param("mailto:ada@example.org", id="C23: mailto"),
        pytest.param("ada@example.org;", id="C23: semicolon"),
        '"Lovelace, Ada" <ada@example.org>;',
        "Ada (CTO) <mailto:ada@example.org>",
        "ada@example.org <mailto:ada@example.org>",
        "Ada: 'ADA@example.org' <ada@example.org>",
        "Ada @ work <ada@example.org>",
        "ada@example.org (Ada Lovelace)",
        "MAILTO:ada%40example.org?subject=Hello",
        "<ada@example.org>",
        "(ada@example.org)",
        "ada@example.org, ",
        "ada@example.org.",
        "'ada@example.org'",
        "“ada@example.org”",
        "ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "ada@example。org",
    ],
)
def test_the_address_is_taken_out(pasted: str) -> None:
    assert find_address(pasted) == ADA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada",
        "a@x.org; b@x.org",
        "Ada <a@x.org>, Bob <b@x.org>",
        "a@x.org <b@x.org>",
        "a@x.org <aa@x.org>",
        "a@x.org (b@x.org)",
    ],
)
def test_nothing_is_taken_out_of_several_addresses_or_none(text: str) -> None:
    assert find_address(text) == text.rstrip(">)")
    assert find_problem(find_address(text))


def test_marks_of_direction_are_dropped_from_right_to_left_addresses() -> None:
    assert find_address("\u05d0\u200e@x.org") == "\u05d0@x.org"


def test_an_address_stays_as_it_was_typed() -> None:
    for address in (
        "Ada.Lovelace+news@Example.ORG",
        "o'neill@x.org",
        "'a@x.org",
        "a@m\u00fcller.de",
    ):
        assert find_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("chef@werk.local", id="C24: local"),
        pytest.param("ada..b@docomo.ne.jp", id="C24: two periods"),
        pytest.param("ada.@docomo.ne.jp", id="C24: period at the end"),
        "a...b..@ezweb.ne.jp",
        "root@localhost",
        "chef@werk",
        "ren\u00e9@b\u00fccher.example",
    ],
)
def test_addresses_that_people_have(address: str) -> None:
    assert find_problem(address) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nonsense", "An email address must have an @-sign."),
        ("@x.org", "There must be something before the @-sign."),
        (".ada@x.org", "An email address cannot start with a period."),
        ("..@x.org", "An email address cannot have a period immediately before the @-sign."),
        ("ada@x..org", "An email address cannot have two periods in a row."),
        ("a@x.org; b@x.org", "Enter one email address"),
        ("a@x@y", "Enter one email address"),
    ],
)
def test_why_it_is_no_address(text: str, problem: str) -> None:
    assert find_problem(text) == problem


@given(st.text(st.characters(exclude_categories=[])) | st.text("a@.<>;:'\" \u200b("))
def test_any_text_is_an_address_or_has_a_problem(typed: str) -> None:
    address = find_address(typed)
    if find_problem(address) is None:
        assert find_address(address) == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A@B.de", "a@b.de"),
        ("RENE\u0301@x.fr", "ren\u00e9@x.fr"),
        ("ß@x.de", "SS@x.de"),
        ("ａｄａ@example.com", "ada@example.com"),
        ("ada@ｅｘａｍｐｌｅ.com", "ada@example.com"),
        ("ada＠example.com", "ada@example.com"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("info@MÜNCHEN.example", "info@XN--MNCHEN-3YA.example"),
        ("info@bücher。example", "info@bücher.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("a@under_score.example", "A@Under_Score.example"),
    ],
)
def test_emails_that_are_the_same(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("info@straße.example.org", "info@strasse.example.org", id="C25"),
        ("ada..b@docomo.ne.jp", "ada.b@docomo.ne.jp"),
    ],
)
def test_emails_that_are_two(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@given(st.text(st.characters(exclude_categories=[])))
def test_the_key_of_any_text_is_its_own_key(typed: str) -> None:
    key = email_key(typed)
    assert email_key(key) == key
