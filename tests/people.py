"""Real people with messy names: authors and maintainers of the packages installed here."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import getaddresses
from importlib.metadata import distributions

from crm_app.domain.email import email_key


@dataclass(frozen=True)
class Person:
    """Somebody a package names, as it names them."""

    name: str
    email: str
    package: str


def people() -> list[Person]:
    """Return everyone whom the installed packages name, once per address, in a stable order."""
    found: dict[str, Person] = {}
    for person in sorted(_mentions(), key=lambda p: (p.package.lower(), p.email)):
        found.setdefault(email_key(person.email), person)
    return list(found.values())


def _mentions() -> Iterator[Person]:
    for distribution in distributions():
        metadata = distribution.metadata
        lines = [
            line
            for field in ("Author-email", "Maintainer-email")
            for line in metadata.get_all(field) or []
        ]
        for name, email in getaddresses([str(line) for line in lines]):
            if email:
                shown = str(make_header(decode_header(name))).strip() or email.split("@")[0]
                yield Person(shown, email, str(metadata["Name"]))
