"""Releases, tracks and artists as the API prints them."""

from __future__ import annotations

from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import dsps
from mockserver.providers.tonegrid.catalog import artist_name_of, label_of
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.finding import deliveries_of, tracks_of
from mockserver.providers.tonegrid.shapes import knows
from mockserver.world import World

# A delivery row as Distribution tells it (C-26).
_DISTRIBUTION = {
    "pending": "queued",
    "submitted": "processing",
    "accepted": "processing",
    "update_submitted": "live",
    "takedown_submitted": "live",
}


def artwork_url(release: Record, base_url: str) -> str | None:
    """Return the address of the cover."""
    return f"{base_url}/cdn/artwork/{release['artwork']['file']}" if release["artwork"] else None


def print_release(release: Record, base_url: str) -> dict[str, Any]:
    """Return the members that every answer shows of a release."""
    return {
        "uuid": release["id"],
        "title": release["title"],
        "type": release["type"],
        "status": release["status"],
        "review_stage": release["review_stage"],
        "upc": release["upc"],
        "release_date": release["release_date"],
        "genre": release["genre"],
        "label": release["label"],
        "artwork_url": artwork_url(release, base_url),
        "created_at": shown(release["created_at"]),
        "updated_at": shown(release["updated_at"]),
    }


def print_release_detail(world: World, release: Record, base_url: str) -> dict[str, Any]:
    """Return a release with its tracks, stores, rights and distribution (L239-263)."""
    tracks = tracks_of(world, release["id"])
    artworks = world.slice_by("animated_artworks", "release", release["id"])
    return {
        **print_release(release, base_url),
        "rejection_reason": release["rejection_reason"],
        "original_release_date": release["original_release_date"],
        "subgenre": release["subgenre"],
        "language": release["language"],
        "copyright_year": release["copyright_year"],
        "copyright_holder": release["copyright_holder"],
        "explicit_content": release["explicit_content"],
        "artist_uuid": release["artist_uuid"],
        "artist_name": artist_name_of(world, release),
        "tracks": [{"uuid": track["id"], "title": track["title"], "position": track["position"]} for track in tracks],
        "dsps": [dsps.print_name(dsps.known(world, id)) for id in release["dsps"]],
        "distribution": print_distribution(world, release),
        "preferred_locale": release["preferred_locale"],
        "localized_titles": release["localized_titles"],
        "localized_descriptions": release["localized_descriptions"],
        "rights": release["rights"],
        "animated_artwork": [print_animated(one, base_url) for one in artworks if one["status"] != "replaced"],
    }


def print_distribution(world: World, release: Record) -> list[dict[str, Any]]:
    """Return the delivery rows in the words of Distribution (L660-671)."""
    return [
        {
            "dsp": dsps.known(world, row["dsp"])["name"],
            "status": _DISTRIBUTION.get(row["status"], row["status"]),
            "live_url": row["live_url"],
            "delivered_at": shown(row["live_at"]),
        }
        for row in deliveries_of(world, release["id"])
    ]


def print_animated(artwork: Record, base_url: str) -> dict[str, Any]:
    """Return a moving cover; its measurements are null until it was looked at."""
    return {
        "uuid": artwork["id"],
        "asset_type": artwork["asset_type"],
        "status": artwork["status"],
        "url": f"{base_url}/cdn/animated/{artwork['file']}",
        "content_type": artwork["content_type"],
        "size_bytes": artwork["size_bytes"],
        "width": artwork["width"],
        "height": artwork["height"],
        "duration_seconds": artwork["duration_seconds"],
        "codec": artwork["codec"],
        "created_at": shown(artwork["created_at"]),
    }


def print_track(track: Record) -> dict[str, Any]:
    """Return the members that every answer shows of a track."""
    return {
        "uuid": track["id"],
        "release_uuid": track["release"],
        "title": track["title"],
        "title_version": track["title_version"],
        "position": track["position"],
        "isrc": track["isrc"],
        "duration": track["duration"],
        "explicit": track["explicit"],
        "language": track["language"],
        "audio_status": track["audio_status"],
        "created_at": shown(track["created_at"]),
        "updated_at": shown(track["updated_at"]),
    }


def print_track_detail(world: World, track: Record) -> dict[str, Any]:
    """Return a track with its audio, credits and localizations (L344-367)."""
    return {
        **print_track(track),
        "audio_format": track["audio_format"],
        "audio_bit_depth": track["audio_bit_depth"],
        "audio_sample_rate": track["audio_sample_rate"],
        "audio_channels": track["audio_channels"],
        "audio_md5": track["audio_md5"],
        "dolby_isrc": track["dolby_isrc"],
        "dolby_audio_uri": track["dolby_audio_uri"],
        "contributors": contributors(world, track),
        "writers": track["writers"],
        "publishers": track["publishers"],
        "collaborators": sorted_collaborators(track),
        "localized_titles": track["localized_titles"],
        "localized_title_versions": track["localized_title_versions"],
        "localized_lyrics": track["localized_lyrics"],
    }


def sorted_collaborators(track: Record) -> list[dict[str, Any]]:
    """Return the collaborators in liner-note order; those without a place come last (TG-228)."""
    return sorted(track["collaborators"], key=lambda one: one.get("credit_order", 1 << 30))


def contributors(world: World, track: Record) -> list[dict[str, str]]:
    """Return everybody with a part in a track by name and DDEX role, the main artist first, the label's house last."""
    release = world.require("releases", track["release"])
    found = [{"name": track["artist_name"] or artist_name_of(world, release), "role": "MainArtist"}]
    for share in track["writers"]:
        writer = world.require("writers", share["writer_uuid"])
        found.append({"name": writer["name"], "role": WRITER_ROLES.get(share["role"], "Composer")})
    found += [{"name": one["name"], "role": COLLABORATOR_ROLES[one["role"]]} for one in sorted_collaborators(track)]
    names = [world.require("publishers", share["publisher_uuid"])["name"] for share in track["publishers"]]
    found += [{"name": name, "role": "MusicPublisher"} for name in names or [label_of(world, release)]]
    return found


WRITER_ROLES = {
    "composer": "Composer",
    "lyricist": "Lyricist",
    "composer_lyricist": "ComposerLyricist",
    "author": "Lyricist",
    "arranger": "Arranger",
}
# The 27 roles of the document as DDEX's contributor roles; what DDEX does not know stands nearest to it.
COLLABORATOR_ROLES = {
    "producer": "StudioProducer",
    "executive_producer": "ExecutiveProducer",
    "co_producer": "CoProducer",
    "vocal_producer": "VocalProducer",
    "mix_engineer": "MixingEngineer",
    "mastering_engineer": "MasteringEngineer",
    "recording_engineer": "RecordingEngineer",
    "assistant_engineer": "AssistantEngineer",
    "featured_artist": "Artist",
    "vocalist": "Vocalist",
    "background_vocalist": "BackgroundVocalist",
    "guest_artist": "Artist",
    "instrumentalist": "Musician",
    "arranger": "MusicArranger",
    "conductor": "Conductor",
    "remixer": "Remixer",
    "orchestra": "Orchestra",
    "choir": "Choir",
    "programmer": "Programmer",
    "dj": "DJ",
    "sound_designer": "SoundDesigner",
    "a_and_r": "UserDefined",
    "liner_notes": "UserDefined",
    "photographer": "Photographer",
    "illustrator": "Illustrator",
    "styled_by": "UserDefined",
    "other": "UserDefined",
}


def print_artist(world: World, artist: Record) -> dict[str, Any]:
    """Return an artist profile, with its slug where the promise has one."""
    slug = artist.get("slug")
    return {
        "uuid": artist["id"],
        "name": artist["name"],
        "biography": artist["biography"],
        "country": artist["country"],
        "apple_artist_id": artist["apple_artist_id"],
        "spotify_artist_id": artist["spotify_artist_id"],
        "created_at": shown(artist["created_at"]),
        "updated_at": shown(artist["updated_at"]),
        **({"slug": slug} if slug and knows(world, "Artist", "slug") else {}),
    }
