"""Bundles of every channel, held against the same promise and made into releases by the same hands."""

from __future__ import annotations

from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import catalog, dsps
from mockserver.providers.tonegrid.fieldtexts import explain
from mockserver.providers.tonegrid.ingestion.ern import Reader, kind_of
from mockserver.providers.tonegrid.ingestion.sheet import read_sheet
from mockserver.providers.tonegrid.ingestion.sniff import sniff
from mockserver.world import World

BUNDLES = "bundles"
Problems = list[dict[str, Any]]

_SCHEMA = {"$ref": "#/components/schemas/IngestRelease"}
_EXTRA_OF_TRACK = (
    "title_version", "localized_titles", "audio_md5", "audio_bit_depth", "audio_sample_rate", "audio_channels",
)  # fmt: skip


def read_bundle(world: World, job: Record) -> tuple[list[Record], Problems]:
    """Return the releases of a job's bundle and what is wrong with them."""
    bundle = world.require(BUNDLES, job["id"])
    match bundle["kind"]:
        case "json":
            return [bundle["content"]], _schema_problems(world, bundle["content"])
        case "csv":
            releases, problems = read_sheet(bundle["content"])
            for release in releases:
                problems += _schema_problems(world, release)
            return releases, problems
    return _read_ern(bundle["content"].encode())


def _read_ern(data: bytes) -> tuple[list[Record], Problems]:
    sniffed = sniff(data)
    if sniffed is None:
        return [], [{"field": "ddex_xml", "message": "The message cannot be read."}]
    reader = Reader(sniffed.root)
    release = reader.read()
    return [release] if release else [], reader.problems


def _schema_problems(world: World, release: Any) -> Problems:
    """Return what breaks the promise of a release's form, field by field."""
    validator = world.book.schemas.validator(_SCHEMA)
    if validator.holds(release):
        return []
    found = explain(validator.find_problems(release, "body"))
    return [{"field": field, "message": text} for field, texts in found.items() for text in texts]


def make_releases(world: World, tenant: str, releases: list[Record]) -> list[tuple[Record, list[Record]]]:
    """Store releases with all their tracks as drafts that every active DSP is attached to."""
    stores = [dsp["id"] for dsp in dsps.active(world)]
    made = []
    for content in releases:
        release = _make_release(world, tenant, content, stores)
        made.append((release, _make_tracks(world, release, content["tracks"])))
    return made


def _make_release(world: World, tenant: str, content: Record, stores: list[str]) -> Record:
    facts = {
        **content,
        "type": content.get("type") or kind_of(len(content["tracks"])),
        "artist_uuid": None,
        "preferred_locale": content.get("language"),
    }
    more: Record = {"dsps": list(stores), "rights": content.get("rights") or {}}
    if content.get("grid"):
        more["grid"] = content["grid"]
    return catalog.make_release(world, tenant, facts, **more)


def _make_tracks(world: World, release: Record, tracks: list[Record]) -> list[Record]:
    made = []
    for number, content in enumerate(tracks, 1):
        facts = {
            "title": content["title"],
            "position": content.get("track_number") or number,
            "duration": content.get("duration_seconds"),
            "isrc": content.get("isrc"),
            "explicit": content.get("explicit", release["explicit_content"]),
            "language": content.get("language") or release["language"],
            "artist_name": content.get("artist_name"),
            "audio_url": content.get("audio_url"),
            **{name: content.get(name) for name in _EXTRA_OF_TRACK},
        }
        made.append(catalog.make_track(world, release, facts, collaborators=content.get("collaborators") or []))
    return made
