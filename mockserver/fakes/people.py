"""Persons and their postal addresses, drawn from Faker, which is loaded when the first one is asked for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from mockserver.fakes.chance import Chance

if TYPE_CHECKING:
    from faker import Faker

# Locale -> ISO country. The Nigerian locales have names but no addresses of their own.
_ADDRESSED = {"en_US": "US", "en_GB": "GB", "de_DE": "DE", "fr_FR": "FR", "es_ES": "ES", "pt_BR": "BR"}
_NAMED = (*_ADDRESSED, "yo_NG", "ig_NG")

_UNACCENTED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "ı": "i", "đ": "d"})

# The generators are shared between threads: seeding one and drawing from it must not be torn apart.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives; the country is ISO 3166-1 alpha-2."""

    street: str
    postcode: str
    city: str
    country: str


def person(chance: Chance) -> str:
    """A given and a family name, such as Chinyere Ojukwu."""
    locale, seed = chance.pick(_NAMED), chance.number(0, 2**63)
    with _one_at_a_time:
        faker = _faker(locale)
        faker.seed_instance(seed)
        return f"{faker.first_name()} {faker.last_name()}"


def address(chance: Chance) -> Address:
    """An address in the form of its country."""
    locale, seed = chance.pick(tuple(_ADDRESSED)), chance.number(0, 2**63)
    with _one_at_a_time:
        faker = _faker(locale)
        faker.seed_instance(seed)
        street, postcode, city = faker.street_address(), faker.postcode(), faker.city()
    return Address(", ".join(street.split("\n")).strip(), postcode, city, _ADDRESSED[locale])


def mailbox(name: str) -> str:
    """The name as the part of an email address before the @: Zoë Müller is zoe.muller."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_UNACCENTED))
    letters = "".join(
        letter if letter.isascii() and letter.isalnum() else " "
        for letter in plain
        if not unicodedata.combining(letter)
    )
    return ".".join(letters.split()) or "someone"


@cache
def _faker(locale: str) -> Faker:
    from faker import Faker  # takes a third of a second to import

    providers = ["faker.providers.person", "faker.providers.address"]
    return Faker(locale, providers=providers, use_weighting=False)
