"""Characters that nobody sees, which come along with text from web pages and office programs."""

import re
import unicodedata

DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # of Hangul and Braille, drawn as a space
_HIDDEN = frozenset(FILLERS + "\u034f\u17b4\u17b5")

_DIRECTION = re.compile(f"[{DIRECTION}]")
_WITHOUT_DIRECTION = dict.fromkeys(map(ord, DIRECTION))
# Arabic and its kin, the scripts of India and of its neighbours, Mongolian.
_JOINED_SCRIPTS = (
    "\u0600-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_VARIED = (
    "#*0-9\u00a9\u00ae\u1000-\u109f\u203c\u2049\u2100-\u27ff\u2900-\u2fff\u3001-\u3163"
    "\u3165-\ud7ff\uf900-\ufaff\U00010000-\U000dffff"
)
_MARKS = (
    "[\u00ad\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufe00-\ufe0f\ufeff\ufffc"
    "\U000e0000-\U000e0fff]"
)
_MARK = re.compile(
    # The group matches what is kept: joiners where they change how a word or an emoji is drawn,
    # variation selectors of ideographs, emoji and Mongolian letters, tags in flags like England's.
    f"((?<=[{_JOINED_SCRIPTS}])[\u200c\u200d]"
    f"|(?<=[{_EMOJI}])\ufe0f?\u200d(?=[{_EMOJI}])"
    f"|(?<=[{_VARIED}])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    "|(?<=[\u1800-\u18af])[\u180b-\u180f]"
    "|\U0001f3f4[\U000e0020-\U000e007f]+)"
    f"|{_MARKS}"
)
_ANY_MARK = re.compile(_MARKS)


def drop_marks(text: str) -> str:
    """Return the text without marks that nobody sees and that change nothing that is seen.

    Marks of direction stay.
    """
    return text if text.isascii() else _MARK.sub(r"\1", text)


def drop_all_marks(text: str) -> str:
    """Return the text without these marks, even where they change what is seen."""
    return _ANY_MARK.sub("", text)


def drop_idle_direction(text: str) -> str:
    """Return the text without marks of direction if all of it runs from left to right."""
    is_mixed = _DIRECTION.search(text) and any(map(_is_right_to_left, text))
    return text if is_mixed else drop_direction(text)


def drop_direction(text: str) -> str:
    """Return the text without marks of direction."""
    return text if text.isascii() else text.translate(_WITHOUT_DIRECTION)


def has_visible_character(text: str) -> bool:
    """Return whether anything can be seen: not only spaces, marks and fillers."""
    return any(unicodedata.category(c)[0] not in "ZC" and c not in _HIDDEN for c in text)


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL", "RLE", "RLI", "RLO")
