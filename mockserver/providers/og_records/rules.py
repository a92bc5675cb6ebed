"""What a schema cannot say: who owns what, what a release lacks, which choices belong together."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.og_records import senders
from mockserver.providers.og_records.explain import entry
from mockserver.providers.og_records.money import exact
from mockserver.providers.og_records.records import STEPS, completed_steps, tracks_of
from mockserver.world import World

SETTINGS = "settings"


def bind(call: Call, world: World) -> None:
    """Find what the path names, 404 before the body is read; look at an event's proof before anything else."""
    find = _FINDERS.get(call.operation.id)
    if find is not None:
        call.found = find(call, world)
    elif call.operation.tag == "inbound_webhooks":
        senders.check(call, world)


def require_own(world: World, collection: str, id: str, account: str, what: str) -> Record:
    """Return a record of the account; those of others are as unknown as none (OG-069)."""
    record = world.get(collection, id)
    if record is None or record["account"] != account:
        raise Failure("not_found", f"No {what} has this id.", what=what)
    return record


def require_release(world: World, id: str, account: str) -> Record:
    """Return a release of the account."""
    return require_own(world, "releases", id, account, "release")


def require_track(world: World, id: str, account: str) -> Record:
    """Return a track of the account."""
    return require_own(world, "tracks", id, account, "track")


def _key(call: Call, world: World) -> Record:
    key = require_own(world, "credentials", call.path["keyId"], call.account, "API key")
    if key["kind"] != "api_key" or key["key_id"] != key["id"]:
        raise Failure("not_found", "No API key has this id.", what="API key")
    return key


def _public_link(call: Call, world: World) -> Record:
    found = world.slice_by("smartlinks", "slug", call.path["slug"], limit=1)
    if not found:
        raise Failure("not_found", "No smart link has this slug.", what="smart link")
    return found[0]


_FINDERS: dict[str, Callable[[Call, World], Record]] = {
    "getRelease": lambda call, world: require_release(world, call.path["id"], call.account),
    "updateReleaseStep": lambda call, world: require_release(world, call.path["id"], call.account),
    "submitRelease": lambda call, world: require_release(world, call.path["id"], call.account),
    "listReleaseSplits": lambda call, world: require_release(world, call.path["releaseId"], call.account),
    "getTrackQcStatus": lambda call, world: require_track(world, call.path["id"], call.account),
    "getSmartlinkStats": lambda call, world: require_own(
        world, "smartlinks", call.path["id"], call.account, "smart link"
    ),
    "getSmartlinkPublic": _public_link,
    "rotateApiKey": _key,
}


_HOMES = {
    "release": "releases",
    "audio_qc": "tracks",
    "cover_qc": "releases",
    "payout": "payouts",
    "invitation": "invitations",
}


def locate(world: World, machine: str, id: str) -> str | None:
    """Return the id of a machine's record by any id that the API shows: an invitation by its payee or address."""
    if world.get(_HOMES[machine], id) is not None:
        return id
    found: list[Record] = []
    if machine == "payout":
        found = world.slice_by("payouts", "provider_reference", id)
    elif machine == "invitation":
        found = world.slice_by("invitations", "person_id", id) or world.slice_by(
            "invitations", "email_key", id.casefold()
        )
    elif machine == "cover_qc":
        track = world.get("tracks", id)
        return track["release_id"] if track else None
    return found[-1]["id"] if found else None


def ready_to_submit(world: World, release: Record, data: Record) -> None:
    """Refuse to submit a release that lacks steps, tracks or passed checks, and list all that is missing.

    OG-066 and OG-067; whether checks count is the setting `checks_before_submit` of the world.
    """
    done = completed_steps(release)
    lacks = [entry("step_missing", f"Step {step} is not complete.", step) for step in STEPS if step not in done]
    tracks = tracks_of(world, release["id"])
    if not tracks:
        lacks.append(entry("no_track", "The release has no track.", "tracks"))
    if (world.get(SETTINGS, "submit") or {}).get("checks_before_submit", True):
        lacks += _unpassed_checks(tracks, release)
    if lacks:
        raise Failure("release_incomplete", "The release cannot be submitted yet.", details=lacks)


def _unpassed_checks(tracks: list[Record], release: Record) -> list[Record]:
    words = {"pending": "is pending", "processing": "is still running", "failed": "has failed"}
    lacks = []
    for track in tracks:
        if track["audio_qc"] != "passed":
            text = f"The audio check of track {track['track_number']} {words[track['audio_qc']]}."
            lacks.append(entry("qc_not_passed", text, "audio_qc"))
    if release["cover_qc"] != "passed":
        lacks.append(entry("qc_not_passed", f"The cover check {words[release['cover_qc']]}.", "cover_qc"))
    return lacks


def check_shares(world: World, account: str, shares: list[Record]) -> None:
    """Hold shares to 100 in exact decimals and each person to one share (OG-087, OG-088)."""
    seen: set[str] = set()
    for place, share in enumerate(shares):
        require_own(world, "persons", share["person_id"], account, "person")
        if share["person_id"] in seen:
            twice = entry("duplicate_person", "This person is listed already.", f"shares[{place}].person_id")
            raise Failure("refused_field", "A person may stand in a split once.", details=[twice])
        seen.add(share["person_id"])
    percentages = [exact(share["percentage"]) for share in shares]
    if sum(map(Fraction, percentages)) != 100:  # decimals alone would round a sum of very long ones
        total = f"{sum(percentages, Decimal()).normalize():f}"
        text = f"The shares add up to {total}, not to 100."
        raise Failure("refused_field", text, details=[entry("shares_not_100", total, "shares")])
