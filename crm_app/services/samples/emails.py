"""Email addresses of sample contacts, unique by the number before the @-sign."""

import re

from mimesis.random import Random

from crm_app.domain.folding import fold
from crm_app.domain.text import normalize

DOMAINS = ("example.com", "example.org", "example.net")
SUBDOMAINS = ("mail", "post", "team", "sales", "berlin", "tokyo", "sao-paulo", "x")
INTERNATIONAL = (
    "bücher",
    "köln",
    "straße",
    "пример",
    "παράδειγμα",
    "例え",
    "例子",
    "मिसाल",
    "مثال",
    "դաս",
)
TAGS = ("crm", "news", "fair2024", "no-reply", "work_")
SEPARATORS = (".", ".", ".", "", "_", "-")
MOST_LETTERS = 24  # of each word, so that an address stays below 255 characters

_NUMBER = re.compile(r"(\d+)@")
_OTHERS = re.compile(r"[^\w\s]|[\d_]")


def make_email(random: Random, name: str, handle: str, number: int) -> str:
    """Return an address of example.com, .org or .net for the person of this number.

    The mailbox is made of the name if that can be written in ASCII, else mostly of the handle.
    """
    words = [word[:MOST_LETTERS] for word in _OTHERS.sub("", normalize(fold(name))).split()[:2]]
    is_international = random.random() < 0.02
    if not words or not (is_international or all(map(str.isascii, words))):
        words = [handle]
    tag = f"+{random.choice(TAGS)}" if random.random() < 0.04 else ""
    if tag[-1:].isdigit():
        tag += "-"  # the number is what stands in front of the @-sign
    mailbox = random.choice(SEPARATORS).join(words)
    address = f"{mailbox}{tag}{number}@{_make_domain(random)}"
    return address.title() if random.random() < 0.03 and address.isascii() else address


def find_number(email: str) -> int | None:
    """Return the number of the person whose sample address this is."""
    found = _NUMBER.search(email)
    return int(found[1]) if found else None


def _make_domain(random: Random) -> str:
    domain, roll = random.choice(DOMAINS), random.random()
    if roll < 0.15:
        return f"{random.choice(SUBDOMAINS)}.{domain}"
    return f"{random.choice(INTERNATIONAL)}.{domain}" if roll < 0.18 else domain
