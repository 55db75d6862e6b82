"""Search: the text stored with a contact, and the terms of a query that must occur in it."""

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import unquote

from crm_app.domain import phone
from crm_app.domain.cleaning import clean_line, half_width
from crm_app.domain.contact_fields import SEARCHED, Values
from crm_app.domain.contact_list.sorting import company_order, name_key
from crm_app.domain.email import email_key
from crm_app.domain.folding import MARK, fold, fold_marked
from crm_app.domain.invisible import drop_direction
from crm_app.domain.text import normalize

SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "å": "aa", "Å": "aa"}
    | {"ø": "oe", "Ø": "oe"}
)
_UMLAUT = re.compile("[äöüÄÖÜåÅøØ]")
# The second letter of an umlaut, or of a vowel with a ring, that is spelled with two.
_UMLAUT_ENDING = re.compile("(?<=a)[ae]+|(?<=[ou])e+")
# Scripts written without spaces between words, Hangul by its syllables, and pictures.
UNSPACED = re.compile(
    "(?=[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0f40-\u0f6c"
    "\u1000-\u102a\u103f\u1050-\u1055\u1100-\u115e\u1780-\u17b3\u1950-\u19c9\u1a20-\u1a54"
    "\u2190-\u2bff\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97c\uaa60-\uaa7a\uf900-\ufaff\U0001f000-\U0003ffff])"
)
# A word that can be part of a phone number.
_NUMBER = re.compile(r"[\d+()\[\]/.,;:*~\u2010-\u2015\u2212\u2044\u30fb-]+")
_QUOTES = " '`\"\u00b4\u2018\u2019\u201c\u201d"
# The space in J. R.
_INITIALS = re.compile(r"(?<=\b\w\.)\s+(?=\w\.)")
# A link to an address or a number, as browsers copy it.
_LINK = re.compile(r"(?<!\w)(?:mailto|tel|sms):(?://)?([^\s?<>]*)(?:\?[^\s<>]*)?", re.IGNORECASE)
# Folded text has no capitals, nor has a term: they are neither typed nor stored by anybody.
START, END = "XQ", "Z"


def search_text(*parts: str | None) -> str:
    """Return the text in which the terms of a query are found, one after another, for all parts.

    A part gives all its letters without spaces and punctuation ("jeanlucpicard"), so that neither
    matters, between marks of its start and end; then, each after a space, the first two letters of
    its words ("je", "lu", "pi"). An umlaut, a ring and their spellings with two letters are one
    letter there; words that are spelled with two, or can be, are added as they are spelled.
    Characters of scripts without spaces are words of their own. What the text already contains is
    left out.
    """
    text = ""
    for part in parts:
        for piece in _pieces(part or ""):
            if piece not in text:
                text += piece
    return text


def _pieces(part: str) -> Iterator[str]:
    marked = fold_marked(part)
    words = marked.replace(MARK, "").split()
    letters = "".join(words)
    whole = _unspell(letters)
    if whole:
        yield f"{spaced(START + whole, is_start=False)}{END}"
    elif marked.strip():
        yield f" {MARK}"
    yield from (spaced(word[:2]) for word in words)
    if MARK in marked:
        yield from (spaced(word[:2]) for word in marked.replace(MARK, " ").split())
    yield from map(spaced, _initials(part, words))
    yield from map(spaced, _spelled_out(part, words))
    if letters != whole:
        yield from map(spaced, _unspelled(words, whole))
        yield from (END + ending for word in words for ending in _endings(word))


def joined(text: str) -> str:
    """Return the letters and digits as fields and queries are compared as a whole."""
    return _unspell(fold(text).replace(" ", ""))


def _initials(part: str, words: list[str]) -> Iterator[str]:
    """Return the single letters that follow each other as one word: J. R. is found by "jr"."""
    if any(len(word) == 1 for word in words):
        for is_letter, letters in groupby(words, key=lambda word: len(word) == 1):
            if is_letter:
                yield "".join(letters)
    if "." in part:
        yield from (word for word in fold(_INITIALS.sub("", part)).split() if len(word) == 2)


def _spelled_out(part: str, words: list[str]) -> Iterator[str]:
    """Return the words with an umlaut or a ring as they are spelled with two letters."""
    composed = part if part.isascii() else normalize(part)
    if _UMLAUT.search(composed):
        spelled_out = fold(composed.translate(SPELLED_OUT)).split()
        yield from (new for old, new in zip(words, spelled_out, strict=True) if new != old)


def _unspelled(words: list[str], whole: str) -> Iterator[str]:
    """Return the words that are spelled with two letters, and those that the whole has not."""
    for word in words:
        unspelled = _unspell(word)
        yield unspelled if unspelled not in whole else unspelled[:2]  # the e of Anna Ernst
        if word != unspelled:
            yield word


def _endings(word: str) -> Iterator[str]:
    """Return the word from within one umlaut that is spelled out, when another one follows."""
    starts = (start for ending in _UMLAUT_ENDING.finditer(word) for start in range(*ending.span()))
    rests = (_unspell(word[start:]) for start in starts)
    yield from (spaced(rest, is_start=False) for rest in rests if rest not in word)


def _unspell(folded: str) -> str:
    """Return the text with ae, oe, ue and aa as the vowel without its umlaut or ring.

    Mueller, Müller and Muller become one. So do Joel and Jol: rarely a match too many.
    """
    return _UMLAUT_ENDING.sub("", folded)


def spaced(word: str, *, is_start: bool = True) -> str:
    """Return the word with one space before each character that is a word of its own.

    `is_start` puts one before the word as well.
    """
    text = f" {word}" if is_start else word
    return text if text.isascii() else UNSPACED.sub(" ", text).replace("  ", " ")


def search_terms(query: str) -> list[str]:
    """Return the terms that all must occur in a search text.

    One or two letters match at the start of a word, three and more anywhere, and in scripts without
    spaces any number anywhere. All terms are plain substrings, so that a trigram index can find
    them. A phone number is one term, whatever its notation. A query of punctuation alone finds
    parts of punctuation alone; one of quotation marks is no query.
    """
    query = _INITIALS.sub("", half_width(drop_direction(clean_line(without_links(query)))))
    terms: list[str] = []
    for text in phone.split_at_extension(query):
        for is_number, tokens in groupby(text.split(), key=_is_number):
            words = list(tokens)
            terms += _number_terms(words) if is_number else _word_terms(words)
    if not terms and MARK in fold_marked(query.strip(_QUOTES)):
        return [MARK]
    return list(dict.fromkeys(terms))


def without_links(query: str) -> str:
    """Return the query with the address or number of a link in place of the link."""
    return _LINK.sub(lambda link: unquote(link[1]), query) if ":" in query else query


def _is_number(token: str) -> bool:
    return _NUMBER.fullmatch(token) is not None


def _number_terms(tokens: list[str]) -> list[str]:
    """Return one term for a phone number; numbers that need no rewriting stay words."""
    text = " ".join(tokens)
    number = phone.query_digits(text)
    is_plain = number == phone.digits(text) and all(len(token) > 2 for token in tokens)
    if is_plain or not number or (len(number) < 3 and text[0] != "+"):
        return _word_terms(tokens)
    return [_term(number)]


def _word_terms(tokens: list[str]) -> list[str]:
    return [_term(word) for word in fold(" ".join(tokens)).split()]


def _term(word: str) -> str:
    unspelled = _unspell(word)
    term = spaced(unspelled if len(unspelled) > 2 else word, is_start=False)
    return term if len(term) > 2 or term.startswith(" ") else f" {term}"


def derived(values: Values) -> Values:
    """Return what is stored besides the fields that people fill in, and follows from them."""
    email, digits = values["email"], phone.indexed_digits(values["phone"] or "") or None
    return {
        "email_key": email_key(email) if email else None,
        "phone_digits": digits,
        "search_text": search_text(*(values[field] for field in SEARCHED), digits),
        "name_key": name_key(values["name"] or ""),
        "company_order": company_order(values["company"], values["name"] or ""),
    }
