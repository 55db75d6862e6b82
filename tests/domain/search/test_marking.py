"""Marks are where the terms of a search are, as people see the text."""

import time
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.cleaning import clean_line
from crm_app.domain.folding import fold
from crm_app.domain.search.marking import matches
from crm_app.domain.search_text import search_terms
from crm_app.services.samples.people import sample_people

names = st.text("aeouäöüåøæ'-.& bßé\u0301明ที지\u00ad𠮷", max_size=30)


def marked(value: str, query: str) -> str:
    """Return the value with brackets around the marks, which are counted in UTF-16."""
    units = value.encode("utf-16-le")
    shown, last = "", 0
    for start, end in matches(value, search_terms(query)):
        shown += f"{cut(units, last, start)}[{cut(units, start, end)}]"
        last = end
    return shown + cut(units, last, len(units))


def cut(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("brand", "Łucja [Brand]t"),
        ("lucja", "[Łucja] Brandt"),
        ("strasse", "Haupt[straße] 5"),
        ("stras", "Haupt[straß]e 5"),
        ("jose", "[José] Núñez"),
        ("soren", "[Søren] Kierkegaard"),
        ("muller", "Jürgen [Müller]"),
        ("mueller", "Jürgen [Müller], [Muller] & [Mueller]"),
        ("müller", "Jürgen [Mueller]"),
        ("mue", "Hof[mü]ller, [Mue]ller"),
        ("ae", "[Ä]nne [Ae]rlig"),
        ("oneill", "Ed [O'Neill], [O’Neill]"),
        ("o'neill", "Ed [ONeill]"),
        ("jeanluc", "[Jean-Luc] Picard, [Jean Luc]"),
        ("annaernst", "[Anna Ernst]"),
        ("ernst", "Anna [Ernst]"),
        ("ma", "[Ma]ria Tamara [Ma]yer"),
        ("a", "[A]da of La"),
        ("jrr", "[J.R.R]. Tolkien"),
        ("jr", "[J.R].R. Tolkien"),
        ("ada lovelace", "[Ada] King-[Lovelace]"),
        ("adal dalia", "[Adalia]"),
        ("2025550143", "+1 ([202) 555-0143] x12"),
        ("+1 202 555 0143", "+1 [202.555.0143]"),
        ("4930", "+[49 (0) 30] / 123456"),
        ("030 123456", "+49 (0) [30 / 123456]"),
        ("555 0143", "+1 202 [555] [0143]"),
        ("明", "王小[明]"),
        ("小明", "王[小明]"),
        ("タナカ", "[たなか]さん"),
        ("❤", "Anna [❤\ufe0f]!"),
        ("吉", "👍🏽 [𠮷]野"),
        ("cafe", "[Cafe\u0301] Central"),
        ("love", "[Love\u00ad]lace"),
        ("-", "A-B ... c"),
        ("'", "Ed O'Neill"),
        ("zzz", "Ada"),
        ("ada", ""),
        ("a.b", "x [a@b].c"),
    ],
)
def test_what_is_found_is_marked(query: str, shown: str) -> None:
    assert marked(shown.replace("[", "").replace("]", ""), query) == shown


@given(names, st.integers(0, 30), st.integers(3, 12))
def test_any_part_of_a_word_is_marked(typed: str, start: int, length: int) -> None:
    value = clean_line(typed)
    for word in value.split():
        part = word[start : start + length]
        if len(fold(part)) > 2:
            assert matches(value, search_terms(part)), part


@given(st.text(), st.text(max_size=8))
def test_marks_are_within_the_text_and_apart(value: str, query: str) -> None:
    spans = matches(value, search_terms(query))
    ends = [place for span in spans for place in span]
    assert ends == sorted(set(ends))
    assert (
        not ends or 0 <= ends[0] < ends[-1] <= len(value.encode("utf-16-le", "surrogatepass")) // 2
    )


@pytest.mark.parametrize(
    "query", ["mar", "a", "maria example", "a b c d e f", "555", "aeaeae" * 30]
)
def test_a_hundred_rows_are_marked_in_five_milliseconds(query: str) -> None:
    rows = [[*person.values()] for person in islice(sample_people(1, 1), 100)]
    terms, times = search_terms(query), list[float]()
    for _ in range(5):
        start = time.perf_counter()
        for row in rows:
            for value in row:
                matches(value or "", terms)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005 * len(terms)
