"""What happens to releases, delivery rows, tracks and transfers when their machines move."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.ground import Record
from mockserver.providers.tonegrid import deliveries, dsps, rules
from mockserver.providers.tonegrid.finding import deliveries_of, tracks_of
from mockserver.providers.tonegrid.money import posting
from mockserver.world import World

# releases


def enter_review(world: World, release: Record, data: Record) -> None:
    """Wait for the reviewers; an earlier rejection is forgotten."""
    release |= {"review_stage": "pending_review", "rejection_reason": None, "updated_at": instant(world.now)}


def enter_qc_inspection(world: World, release: Record, data: Record) -> None:
    """The reviewers look into it."""
    release |= {"review_stage": "qc_inspection", "updated_at": instant(world.now)}


def prepare_deliveries(world: World, release: Record, data: Record) -> None:
    """One row per attached DSP (TG-140)."""
    release |= {"review_stage": None, "updated_at": instant(world.now)}
    deliveries.prepare(world, release)


def record_rejection(world: World, release: Record, data: Record) -> None:
    """Keep the reviewers' reason."""
    reason = data.get("reason") or data.get("rejection_reason") or "The release does not meet the quality guidelines."
    release |= {"review_stage": None, "rejection_reason": str(reason), "updated_at": instant(world.now)}


def delete_tracks(world: World, release: Record, data: Record) -> None:
    """What belongs to a deleted release goes with it."""
    for track in tracks_of(world, release["id"]):
        world.delete("tracks", track["id"])
    for artwork in world.slice_by("animated_artworks", "release", release["id"]):
        world.delete("animated_artworks", artwork["id"])


# delivery rows


def scheduled_day(world: World, row: Record) -> datetime | None:
    """When a scheduled row is to be submitted."""
    return parse_instant(row["scheduled_for"]) if row["scheduled_for"] else None


def schedule_has_come(world: World, row: Record, data: Record) -> None:
    """A row that was put off again lets its earlier day pass."""
    due = scheduled_day(world, row)
    if due is not None and due > world.now:
        raise rules.not_yet("The scheduled day has not come.")


def stamp_submission(world: World, row: Record, data: Record) -> None:
    """The bundle is queued."""
    now = instant(world.now)
    row |= {"submitted_at": now, "updated_at": now, "error_message": None, "scheduled_for": None}


def stamp_update(world: World, row: Record, data: Record) -> None:
    """Something happened to the row."""
    row["updated_at"] = instant(world.now)


def record_audio_mismatch(world: World, row: Record, data: Record) -> None:
    """Say which file is not what was announced."""
    track = rules.find_audio_mismatch(world, row)
    title = track["title"] if track else "a track"
    row |= {"error_message": f"MD5 of the audio of '{title}' differs from audio_md5.", "updated_at": instant(world.now)}


def record_error(world: World, record: Record, data: Record) -> None:
    """Keep why a DSP, or the check of an asset, said no."""
    text = data.get("error_message") or data.get("reason") or data.get("message") or "Refused without a reason."
    record |= {"error_message": str(text), "updated_at": instant(world.now)}


def publish_in_store(world: World, row: Record, data: Record) -> None:
    """The row is live: it has an id and an address; the release's first live row makes the release live."""
    now = instant(world.now)
    dsp = dsps.known(world, row["dsp"])
    code = row["dsp_release_id"] or dsp["album_id"].format(world.chance("album", row["id"]).token(22))
    row |= {
        "live_at": now,
        "updated_at": now,
        "dsp_release_id": code,
        "live_url": dsp["album_url"].format(code.rsplit(":", 1)[-1]),
    }
    release = world.get("releases", row["release"])
    if release is not None and release["status"] == "approved":
        world.fire("release", release["id"], "go_live")
    posting.start(world)


def remember_message_type(world: World, row: Record, data: Record) -> None:
    """Keep by which message the row is taken down."""
    now = instant(world.now)
    kind = str(data.get("message_type") or "NewReleaseMessage")
    row |= {"message_type": kind, "ends_at": now, "updated_at": now}


def remove_from_store(world: World, row: Record, data: Record) -> None:
    """The row is gone; the release is taken down when no DSP has it any more (TG-106)."""
    row |= {"live_url": None, "updated_at": instant(world.now)}
    others = [one for one in deliveries_of(world, row["release"]) if one["id"] != row["id"]]
    release = world.get("releases", row["release"])
    if release is None or release["status"] not in ("approved", "live"):
        return
    if all(one["status"] in ("taken_down", "rejected", "error", "pending") for one in others):
        world.fire("release", release["id"], "take_down")


# tracks

_SPOKEN = {
    "format": "WAV",
    "codec": "PCM",
    "bits": 24,
    "rate": 44_100,
    "channels": 2,
    "seconds": 180,
    "size": 47_628_044,
}


def keep_audio(world: World, track: Record, data: Record) -> None:
    """Keep what was measured of the upload until the transcoding is done; a tester's event may bring no file."""
    staged = data.get("audio") or {**_SPOKEN, "md5": world.chance("audio", track["id"]).hex(32)}
    track |= {"staged_audio": staged, "updated_at": instant(world.now)}


def record_measurements(world: World, track: Record, data: Record) -> None:
    """Show the measurements; a tester's event may state others."""
    audio = {**track.pop("staged_audio", {}), **{key: data[key] for key in ("md5", "bits", "rate") if key in data}}
    track |= {
        "audio": audio,
        "audio_format": data.get("audio_format", audio["format"]),
        "audio_bit_depth": data.get("audio_bit_depth", audio["bits"]),
        "audio_sample_rate": data.get("audio_sample_rate", audio["rate"]),
        "audio_channels": data.get("audio_channels", audio["channels"]),
        "duration": round(audio["seconds"]),
        "updated_at": instant(world.now),
    }


# transfers


def transfer_deadline(world: World, transfer: Record) -> datetime | None:
    """72 hours after its creation (L980)."""
    return parse_instant(transfer["expires_at"])


def move_releases(world: World, transfer: Record, data: Record) -> None:
    """Hand everything over at once: releases, tracks, moving covers; deliveries are re-attributed (L1049)."""
    receiver = transfer["receiver"]
    for id in transfer["releases"]:
        release = world.get("releases", id)
        if release is None or release["tenant"] != transfer["tenant"]:
            continue
        world.put("releases", {**release, "tenant": receiver, "artist_uuid": None, **_keeps_artist(world, release)})
        for collection in ("tracks", "deliveries", "animated_artworks"):
            for record in world.slice_by(collection, "release", id):
                world.put(collection, {**record, "tenant": receiver})
    world.put("tenants", {**world.require("tenants", receiver), "has_received": True})


def _keeps_artist(world: World, release: Record) -> dict[str, Any]:
    """A release keeps its display artist and label under a new owner."""
    old = world.require("tenants", release["tenant"])["name"]
    return {"artist_name": release["artist_name"] or old, "label": release["label"] or old}


# moving covers


def record_artwork_measurements(world: World, artwork: Record, data: Record) -> None:
    """Fill in what the validation found (L1211)."""
    artwork |= {**artwork["measured"], "updated_at": instant(world.now)}
