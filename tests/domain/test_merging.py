"""The merge of two edits: no change that only one side made is ever lost."""

from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.contact_fields import NAMES as FIELDS
from crm_app.domain.merging import Merge, merge

few_texts = st.sampled_from([None, "a", "b", "c"])
contact_values = st.fixed_dictionaries(dict.fromkeys(FIELDS, few_texts))
any_three = given(base=contact_values, mine=contact_values, theirs=contact_values)
Values = dict[str, str | None]


@any_three
def test_a_change_of_one_side_is_never_lost(base: Values, mine: Values, theirs: Values) -> None:
    merged = {**theirs, **merge(base, mine, theirs).changes}
    for field in FIELDS:
        if theirs[field] == base[field]:
            assert merged[field] == mine[field]
        if mine[field] == base[field]:
            assert merged[field] == theirs[field]


@any_three
def test_collisions_are_what_both_changed_differently(
    base: Values, mine: Values, theirs: Values
) -> None:
    three = {field: {base[field], mine[field], theirs[field]} for field in FIELDS}
    collisions = merge(base, mine, theirs).collisions
    assert set(collisions) == {field for field in FIELDS if len(three[field]) == 3}


@any_three
def test_both_sides_meet_the_same_collisions_and_the_same_result(
    base: Values, mine: Values, theirs: Values
) -> None:
    here, there = merge(base, mine, theirs), merge(base, theirs, mine)
    assert set(here.collisions) == set(there.collisions)
    if not here.collisions:
        assert {**theirs, **here.changes} == {**mine, **there.changes}
    assert set(here.kept) == set(there.changes)


@any_three
def test_merging_again_changes_nothing_more(base: Values, mine: Values, theirs: Values) -> None:
    first = merge(base, mine, theirs)
    again = merge(base, mine, {**theirs, **first.changes})
    assert again == Merge({}, first.kept, first.collisions)


def test_fields_that_are_not_given_are_not_looked_at() -> None:
    base: Values = dict.fromkeys(FIELDS, "a")
    assert merge(base, {"name": "b"}, base | {"notes": "c"}) == Merge({"name": "b"})
