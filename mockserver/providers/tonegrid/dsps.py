"""The DSPs that releases go to, and the three spellings of their slugs."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes.identifiers import make_dpid
from mockserver.world import World
from specs.load import read_yaml

DSPS = "dsps"


@lru_cache(maxsize=1)
def catalogue() -> tuple[Record, ...]:
    """Return the shipped DSPs as records; `id` is the slug in one word, by which everything refers to them."""
    file = Path(str(files("fixtures"))) / "tonegrid" / "reference" / "dsps.yaml"
    return tuple(_complete(entry) for entry in read_yaml(file))


def _complete(entry: dict[str, Any]) -> Record:
    return {
        "is_active": True,
        "direct_api": False,
        "territories": "global",
        "album_url": f"https://{entry['id']}.example.com/album/{{}}",
        "album_id": "{}",
        "dpid": make_dpid(entry["number"]),
        **entry,
    }


def compact(slug: str) -> str:
    """Return a slug in one word, however it was spelled (apple_music, apple-music, AppleMusic)."""
    return slug.lower().replace("-", "").replace("_", "")


def hyphened(dsp: Record) -> str:
    """Return the slug as Releases, DDEX and Purge print it: apple-music."""
    return str(dsp["words"]).replace(" ", "-")


def underscored(dsp: Record) -> str:
    """Return the slug as Distribution prints it: apple_music."""
    return str(dsp["words"]).replace(" ", "_")


def protocol(dsp: Record) -> str:
    """Return by which way bundles reach a DSP."""
    return {"ddex_sftp_direct": "sftp", "ddex_rest_direct": "rest"}.get(dsp["ern_method"], "partner")


def active(world: World) -> list[Record]:
    """Return the active DSPs in the catalogue's order."""
    return sorted(world.find(DSPS, lambda record: record["is_active"]), key=lambda record: int(record["number"]))


def known(world: World, id: str) -> Record:
    """Return a DSP that a release refers to, active or not."""
    return world.get(DSPS, id) or next(entry for entry in catalogue() if entry["id"] == id)


def require(world: World, slug: str) -> Record:
    """Return an active DSP by any spelling; 404 with the spelling that was asked for."""
    found = world.get(DSPS, compact(slug))
    if found is None or not found["is_active"]:
        raise Failure("dsp_unknown", slug=slug)
    return found


def require_attached(world: World, release: Record, slug: str) -> Record:
    """Return an active DSP that a release is attached to; 404 or 422 otherwise (L42, L44)."""
    found = require(world, slug)
    if found["id"] not in release["dsps"]:
        raise Failure("dsp_not_attached", slug=slug)
    return found


def require_all(world: World, slugs: list[str]) -> list[Record]:
    """Return several active DSPs, each once, in the order asked for."""
    return list({dsp["id"]: dsp for dsp in (require(world, slug) for slug in slugs)}.values())


def print_name(dsp: Record) -> dict[str, Any]:
    """Return slug and name as Releases and DDEX show them."""
    return {"slug": hyphened(dsp), "name": dsp["name"]}
