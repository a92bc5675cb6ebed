"""Makes releases, tracks and artists, whichever channel they come by."""

from __future__ import annotations

from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.fakes.identifiers import is_valid_gtin, make_grid, make_isrc, make_upc
from mockserver.providers.tonegrid import events
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.tenancy import first_free, plain_slug
from mockserver.world import World

# What a client may set of a release or a track, as it is stored.
RELEASE_MEMBERS = (
    "title", "type", "release_date", "genre", "label", "copyright_year", "copyright_holder", "subgenre", "language",
    "explicit_content", "original_release_date", "preferred_locale", "localized_titles", "artist_uuid", "artist_name",
)  # fmt: skip
TRACK_MEMBERS = (
    "title", "position", "explicit", "language", "title_version", "localized_titles", "audio_md5", "audio_bit_depth",
    "audio_sample_rate", "audio_channels", "dolby_isrc", "dolby_audio_uri",
)  # fmt: skip


def mint_upc(world: World) -> str:
    """Return a UPC that nobody has."""
    return make_upc(world.next_number("upc"))


def check_upc(world: World, upc: str | None) -> None:
    """Refuse a wrong check digit where the setting asks for it; by default the document's own samples pass."""
    if upc and world.facts.get("strict_identifiers") and not is_valid_gtin(upc):
        raise wrong_fields(upc="The upc has a wrong check digit.")


def make_release(world: World, tenant: str, facts: Record, **more: Any) -> Record:
    """Store a draft with its identifiers and tell subscribers."""
    record = release_record(world, tenant, facts, **more)
    world.begin("release", record)
    events.notify(world, tenant, "release.created", release_data(record))
    return record


def release_record(world: World, tenant: str, facts: Record, **more: Any) -> Record:
    """Return a new release's record, not yet stored; a blank UPC is replaced, the year falls back to the present."""
    now = instant(world.now)
    record: Record = {
        "id": world.uuid("release"),
        "number": world.next_number("release"),
        "tenant": tenant,
        "status": "draft",
        "review_stage": None,
        "rejection_reason": None,
        "takedown_reason": None,
        "upc": facts.get("upc") or mint_upc(world),
        "grid": make_grid(world.next_number("grid")),
        "artwork": None,
        "dsps": [],
        "localized_descriptions": {},
        "rights": {},
        "config": None,
        "overrides": {},
        "created_at": now,
        "updated_at": now,
        **{member: facts.get(member) for member in RELEASE_MEMBERS},
        **more,
    }
    record["copyright_year"] = record["copyright_year"] or world.now.year
    record["language"] = record["language"] or "en"
    record["preferred_locale"] = record["preferred_locale"] or "en"
    record["localized_titles"] = record["localized_titles"] or {}
    record["explicit_content"] = bool(record["explicit_content"])
    return record


def release_data(release: Record) -> dict[str, Any]:
    """Return what events tell of a release."""
    return {"release_id": release["id"], "title": release["title"], "status": release["status"]}


def make_track(world: World, release: Record, facts: Record, **more: Any) -> Record:
    """Store a new track of a release without audio."""
    record = track_record(world, release, facts, **more)
    world.begin("track", record)
    return record


def track_record(world: World, release: Record, facts: Record, **more: Any) -> Record:
    """Return a new track's record, not yet stored; without an ISRC it gets one."""
    now = instant(world.now)
    record: Record = {
        "id": world.uuid("track"),
        "number": world.next_number("track"),
        "tenant": release["tenant"],
        "release": release["id"],
        "isrc": facts.get("isrc") or make_isrc(world.next_number("isrc"), world.now.year),
        "duration": facts.get("duration"),
        "artist_name": facts.get("artist_name"),
        "audio_url": facts.get("audio_url"),
        "audio_status": "pending",
        "audio_format": None,
        "audio": None,
        "writers": [],
        "publishers": [],
        "collaborators": [],
        "localized_title_versions": {},
        "localized_lyrics": {},
        "created_at": now,
        "updated_at": now,
        **{member: facts.get(member) for member in TRACK_MEMBERS},
        **more,
    }
    record["language"] = record["language"] or "en"
    record["explicit"] = bool(record["explicit"])
    record["localized_titles"] = record["localized_titles"] or {}
    return record


def make_artist(world: World, tenant: str, facts: Record) -> Record:
    """Store a new artist profile. Its slug stays what it is when the name changes."""
    now = instant(world.now)
    names = ("name", "country", "apple_artist_id", "spotify_artist_id", "biography")
    slug = first_free(plain_slug(facts["name"]) or "artist", lambda slug: not has_slug(world, tenant, slug))
    record = {
        "id": world.uuid("artist"),
        "tenant": tenant,
        "slug": slug,
        "tenant_slug": f"{tenant}/{slug}",
        **{name: facts.get(name) for name in names},
        "created_at": now,
        "updated_at": now,
    }
    world.put("artists", record)
    return record


def has_slug(world: World, tenant: str, slug: str) -> bool:
    """Say whether an artist of a tenant has a slug."""
    return world.count_by("artists", "tenant_slug", f"{tenant}/{slug}") > 0


def resolve_artist(world: World, tenant: str, body: Record) -> Record:
    """Return a body whose artist_uuid and artist_name agree; an unknown artist is a wrong field."""
    if body.get("artist_uuid") is not None:
        artist = world.get("artists", body["artist_uuid"])
        if artist is None or artist["tenant"] != tenant:
            raise wrong_fields(artist_uuid="The selected artist_uuid is invalid.")
        return {**body, "artist_name": body.get("artist_name") or artist["name"]}
    if body.get("artist_name") is not None:
        return {**body, "artist_uuid": None}
    return body


def artist_name_of(world: World, release: Record) -> str:
    """Return the display artist: the release's own, or the tenant's name."""
    if release["artist_name"]:
        return str(release["artist_name"])
    tenant = world.get("tenants", release["tenant"])
    return str(tenant["name"]) if tenant else "Unknown Artist"


def label_of(world: World, release: Record) -> str:
    """Return the label that messages name: the release's, or the tenant's name."""
    if release["label"]:
        return str(release["label"])
    tenant = world.get("tenants", release["tenant"])
    return str(tenant["name"]) if tenant else "Unknown Label"


def touch(world: World, collection: str, record: Record) -> None:
    """Store a changed record with the present instant."""
    record["updated_at"] = instant(world.now)
    world.put(collection, record)
