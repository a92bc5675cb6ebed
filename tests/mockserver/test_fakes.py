"""Fakes: names that never repeat, in several languages, and everything else a made-up catalogue needs."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest
from faker import Faker

from mockserver.fakes import Chance, Fakes, c_line, hex_for, identifiers, p_line, token_for, uuid_for, words
from mockserver.fakes.music import MusicProvider
from mockserver.fakes.names import ARTISTS, LABELS, TITLES, Names, Pattern
from mockserver.fakes.people import mailbox


@pytest.mark.parametrize(("make", "count"), [("artist", 20_000), ("title", 20_000), ("track", 9_000), ("label", 5_000)])
def test_names_never_repeat(make: str, count: int) -> None:
    fakes = Fakes(11)

    names = [getattr(fakes, make)() for _ in range(count)]

    assert len(set(names)) == count


@pytest.mark.parametrize("patterns", [ARTISTS, TITLES, LABELS], ids=["artists", "titles", "labels"])
def test_no_two_patterns_can_give_the_same_name(patterns: tuple[Pattern, ...]) -> None:
    two_words = [pattern.lists for pattern in patterns if pattern.form == "{} {}"]

    shared = [
        set(one[0]) & set(other[0])
        for place, one in enumerate(two_words)
        for other in two_words[place + 1 :]
        if set(one[1]) & set(other[1])
    ]

    assert not any(shared)
    assert len({pattern.form for pattern in patterns}) >= 2


def test_names_go_on_with_a_number_when_all_words_are_used_up() -> None:
    labels = Names(LABELS, Chance(1))
    beyond = LABELS[-1].size

    names = [labels.nth(beyond * lap + n) for lap in (0, 1, 2) for n in range(500)]

    assert len(set(names)) == 1500
    assert sum(name.endswith(" No. 2") for name in names) == 500


@pytest.mark.parametrize("pattern", [*ARTISTS, *TITLES, *LABELS], ids=lambda pattern: pattern.form)
def test_a_pattern_has_a_different_name_for_each_number(pattern: Pattern) -> None:
    count = min(pattern.size, 3000)

    names = {pattern.filled(number) for number in range(count)}

    assert len(names) == count
    assert pattern.filled(0) == pattern.filled(pattern.size)


def test_a_name_asked_for_by_number_is_the_name_that_counting_gives() -> None:
    counted, asked = Fakes(5), Fakes(5)

    in_order = [(counted.artist(), counted.title(), counted.person()) for _ in range(250)]

    backwards = [(asked.artist(n), asked.title(n), asked.person(n)) for n in reversed(range(250))]
    assert backwards[::-1] == in_order
    assert asked.artist() == in_order[0][0]


def test_different_seeds_give_different_worlds() -> None:
    one, other = Fakes(1), Fakes(2)

    assert [one.artist() for _ in range(20)] != [other.artist() for _ in range(20)]
    assert [one.person() for _ in range(20)] != [other.person() for _ in range(20)]


def test_titles_of_releases_and_tracks_are_two_kinds() -> None:
    fakes = Fakes(1)

    assert [fakes.title(n) for n in range(20)] != [fakes.track(n) for n in range(20)]


def test_forms_of_names_are_mixed_in_an_order_of_their_own() -> None:
    fakes = Fakes(1)

    words_in_titles = [len(fakes.title(n).split()) for n in range(300)]

    blocks = [words_in_titles[start : start + 100] for start in (0, 100, 200)]
    assert all(sorted(block) != block and len(set(block[:25])) > 1 for block in blocks)
    assert blocks[0] != blocks[1] != blocks[2]


def test_names_speak_several_languages() -> None:
    fakes = Fakes(1)

    text = " ".join(fakes.title() + " " + fakes.artist() for _ in range(500))

    assert set("éöñçãß") <= set(text)
    assert "ọ" in unicodedata.normalize("NFC", text)


def test_words_are_normalised_and_free_of_doubles() -> None:
    lists = {name: value for name, value in vars(words).items() if name.isupper() and isinstance(value[0], str)}

    assert len(lists) > 8
    for name, listed in lists.items():
        assert [word for word, count in Counter(listed).items() if count > 1] == [], name
        assert [word for word in listed if unicodedata.normalize("NFC", word) != word or "\n" in word] == [], name


def test_every_identifier_of_the_fakes_is_valid() -> None:
    fakes = Fakes(9)

    for _ in range(50):
        assert identifiers.is_valid_isrc(fakes.isrc(year=2026))
        assert identifiers.is_valid_upc(fakes.upc())
        assert identifiers.is_valid_ean(fakes.ean())
        assert identifiers.is_valid_grid(fakes.grid())
        assert identifiers.is_valid_dpid(fakes.dpid())
        assert identifiers.is_valid_iswc(fakes.iswc())
        assert identifiers.is_valid_ipi(fakes.ipi())
        assert identifiers.is_valid_isni(fakes.isni())


def test_ids_of_the_fakes_count_per_kind() -> None:
    fakes = Fakes(9)

    ids = [fakes.uuid("release"), fakes.uuid("track"), fakes.uuid("release")]

    assert ids == [uuid_for(9, "release", 0), uuid_for(9, "track", 0), uuid_for(9, "release", 1)]
    assert fakes.hex("row", 6) == hex_for(9, "row", 0, 6)
    assert fakes.token("key", 12, 4) == token_for(9, "key", 4, 12)


def test_mail_goes_nowhere_and_belongs_to_the_person_of_the_same_number() -> None:
    fakes = Fakes(9)

    mails = [fakes.email() for _ in range(300)]

    assert len(set(mails)) == 300
    assert all(re.fullmatch(r"[a-z0-9.]+@example\.com", mail) for mail in mails)
    assert mails[7] == f"{mailbox(fakes.person(7))}.8@example.com"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zoë Müller", "zoe.muller"),
        ("Olúwaṣeun Ọlátúnjí", "oluwaseun.olatunji"),
        ("Søren Weiß", "soren.weiss"),
        ("O'Neil  Łódź-Kay", "o.neil.lodz.kay"),
        ("李", "someone"),
    ],
)
def test_a_mailbox_is_plain_ascii(name: str, expected: str) -> None:
    assert mailbox(name) == expected


def test_addresses_are_complete_and_of_a_known_country() -> None:
    fakes = Fakes(9)

    addresses = [fakes.address() for _ in range(60)]

    assert {address.country for address in addresses} == {"US", "GB", "DE", "FR", "ES", "BR"}
    assert all(address.street and address.postcode and address.city for address in addresses)
    assert not any("\n" in address.street or address.street != address.street.strip() for address in addresses)


def test_phone_numbers_are_fictional() -> None:
    fakes = Fakes(9)

    numbers = {fakes.phone() for _ in range(700)}

    assert len(numbers) == 700
    assert all(re.fullmatch(r"\+1[2-9]\d\d55501\d\d", number) for number in numbers)


def test_rights_lines_are_printed_as_tonegrids_document_prints_them() -> None:
    assert p_line(2026, "Lagos Sound Recordings") == "(P) 2026 Lagos Sound Recordings"
    assert c_line(2026, "Lagos Sound Recordings") == "(C) 2026 Lagos Sound Recordings"
    assert Fakes(1).p_line(1999, "A") == "(P) 1999 A"
    assert Fakes(1).c_line(1999, "A") == "(C) 1999 A"


def test_genres_and_versions_come_from_the_lists() -> None:
    fakes = Fakes(1)

    assert {fakes.genre() for _ in range(400)} > {"Pop", "Highlife"}
    assert {fakes.version() for _ in range(200)} == set(words.VERSIONS)


def test_a_server_without_a_world_does_not_load_faker() -> None:
    code = (
        "import sys; from mockserver.fakes import Fakes; fakes = Fakes(1);"
        "fakes.artist(), fakes.title(), fakes.isrc(), fakes.uuid('a'); sys.exit('faker' in sys.modules)"
    )

    finished = subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=".", env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert finished.returncode == 0


@pytest.fixture
def faker() -> Faker:
    made = Faker("de_DE", providers=[])
    made.add_provider(MusicProvider)
    return made


def _everything(faker: Faker) -> list[str]:
    return [
        faker.artist_name(), faker.release_title(), faker.track_title(), faker.label_name(), faker.genre(),
        faker.isrc(), faker.upc(), faker.ean(), faker.grid(), faker.iswc(), faker.ipi(), faker.isni(),
        faker.p_line(2026, "Lagos Sound Recordings"), faker.c_line(), faker.version(),
    ]  # fmt: skip


def test_the_music_provider_repeats_itself_under_the_same_seed(faker: Faker) -> None:
    faker.seed_instance(4)
    first = [_everything(faker) for _ in range(20)]

    faker.seed_instance(4)
    again = [_everything(faker) for _ in range(20)]

    assert again == first
    assert first[0] != first[1]


def test_the_music_provider_gives_valid_identifiers(faker: Faker) -> None:
    faker.seed_instance(5)

    for _ in range(50):
        assert identifiers.is_valid_isrc(faker.isrc())
        assert identifiers.is_valid_upc(faker.upc())
        assert identifiers.is_valid_ean(faker.ean())
        assert identifiers.is_valid_grid(faker.grid())
        assert identifiers.is_valid_iswc(faker.iswc())
        assert identifiers.is_valid_ipi(faker.ipi())
        assert identifiers.is_valid_isni(faker.isni())


def test_the_music_provider_now_and_then_adds_a_version_to_a_track(faker: Faker) -> None:
    faker.seed_instance(6)

    titles = [faker.track_title() for _ in range(200)]

    assert 5 < sum(title.endswith(")") for title in titles) < 60
