"""Phone numbers of sample contacts, in the notations that people use."""

from collections.abc import Callable

from mimesis.random import Random

LONGEST = 40  # characters

EXTENSIONS = (
    " ext. {}",
    " x{}",
    " #{}",
    ";ext={}",
    ", Durchwahl {}",
    " доб. {}",
    " 内線{}",
    " poste {}",
)
SECOND_NUMBER = " / +1 202 555 01##"


def rewrite(random: Random, text: str) -> str:
    """Return the number, in one of five cases in another notation or with something behind it."""
    roll = random.random()
    for share, rewriting in _REWRITINGS:
        if roll < share:
            rewritten = rewriting(random, text)
            return rewritten if len(rewritten) <= LONGEST else text
        roll -= share
    return text


def fill(random: Random, mask: str) -> str:
    """Return the mask with a digit for each #."""
    return random.generate_string_by_mask(mask, char="\0")


def _add_extension(random: Random, text: str) -> str:
    return text + random.choice(EXTENSIONS).format(random.randint(1, 99999))


def _add_second_number(random: Random, text: str) -> str:
    return text + fill(random, SECOND_NUMBER)


_REWRITINGS: tuple[tuple[float, Callable[[Random, str], str]], ...] = (
    (0.08, _add_extension),
    (0.01, _add_second_number),
    (0.05, lambda _random, text: text.replace(" ", "")),
    (0.04, lambda _random, text: text.replace(" ", ".")),
    (0.02, lambda _random, text: text.replace(" ", "\N{NON-BREAKING HYPHEN}")),
    (0.02, lambda _random, text: f"{text} (mobile)"),
)
