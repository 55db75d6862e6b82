"""Phone numbers in all notations: their links and the digits they are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain import phone


@pytest.mark.parametrize(
    ("written", "link"),
    [
        pytest.param("+1 555 0100 #12", "tel:+15550100;ext=12", id="C30: number sign"),
        pytest.param("+1 202 555 0143 x1", "tel:+12025550143;ext=1", id="C30: x"),
        ("+49 (0) 30 / 123456-789 ext. 45", "tel:+4930123456789;ext=45"),
        ("0049(0)30 123456", "tel:004930123456"),
        ("+41 [0] 44 123 45 67", "tel:+41441234567"),
        ("(0)30 123456", "tel:030123456"),
        ("(+49) 30 123456", "tel:+4930123456"),
        ("(202) 555.0143", "tel:2025550143"),
        ("+1 (202) 555-0143 (ext 7)", "tel:+12025550143;ext=7"),
        ("001-541-754-3010 extension 123456", "tel:0015417543010;ext=123456"),
        ("030 123456 Durchwahl 78", "tel:030123456;ext=78"),
        ("+7 495 123-45-67 доб. 12", "tel:+74951234567;ext=12"),
        ("03-1234-5678 内線 9", "tel:0312345678;ext=9"),
        ("＋８１　３　１２３４", "tel:+8131234"),
        ("٠٣٠ ۱۲۳", "tel:030123"),
        ("+44 20 7946 0958 / +44 20 7946 0959", "tel:+442079460958"),
        ("+44 20 7946 0958 +44 20 7946 0959", "tel:+442079460958"),
        ("+44 20 7946 0958 / 0959", "tel:+442079460958"),
        ("030 123456, +49 30 123457", "tel:030123456"),
        ("030 123456, 030 123457", "tel:030123456"),
        ("Tel. 030 123456 or mobile 0171 1234", "tel:030123456"),
        ("\u202a+49 30 123456\u202c", "tel:+4930123456"),
        ("ask Ada", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_link_dials_the_number(written: str | None, link: str) -> None:
    assert phone.link(written) == link


@given(st.text(st.characters(exclude_categories=[])) | st.text("+0123 ()/-x#,."))
def test_any_text_has_a_link_of_digits_or_none(written: str) -> None:
    number, _, extension = phone.link(written).removeprefix("tel:").partition(";ext=")
    for part in (number.removeprefix("+"), extension):
        assert part == "" or (part.isascii() and part.isdigit())
    if any(character.isdecimal() for character in written):
        assert number


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        pytest.param("+44 20 7946 0958 x12 ", "+44 20 7946 0958 x12", id="C29: space"),
        pytest.param("+44 20 7946 0958 x12\u00a0", "+44 20 7946 0958 x12", id="C29: NBSP"),
        ("\u202a+44\u00a020\u20097946\u202c", "+44 20 7946"),
        ("tel:+44-20-7946", "+44-20-7946"),
        ("TEL: 020", "020"),
    ],
)
def test_a_number_is_trimmed_and_stays_as_written(typed: str, cleaned: str) -> None:
    assert phone.clean(typed) == cleaned


def test_digits_of_any_script() -> None:
    assert phone.digits("+44 (0)20-7946 ٣²") == "4402079463"
    assert phone.indexed_digits("+44 (0)20-7946 ٣²") == "442079463"


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("+1 (202) 555-0143", "2025550143"),
        ("1-202-555-0143", "2025550143"),
        ("8 495 123-45-67", "4951234567"),
        ("0049 (0)30 123456", "30123456"),
        ("+354 123 4567", "1234567"),
        ("+39 06 123456", "6123456"),
        ("030 123456", "30123456"),
        ("555-0143", "5550143"),
        ("+49", "49"),
        ("+49 3", "493"),
        ("007", "007"),
    ],
)
def test_what_is_looked_for_is_in_every_notation(query: str, searched: str) -> None:
    assert phone.query_digits(query) == searched
