"""Records as the API shows them."""

from __future__ import annotations

from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.og_records.money import print_money
from mockserver.world import World

STEPS = ("basics", "artwork", "tracks", "rights", "distribution")
_PLAIN = (
    "id title artist_name release_type release_date genre language cover_url cover_upload_id copyright_line"
    " production_line label explicit dsps territories upc status"
).split()


def completed_steps(release: Record) -> list[str]:
    """Return the steps whose essentials are set; basics is done by creating the release (OG-060)."""
    done = {
        "basics": True,
        "artwork": release["cover_url"] or release["cover_upload_id"],
        "tracks": release["has_track_list"],
        "rights": release["copyright_line"] and release["production_line"],
        "distribution": release["dsps"] and release["territories"],
    }
    return [step for step in STEPS if done[step]]


def print_release(release: Record) -> Record:
    """Return a release with the content of all its steps."""
    done = completed_steps(release)
    return {
        **{name: release[name] for name in _PLAIN},
        "current_step": next((step for step in STEPS if step not in done), STEPS[-1]),
        "completed_steps": done,
        "created_at": release["created_at"],
        "updated_at": release["updated_at"],
    }


def print_detail(world: World, release: Record) -> Record:
    """Return a release with its tracks and what the checks say (OG-061)."""
    tracks = tracks_of(world, release["id"])
    return {
        **print_release(release),
        "tracks": [{**print_track(track), **print_checks(track, release)} for track in tracks],
        "qc_status": {"audio_qc": _joint_check(tracks), "cover_qc": _check(release, "cover")},
    }


def tracks_of(world: World, release_id: str) -> list[Record]:
    """Return the tracks of a release in their order."""
    return sorted(world.slice_by("tracks", "release_id", release_id), key=lambda track: int(track["track_number"]))


def print_track(track: Record) -> Record:
    """Return a track without its checks."""
    names = ("id", "release_id", "title", "track_number", "isrc", "duration_ms", "created_at")
    shown = {name: track[name] for name in names}
    file = track["audio_file"]
    told = ("file_name", "content_type", "size_bytes", "uploaded_at")
    return {**shown, "audio_file": {name: file[name] for name in told} if file else None}


def print_checks(track: Record, release: Record) -> Record:
    """Return both checks of a track; the cover's is its release's (OG-076, OG-079)."""
    return {"audio_qc": _check(track, "audio"), "cover_qc": _check(release, "cover")}


def print_qc_status(track: Record, release: Record) -> Record:
    """Return both checks and when one of them last came to a result."""
    instants = [at for at in (track["audio_checked_at"], release["cover_checked_at"]) if at]
    return {"track_id": track["id"], **print_checks(track, release), "checked_at": max(instants, default=None)}


def _check(record: Record, kind: str) -> Record:
    return {"status": record[f"{kind}_qc"], "issues": record[f"{kind}_issues"]}


def _joint_check(tracks: list[Record]) -> Record:
    """Return the checks of all tracks as one: the worst of them speaks for the release."""
    found = {track["audio_qc"] for track in tracks}
    if found == {"passed"}:
        return {"status": "passed", "issues": []}
    status = next((state for state in ("failed", "processing") if state in found), "pending")
    issues = [issue for track in tracks for issue in track["audio_issues"]]
    return {"status": status, "issues": issues if status == "failed" else []}


def print_split(split: Record) -> Record:
    """Return a split configuration."""
    return {name: split[name] for name in ("id", "release_id", "track_id", "status", "shares", "created_at")}


def print_person(person: Record) -> Record:
    """Return a payee."""
    return {name: person[name] for name in ("id", "name", "email", "status", "created_at")}


def print_earning(row: Record) -> Record:
    """Return a row of earnings; who gets which part of it stays inside."""
    names = ("release_id", "track_id", "period", "dsp", "units", "currency")
    return {**{name: row[name] for name in names}, "amount": print_money(row["amount"])}


def print_payout(payout: Record) -> Record:
    """Return a payout."""
    names = ("id", "currency", "status", "provider_reference", "requested_at", "paid_at")
    return {**{name: payout[name] for name in names}, "amount": print_money(payout["amount"])}


def print_page(rows: list[Any], next_cursor: str | None, limit: int) -> Record:
    """Return one page of a list that an iterator can walk (OG-096)."""
    return {"data": rows, "meta": {"next_cursor": next_cursor, "limit": limit}}


def print_key(key: Record, now: str) -> Record:
    """Return an API key as the list shows it, without its value."""
    until = key["previous_key_valid_until"]
    return {
        "id": key["id"],
        "name": key["integration"],
        "scopes": key["scopes"],
        "plan": key["plan"],
        "created_at": key["created_at"],
        "previous_key_valid_until": until if until and until > now else None,
    }
