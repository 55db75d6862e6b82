"""What names and companies are sorted by: folded text, in the order of its code points.

So accents and case do not part what belongs together, digits come before letters, and the scripts
follow each other as in Unicode's collation: Latin, Greek, Cyrillic, Hebrew, Arabic, ..., Kana, Han.
"""

from crm_app.domain.folding import fold
from crm_app.domain.text import normalize

NO_COMPANY = "\U0010ffff"  # behind all others
END = "\x01"  # before whatever may follow in a longer key


def name_key(name: str) -> str:
    """Return what a name is sorted by: word by word, then by its accents and marks."""
    key, exact = fold(name), normalize(name).casefold()
    return key if key == exact else f"{key}{END}{exact}"


def company_key(company: str | None) -> str:
    """Return what a company is known by: its letters and digits, without spaces."""
    return fold(company or "").replace(" ", "") or (company and normalize(company)) or NO_COMPANY


def company_order(company: str | None, name: str) -> str:
    """Return what a list by company is sorted by: company, then name; those without are last."""
    return f"{company_key(company)}{END}{name_key(name)}"
