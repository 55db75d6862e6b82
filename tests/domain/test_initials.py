"""The letters in the circle beside a name."""

import pytest

from crm_app.domain.text import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("Wu", "W"),
        ("juan carlos de borbón", "JB"),
        ("(Bob) 'Smith'", "BS"),
        ("王小明", "王"),
        ("田中\u3000太郎", "田太"),
        pytest.param("გიორგი ბერიძე", "გბ", id="C35: Georgian"),
        pytest.param("ßarah ßmith", "SS", id="C35: sharp s"),
        ("ﬁona ŉeil", "FN"),
        ("ǆemal ǉiljana", "ǅǈ"),
        ("e\u0301ric x\u0301", "E\u0301X\u0301"),
        ("श्रीदेवी कपूर", "श्रीक"),
        ("เจน ใจดี", "จจ"),
        ("ʻAkahi ʿAlī", "AA"),
        ("❤️ Anna", "A"),
        ("4711 Cologne", "4C"),
        ("😀", "·"),
        ("- -", "·"),
        ("", "·"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
