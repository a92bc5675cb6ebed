"""Fills a new world of gard: accounts with keys, their catalog at every stage, pitches, takedowns, withdrawals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.fakes import Fakes
from mockserver.providers.gard import records
from mockserver.providers.gard.credits import add_person
from mockserver.providers.gard.delivery import give_out_ids
from mockserver.providers.gard.form import FLAGS, Draft, TrackDraft, is_true
from mockserver.providers.gard.identity import mint_key
from mockserver.providers.gard.intake import write_clip, write_release, write_tracks
from mockserver.providers.gard.reference import reference
from mockserver.world import World

_LINKED = ("sent_to_stores", "live")
_REVIEW_DAYS = 2


def seed(world: World, recipe: Record) -> None:
    """Build what a world's recipe (fixtures/gard/worlds) asks for; figures come from seed and day alone."""
    fakes = Fakes(world.seed)
    newest = (world.now - timedelta(days=2)).date().isoformat()
    for entry in recipe["accounts"]:
        account = records.new_account(entry["id"], entry["credits"], entry.get("balance_cents", 0))
        account |= {"earned_until": newest, "payout_method": entry.get("payout_method")}
        account["payout_details"] = entry.get("payout_details", {})
        world.put(records.ACCOUNTS, account)
        for name in entry.get("persons", []):
            add_person(world, entry["id"], name)
    keys: dict[str, str] = {}
    for entry in recipe["credentials"]:
        lifeless = bool(entry.get("expired", False))
        key = mint_key(world, entry["account"], entry["name"], entry["note"], lifeless=lifeless)
        keys.setdefault(entry["account"], key["id"])
    for entry in sorted(recipe.get("releases", []), key=lambda one: -int(one["submitted"])):
        _seed_release(world, fakes, entry, keys[entry["account"]])
    for entry in recipe.get("withdrawals", []):
        _seed_withdrawal(world, entry)


def _seed_release(world: World, fakes: Fakes, entry: Record, key: str) -> None:
    """Write one release as if it had been submitted so many days ago and had come to its stage by now."""
    account, stage = entry["account"], entry["stage"]
    created = world.now - timedelta(days=entry["submitted"]) + timedelta(hours=9)
    opened = (world.now - timedelta(days=entry["released"])).date().isoformat()
    draft = _draft(fakes, entry, opened)
    submission = {
        "id": "mdr_" + world.token("submission", 16),
        "number": world.next_number("submission"),
        "account": account,
        "key_id": key,
        "callback_url": None,
        "release_id": entry.get("id") or "rel_" + world.token("release", 16),
        "release_number": records.FIRST_RELEASE_NUMBER + world.next_number("release"),
        "release_name": draft.name,
        "artist_name": draft.artist,
        "release_date": opened,
        "is_linked": stage in _LINKED,
        "is_withdrawn": False,
        "is_removed": False,
        "moderator_notes": entry.get("notes"),
        "announced": None,
        "created_at": instant(created),
        "status": stage,
    }
    is_live = stage == "live"
    facts = {"live_on": opened if is_live else None, "is_filled": is_live, "comment": entry.get("notes")}
    synced = instant(created + timedelta(days=_REVIEW_DAYS)) if stage != "submitted" else instant(created)
    release = write_release(world, account, submission, draft, **facts, last_synced_at=synced)
    tracks = write_tracks(world, account, release["id"], draft, [])
    _name_tracks(world, tracks, entry)
    if stage in _LINKED:
        give_out_ids(world, release, created.year)
        world.put(records.RELEASES, release)
    world.put(records.COVERS, {"id": release["id"], "media_type": "image/jpeg", "data": None})
    if entry.get("clips"):
        write_clip(world, release["id"], "Official video", None)
        write_clip(world, release["id"], "Vertical clip", tracks[0]["number"])
    _log_history(world, submission, created, opened)
    world.begin("submission", submission)
    for pitch in entry.get("pitches", []):
        _seed_pitch(world, submission, pitch)
    for takedown in entry.get("takedowns", []):
        _seed_takedown(world, release, takedown)


def _draft(fakes: Fakes, entry: Record, opened: str) -> Draft:
    genre = reference().genres.find(entry["genre"])
    if genre is None:
        raise ValueError(f"{entry['genre']} is no genre")
    names = entry.get("tracks", 1)
    titles = names if isinstance(names, list) else [fakes.track() for _ in range(names)]
    writer = fakes.person(entry["writer"])
    artist = entry["artist"]
    people = [{"name": artist, "role": "artist"}] + [
        {"name": writer, "role": role} for role in ("composer", "songwriter")
    ]
    metadata: dict[str, Any] = {name: is_true(default) for name, default in FLAGS.items()}
    return Draft(
        name=entry.get("name") or (titles[0] if len(titles) == 1 else fakes.title()),
        artist=artist,
        release_date=opened,
        type=entry["type"],
        genre=genre,
        sub_genre=None,
        label=entry.get("label"),
        upc=entry.get("upc"),
        platforms=entry.get("platforms", []),
        countries=entry.get("countries", []),
        credits=people,
        tracks=[TrackDraft(title=title) for title in titles],
        callback_url=None,
        metadata={"meta_lang": "en", "copyright": "100", **metadata},
    )


def _name_tracks(world: World, tracks: list[Record], entry: Record) -> None:
    """Give tracks the ids and the popularity that the recipe names."""
    ids = entry.get("track_ids", [])
    for place, track in enumerate(tracks):
        track["track_id"] = ids[place] if place < len(ids) else None
        if "popularity" in entry:
            track["popularity"] = max(1, entry["popularity"] * (10 - min(place, 8)) // 10)
        world.put(records.TRACKS, track)


def _log_history(world: World, submission: Record, created: Any, opened: str) -> None:
    stage = submission["status"]
    reviewed = created + timedelta(hours=3)
    decided = created + timedelta(days=_REVIEW_DAYS)
    steps = [("submit", instant(created))]
    if stage != "submitted":
        steps.append(("review", instant(reviewed)))
    if stage == "rejected":
        steps.append(("reject", instant(decided)))
    if stage in _LINKED:
        steps.append(("approve", instant(decided)))
    if stage == "live":
        steps.append(("live", f"{opened}T00:00:00.000000Z"))
    for action, at in steps:
        account, artist = submission["account"], submission["artist_name"]
        records.log(world, account, action, "release", submission["release_id"], artist, at)


def _seed_pitch(world: World, submission: Record, entry: Record) -> None:
    number = world.next_number("pitch")
    at = instant(world.now - timedelta(days=entry["days_ago"]))
    record = {
        "id": str(number),
        "number": number,
        "account": submission["account"],
        "moderation_request_id": submission["number"],
        "release_description": entry["description"],
        "artist_bio_achievements": entry["bio"],
        "pitch_platforms": entry["platforms"],
        "has_photo": False,
        "created_at": at,
        "updated_at": at,
        "reviewer_notes": entry.get("notes"),
        "status": entry["status"],
    }
    records.log(world, submission["account"], "pitch", "pitch", record["id"], submission["artist_name"], at)
    world.begin("pitch", record)


def _seed_takedown(world: World, release: Record, entry: Record) -> None:
    number = world.next_number("delete_request")
    at = instant(world.now - timedelta(days=entry["days_ago"]))
    record = {
        "id": str(number),
        "number": number,
        "account": release["account"],
        "release_id": release["id"],
        "reason": entry["reason"],
        **dict.fromkeys(("release_name", "artist_name", "upc", "isrc")),
        "created_at": at,
        "status": entry["status"],
    }
    if entry["status"] == "completed":
        release["left_on"] = at[:10]
        world.put(records.RELEASES, release)
    world.begin("delete_request", record)


def _seed_withdrawal(world: World, entry: Record) -> None:
    number = world.next_number("withdrawal")
    record = {
        "id": str(number),
        "number": number,
        "account": entry["account"],
        "amount_cents": entry["amount_cents"],
        "currency": "USD",
        "created_at": instant(world.now - timedelta(days=entry["days_ago"])),
        "status": entry["status"],
    }
    world.begin("withdrawal", record)
