"""Sample people of many languages, with the values and the gaps of real address books."""

from collections.abc import Iterator
from functools import cache
from itertools import accumulate, count, islice

from mimesis import Finance, Person, Text
from mimesis.enums import Gender
from mimesis.locales import Locale
from mimesis.random import Random

from crm_app.domain.cleaning import clean_line
from crm_app.domain.contact_fields import Values
from crm_app.services.samples import edge_cases, phones
from crm_app.services.samples.emails import make_email
from crm_app.services.samples.languages import LANGUAGES, Language, Order
from crm_app.services.samples.notes import make_notes

BLOCK = 1_000  # people of one random sequence
HAVE_EMAIL, HAVE_COMPANY, HAVE_PHONE, HAVE_NOTES = 0.98, 0.7, 0.8, 0.35
EVERY = 50  # one person of so many has a name of the edge cases, which take turns


def sample_people(seed: int, first: int = 1) -> Iterator[Values]:
    """Yield people without end, from this number on; the first of all has number 1.

    A person depends on the seed and the number only, whatever the first number is.
    """
    block, skipped = divmod(first - 1, BLOCK)
    for start in count(block * BLOCK + 1, BLOCK):
        yield from islice(_makers().make_block(seed, start), skipped, None)
        skipped = 0


@cache
def _makers() -> "_Makers":
    """Return the makers, which take a tenth of a second to load."""
    return _Makers()


class _Makers:
    """Makes people, each thousand from one random sequence."""

    def __init__(self) -> None:
        self._random = Random()
        self._speakers = [_Speaker(language, self._random) for language in LANGUAGES]
        self._shares = list(accumulate(language.share for language in LANGUAGES))
        self._english = Person(Locale.EN, random=self._random)

    def make_block(self, seed: int, start: int) -> list[Values]:
        self._random.seed(f"{seed} {start}")
        return [self._make_person(number) for number in range(start, start + BLOCK)]

    def _make_person(self, number: int) -> Values:
        random = self._random
        speaker = random.choices(self._speakers, cum_weights=self._shares)[0]
        turn, is_plain = divmod(number, EVERY)
        odd_name = edge_cases.NAMES[turn % len(edge_cases.NAMES)]
        name = speaker.make_name() if is_plain else odd_name
        handle = self._english.first_name().lower()
        email = make_email(random, name, handle, number)
        return {
            "name": name,
            "email": email if random.random() < HAVE_EMAIL else None,
            "company": speaker.make_company() if random.random() < HAVE_COMPANY else None,
            "phone": speaker.make_phone() if random.random() < HAVE_PHONE else None,
            "notes": (
                make_notes(random, speaker.make_sentence) if random.random() < HAVE_NOTES else None
            ),
        }


class _Speaker:
    """Makes names, companies, phone numbers and sentences of one language."""

    def __init__(self, language: Language, random: Random) -> None:
        self._language, self._random = language, random
        self._person = Person(language.locale, random=random)
        self._finance = Finance(language.locale, random=random)
        self._text = Text(language.locale, random=random)

    def make_name(self) -> str:
        gender = self._random.choice((Gender.FEMALE, Gender.MALE))
        given, family = self._make_given(gender), self._make_family(gender)
        match self._language.order:
            case Order.UNSPACED:
                return f"{family}{given}"
            case Order.FAMILY_FIRST:
                return f"{family} {given}"
            case Order.GIVEN_FIRST:
                return self._vary(given, family, gender)

    def make_company(self) -> str:
        return _clean(self._finance.company())

    def make_phone(self) -> str:
        masks = self._language.phones
        if not masks:
            return phones.rewrite(self._random, self._person.phone_number())
        return phones.rewrite(self._random, phones.fill(self._random, self._random.choice(masks)))

    def make_sentence(self) -> str:
        own = self._language.sentences
        return self._random.choice(own) if own else self._text.sentence()

    def _make_given(self, gender: Gender) -> str:
        own = self._language.given
        return self._random.choice(own) if own else _clean(self._person.first_name(gender))

    def _make_family(self, gender: Gender) -> str:
        own = self._language.family
        return self._random.choice(own) if own else _clean(self._person.last_name(gender))

    def _vary(self, given: str, family: str, gender: Gender) -> str:
        """Return the name, in one of ten cases not as plain as the others."""
        roll = self._random.random()
        if roll < 0.03:
            return f"{given} {family}-{self._make_family(gender)}"
        if roll < 0.06:
            return f"{given} {self._make_given(gender)[0]}. {family}"
        if roll < 0.08:
            return f"{family}, {given}"
        if roll < 0.09:
            return f"{given} {family}".upper()
        return given if roll < 0.1 else f"{given} {family}"


@cache
def _clean(text: str) -> str:
    """Return the text as it is stored: Mimesis has a few with tabs, spaces and invisible marks."""
    return clean_line(text)
