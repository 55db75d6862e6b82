"""Folding: every character as search compares it, without case, accents and script variants."""

import unicodedata
from functools import lru_cache

MARK = "-"  # stands for any punctuation in a folded text

# Letters that are different to Unicode and spellings of one letter to people.
_SAME = (
    {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i", "ȷ": "j", "ŋ": "n", "ĸ": "q"}
    | {"ə": "a", "ɛ": "e", "ɔ": "o", "ɩ": "i", "ʊ": "u"}
    | {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك"}
    | {"ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه"}
    | {"ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ", "װ": "וו", "ױ": "וי", "ײ": "יי"}
    | {"ൺ": "ണ", "ൻ": "ന", "ർ": "ര", "ൽ": "ല", "ൾ": "ള", "ൿ": "ക", "ৎ": "ত"}
    | {"髙": "高", "﨑": "崎", "𠮷": "吉"}
    | {chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)}  # Katakana to Hiragana
    | dict(zip("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ", strict=True))
)

_APOSTROPHES = frozenset("ՙߴߵꞋꞌⸯ").union(map(chr, [*range(0x2B9, 0x2E0), *range(0x2E5, 0x300)]))
# Tatweel, the prolonged vowel of kana, signs of a trade mark; and marks that join nothing.
_DROPPED = frozenset("\u0640\u07fa\u30fc©®™℠\u034f\u115f\u1160\u17b4\u17b5")
_BLANKS = frozenset("\u2800\u3164\uffa0")


def fold_marked(text: str) -> str:
    """Return the folded text, in which a hyphen stands for every punctuation character."""
    if text.isascii():
        return text.translate(_ASCII)
    return "".join(map(_fold_character, text))


def fold(text: str) -> str:
    """Return the text as search sees it: no accents, case or punctuation, single spaces."""
    return " ".join(fold_marked(text).replace(MARK, "").split())


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] == "Z" or kind == "Cc" or character in _BLANKS:
        return " "
    if _is_dropped(character, kind):
        return ""
    if kind[0] == "P" or kind in ("Sk", "Sm") or character in _APOSTROPHES:
        return MARK
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    simpler = _simplify(character)
    if simpler == character:
        return character
    return "".join(map(_fold_character, simpler)).replace(" ", "")


def _is_dropped(character: str, kind: str) -> bool:
    is_mark = unicodedata.combining(character) > 0 or kind in ("Cf", "Cs", "Me")
    return is_mark or character in _DROPPED or _is_variation_selector(ord(character))


def _is_variation_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def _simplify(character: str) -> str:
    """Return the character one step nearer to plain letters; plain letters are returned as is."""
    if character in _SAME:
        return _SAME[character]
    decomposed = unicodedata.normalize("NFKD", character)
    simpler = decomposed if decomposed != character else character.casefold()
    return simpler if simpler != character else _without_stroke(character)


def _without_stroke(letter: str) -> str:
    """Return ł, which Unicode does not decompose, as the letter its name begins with."""
    name, has_addition, _ = unicodedata.name(letter, "").partition(" WITH ")
    try:
        return unicodedata.lookup(name) if has_addition and letter.isalpha() else letter
    except KeyError:
        return letter


_ASCII = {code: _fold_character(chr(code)) for code in range(128)}
