"""Email addresses: found in pasted text, checked, compared."""

import re
import unicodedata
from urllib.parse import unquote

import email_validator
import idna

from crm_app.domain.cleaning import clean_line, half_width
from crm_app.domain.invisible import drop_direction

# The validator accepts domains of public mail only; people also have addresses in local networks.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in ("local", "localhost")
]

_BEFORE = ' ;,<("“”„«»'
_BEHIND = _BEFORE + ".:>)"
_IDEOGRAPHIC_STOPS = str.maketrans("。｡", "..")
_ADDRESS = re.compile(r"\S@\S")
# Mailboxes such as ada..b@ and ada.@ exist at Japanese mobile providers.
_EXTRA_DOTS = re.compile(r"(?<=[^.])\.+(?=\.|$)")


def find_address(text: str) -> str:
    """Return the address in `Ada <ada@example.org>`, `mailto:ada@example.org` and the like.

    A text with several addresses, or none, is returned whole: it is no address.
    """
    address = half_width(drop_direction(clean_line(text))).translate(_IDEOGRAPHIC_STOPS)
    address = _trim(_before_comment(_in_brackets(address.rstrip(" ;,."))))
    if address[:7].lower() == "mailto:":
        address = _trim(drop_direction(clean_line(unquote(address[7:].partition("?")[0]))))
    return "@".join(part.strip() for part in address.split("@"))


def _in_brackets(text: str) -> str:
    """Return the address between < and >, unless another address stands before them."""
    before, _, inside = text.partition("<")
    address = inside.removesuffix(">")
    if address == inside or "<" in address:
        return text
    named = {_trim(word).casefold() for word in before.split() if _ADDRESS.search(word)}
    return address if named <= {address.casefold().removeprefix("mailto:")} else text


def _before_comment(text: str) -> str:
    """Return the address before a name in parentheses."""
    before, _, comment = text.partition(" (")
    is_comment = comment.endswith(")") and not _ADDRESS.search(comment)
    return before if is_comment and _ADDRESS.search(before) else text


def _trim(address: str) -> str:
    address = address.lstrip(_BEFORE).rstrip(_BEHIND)
    is_quoted = address[-1:] in ("'", "’")
    return address.strip("'‘’") if is_quoted else address


def find_problem(address: str) -> str | None:
    """Return why this is no email address, None if it is one; DNS is not asked."""
    mailbox, at, domain = address.rpartition("@")
    if "@" in mailbox:
        return "Enter one email address"
    probe = _EXTRA_DOTS.sub("", mailbox) + at + domain
    try:
        email_validator.validate_email(
            probe, check_deliverability=False, globally_deliverable=False
        )
    except email_validator.EmailNotValidError as error:
        return str(error)
    return None


def email_key(address: str) -> str:
    """Return what addresses are compared by: the spellings of one mailbox have one key.

    Compatible characters (NFKC: full-width letters) and cases are one, and a domain counts by its
    ASCII form (IDNA 2008), where it has one. So straße.example is not strasse.example.
    """
    mailbox, at, domain = unicodedata.normalize("NFKC", address).rpartition("@")
    return unicodedata.normalize("NFKC", mailbox.casefold()) + at + _ascii_domain(domain)


def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFKC", domain.lower())
