"""Tags of contacts: what their names are compared by."""

from crm_app.domain.text import normalize

MAX_TAGS = 20  # of a contact
COLORS = 8


def tag_key(name: str) -> str:
    """Return what the name of a tag is compared by: case folded."""
    return normalize(normalize(name).casefold())
