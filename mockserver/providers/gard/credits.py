"""The directory of people and who is credited where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from mockserver.core.ground import Record
from mockserver.providers.gard.records import PERSONS, RELEASE_PERSONS, TRACK_PERSONS, first_by
from mockserver.world import World


def person_key(account: str, name: str) -> str:
    """Return what a person of an account is found by: a digest, since a name may be of any length."""
    plain = f"{account}/{name.strip().casefold()}"
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def add_person(world: World, account: str, name: str) -> Record:
    """Add a person to an account's directory."""
    number = world.next_number("person")
    record = {
        "id": str(number),
        "number": number,
        "account": account,
        "content_name": name,
        "key": person_key(account, name),
    }
    world.put(PERSONS, record)
    return record


def add_release_person(world: World, release: str, person: Record, role: str, order: int | None) -> Record:
    """Credit a person on a release, without an order as the last of its role."""
    if order is None:
        order = 1 + sum(1 for link in world.slice_by(RELEASE_PERSONS, "release", release) if link["role"] == role)
    link = {
        "id": str(world.next_number("release_person")),
        "release": release,
        "person_id": person["number"],
        "name": person["content_name"],
        "role": role,
        "order": int(order),
    }
    world.put(RELEASE_PERSONS, link)
    return link


def add_track_person(world: World, release: str, track: int, person: Record, role: str, order: int | None) -> Record:
    """Credit a person on a track, without an order as the last of its role."""
    if order is None:
        known = world.slice_by(TRACK_PERSONS, "release", release)
        order = 1 + sum(1 for link in known if link["role"] == role and link["track_id"] == track)
    link = {
        "id": str(world.next_number("track_person")),
        "release": release,
        "track_id": track,
        "person_id": person["number"],
        "role": role,
        "order": int(order),
    }
    world.put(TRACK_PERSONS, link)
    return link


class Credits:
    """Puts the credits of a submission, which name people by name, on release and tracks; new people are added."""

    def __init__(self, world: World, account: str) -> None:
        self._world = world
        self._account = account
        self._known: dict[str, Record] = {}

    def put_on_release(self, release: str, entries: Iterable[Record]) -> None:
        """Write the credits of the whole release."""
        for entry, order in _ordered(entries):
            add_release_person(self._world, release, self._person(entry["name"]), entry["role"], order)

    def put_on_track(self, release: str, track: int, entries: Iterable[Record]) -> None:
        """Write the credits of one track."""
        for entry, order in _ordered(entries):
            add_track_person(self._world, release, track, self._person(entry["name"]), entry["role"], order)

    def _person(self, name: str) -> Record:
        key = person_key(self._account, name)
        if key not in self._known:
            found = first_by(self._world, PERSONS, "key", key)
            self._known[key] = found or add_person(self._world, self._account, name.strip() or name)
        return self._known[key]


def _ordered(entries: Iterable[Record]) -> list[tuple[Record, int]]:
    """Return each entry with its order, counted per role where it brings none."""
    counts: dict[str, int] = {}
    found = []
    for entry in entries:
        place = counts[entry["role"]] = counts.get(entry["role"], 0) + 1
        order = entry.get("order")
        found.append((entry, place if order is None else int(order)))
    return found
