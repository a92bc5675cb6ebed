"""What gard keeps: accounts, submissions with their catalog rows, tracks; and how a ref of the API finds them."""

from __future__ import annotations

import re

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World

ACCOUNTS, SUBMISSIONS, RELEASES, TRACKS = "accounts", "submissions", "releases", "tracks"
COVERS, CLIPS = "covers", "clips"
PERSONS, RELEASE_PERSONS, TRACK_PERSONS = "persons", "release_persons", "track_persons"
DELETE_REQUESTS, PITCHES, WITHDRAWALS, EVENTS = "delete_requests", "pitches", "withdrawals", "events"
INDEXES = {
    SUBMISSIONS: ("account", "number"),
    RELEASES: ("account", "number", "upstream_album_id"),
    TRACKS: ("release", "track_id"),
    CLIPS: ("release",),
    PERSONS: ("account", "key"),
    RELEASE_PERSONS: ("release",),
    TRACK_PERSONS: ("release",),
    DELETE_REQUESTS: ("account",),
    PITCHES: ("account",),
    WITHDRAWALS: ("account",),
    EVENTS: ("account",),
    "credentials": ("account",),
}
# Releases count from here, submissions from 1, so that a number names one thing only.
FIRST_RELEASE_NUMBER = 20_000
CREDITS_OF_A_NEW_ACCOUNT = 10_000
_NUMBER = re.compile("[1-9][0-9]{0,17}")


def new_account(id: str, credits: int = CREDITS_OF_A_NEW_ACCOUNT, balance_cents: int = 0) -> Record:
    """Return the record of an account that has done nothing yet; the balance is in USD cents."""
    return {
        "id": id,
        "credits": credits,
        "balance_cents": balance_cents,
        "earned_until": None,
        "payout_method": None,
        "payout_details": {},
    }


def account_of(world: World, id: str) -> Record:
    """Return an account's record; what a tester has thrown away or left out counts as empty."""
    return {**new_account(id, credits=0), **(world.get(ACCOUNTS, id) or {})}


def charge(world: World, account: str, price: int) -> None:
    """Take credits from an account; `out_of_credits` where it has fewer (GARD-105, GARD-106)."""
    record = account_of(world, account)
    if record["credits"] < price:
        text = f"This call costs {price} credits and the balance is {record['credits']}."
        raise Failure("out_of_credits", text, price=price)
    record["credits"] -= price
    world.put(ACCOUNTS, record)


def find_release(world: World, account: str, ref: str) -> Record | None:
    """Return the account's release of a rel_ id, a number, or a linked submission's mdr_ id (GARD-017, GARD-019)."""
    if ref.startswith("mdr_"):
        submission = world.get(SUBMISSIONS, ref)
        if submission is None or not submission["is_linked"]:
            return None
        record = world.get(RELEASES, submission["release_id"])
    elif _NUMBER.fullmatch(ref):
        record = first_by(world, RELEASES, "number", int(ref))
    else:
        record = world.get(RELEASES, ref)
    return record if record is not None and record["account"] == account else None


def require_release(world: World, account: str, ref: str) -> Record:
    """Return the release of a ref; `not_found` for everything else, another account's included (GARD-013, GARD-027)."""
    record = find_release(world, account, ref)
    if record is not None:
        return record
    text = f"There is no release {ref[:80]} in your catalog."
    submission = world.get(SUBMISSIONS, ref)
    if submission is not None and submission["account"] == account and not submission["is_removed"]:
        text = f"{ref} is not approved yet; use the rel_… id of the release."
    raise Failure("not_found", text, msg="Release not found")


def submission_of(world: World, release: Record) -> Record:
    """Return the submission behind a release."""
    return world.require(SUBMISSIONS, release["submission"])


def tracks_of(world: World, release: str) -> list[Record]:
    """Return the tracks of a release in their order."""
    return sorted(world.slice_by(TRACKS, "release", release), key=lambda track: (track["position"], track["number"]))


def find_track(world: World, release: str, ref: str | int) -> Record | None:
    """Return a release's track by its number or its track_ id (C35)."""
    record = first_by(world, TRACKS, "track_id", ref) if isinstance(ref, str) else world.get(TRACKS, str(int(ref)))
    return record if record is not None and record["release"] == release else None


def first_by(world: World, collection: str, member: str, value: str | int) -> Record | None:
    """Return the record with this value of an indexed member, or None."""
    found = world.slice_by(collection, member, value, 0, 1)
    return found[0] if found else None


def newest_first(
    world: World, collection: str, account: str, offset: int = 0, limit: int | None = None
) -> list[Record]:
    """Return an account's records, the last written first."""
    return world.slice_by(collection, "account", account, offset, limit, reverse=True)


def log(
    world: World, account: str, action: str, entity_type: str, entity_id: str, artist: str, at: str | None = None
) -> None:
    """Write an event into the account's activity log."""
    record = {
        "id": str(world.next_number("event")),
        "account": account,
        "action": action,
        "entity_type": entity_type,
        "entity_id": entity_id,
        "artist": artist,
        "created_at": at or instant(world.now),
    }
    world.put(EVENTS, record)
