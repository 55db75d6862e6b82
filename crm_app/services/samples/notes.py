"""Notes of sample contacts: a line, some lines, or all that fits."""

from collections.abc import Callable

from mimesis.random import Random

LONGEST = 500  # characters
BREAKS = ("\n", "\n", "\n\n", "\n- ", "\n\t")


def make_notes(random: Random, make_sentence: Callable[[], str]) -> str:
    """Return notes of at most 500 characters: most are a sentence, one in twenty is full."""
    roll = random.random()
    if roll < 0.05:
        return _fill(random, make_sentence)
    sentences = [make_sentence() for _ in range(1 if roll < 0.6 else random.randint(2, 5))]
    return _shorten(random.choice((" ", *BREAKS)).join(sentences))


def _fill(random: Random, make_sentence: Callable[[], str]) -> str:
    text = make_sentence()
    while len(text) < LONGEST:
        text += random.choice((" ", " ", *BREAKS)) + make_sentence()
    return _shorten(text)


def _shorten(text: str) -> str:
    return text[:LONGEST].strip()
