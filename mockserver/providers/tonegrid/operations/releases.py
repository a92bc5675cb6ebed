"""Releases from draft to review: metadata, stores, cover."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.media.cover import inspect_cover
from mockserver.media.facts import MediaUnreadable
from mockserver.providers.tonegrid import catalog, deliveries, dsps, files
from mockserver.providers.tonegrid.fieldtexts import required, wrong_fields
from mockserver.providers.tonegrid.finding import release_of
from mockserver.providers.tonegrid.lists import numbered, page_size
from mockserver.providers.tonegrid.records import artwork_url, print_release, print_release_detail
from mockserver.providers.tonegrid.rules import require_state
from mockserver.providers.tonegrid.shapes import fitting
from mockserver.world import World

_EXTRA = (
    "subgenre", "language", "copyright_year", "copyright_holder", "explicit_content", "artist_uuid", "artist_name",
)  # fmt: skip


def list_releases(call: Call, world: World) -> Reply:
    """List a tenant's releases, the newest first."""
    start, size = (call.query["page"] - 1) * page_size(call), page_size(call)
    wanted = {name: call.query[name] for name in ("status", "type") if name in call.query}
    if not wanted and not world.require("tenants", call.account)["has_received"]:
        total = world.count_by("releases", "tenant", call.account)
        found = world.slice_by("releases", "tenant", call.account, start, size, reverse=True)
    else:
        everything = world.slice_by("releases", "tenant", call.account)
        fitting = [one for one in everything if all(one[name] == value for name, value in wanted.items())]
        fitting.sort(key=lambda one: (one["created_at"], one["number"]), reverse=True)
        total, found = len(fitting), fitting[start : start + size]
    return Reply(200, numbered(call, found, lambda one: print_release(one, call.base_url), total))


def create_release(call: Call, world: World) -> Reply:
    """Create a draft."""
    catalog.check_upc(world, call.body.get("upc"))
    facts = catalog.resolve_artist(world, call.account, call.body)
    release = catalog.make_release(world, call.account, facts)
    return Reply(201, {"release": _print(call, release)})


def get_release(call: Call, world: World) -> Reply:
    """Show a release with everything that belongs to it."""
    return Reply(200, {"release": print_release_detail(world, release_of(call, world), call.base_url)})


def update_release(call: Call, world: World) -> Reply:
    """Change the members that are sent, while the release is with the client or the reviewers."""
    release = release_of(call, world)
    require_state(world, release, "update")
    catalog.check_upc(world, call.body.get("upc"))
    body = catalog.resolve_artist(world, call.account, call.body)
    release |= {name: body[name] for name in catalog.RELEASE_MEMBERS if name in body}
    if "upc" in body:
        release["upc"] = body["upc"] or catalog.mint_upc(world)
    release["copyright_year"] = release["copyright_year"] or world.now.year
    catalog.touch(world, "releases", release)
    return Reply(200, {"release": _print(call, release)})


def _print(call: Call, release: Record) -> Record:
    return {**print_release(release, call.base_url), **{name: release[name] for name in _EXTRA}}


def delete_release(call: Call, world: World) -> Reply:
    """Delete a draft or a rejected release with its tracks."""
    world.fire("release", release_of(call, world)["id"], "delete")
    return Reply(200, {"message": "Release deleted."})


def submit_release(call: Call, world: World) -> Reply:
    """Hand a release to the reviewers."""
    world.fire("release", release_of(call, world)["id"], "submit")
    return Reply(200, {"message": "Release submitted for review.", "status": "pending"})


def attach_release_dsps(call: Call, world: World) -> Reply:
    """Attach stores, beside those that are attached already."""
    release = release_of(call, world)
    found = dsps.require_all(world, call.body["dsps"])
    deliveries.attach(world, release, found)
    return Reply(200, _print_stores(call, world, release))


def replace_release_dsps(call: Call, world: World) -> Reply:
    """Put a set of stores in the place of the old one."""
    release = release_of(call, world)
    deliveries.replace(world, release, dsps.require_all(world, call.body["dsps"]))
    return Reply(200, _print_stores(call, world, release))


def _print_stores(call: Call, world: World, release: Record) -> dict[str, Any]:
    """Return the attached stores: in an envelope, or as the bare list that an overlay promises."""
    attached = [dsps.known(world, id) for id in release["dsps"]]
    enveloped = {"release_id": release["id"], "dsps": [dsps.print_name(dsp) for dsp in attached]}
    bare = [{"dsp_name": dsp["name"]} for dsp in attached]
    return fitting(call, world, {"success": True, "data": enveloped}, {"dsps": bare})


def approve_release(call: Call, world: World) -> Reply:
    """End the review well."""
    world.fire("release", release_of(call, world)["id"], "approve")
    return Reply(200, {"message": "Release approved.", "status": "approved"})


def upload_release_artwork(call: Call, world: World) -> Reply:
    """Store the cover, a JPEG or PNG picture."""
    release = release_of(call, world)
    uploads = call.files.get("artwork")
    if not uploads:
        raise wrong_fields(artwork=required("artwork"))
    upload = uploads[-1]
    try:
        facts = inspect_cover(cast(BinaryIO, upload.file))
    except MediaUnreadable as refusal:
        raise wrong_fields(artwork=f"The artwork must be a JPEG or PNG picture: {refusal.reason}.") from None
    if facts.format not in ("JPEG", "PNG"):
        raise wrong_fields(artwork="The artwork must be a JPEG or PNG picture.")
    name = f"{world.hex('artwork', 16)}.{'jpg' if facts.format == 'JPEG' else 'png'}"
    files.keep(world, f"artwork/{name}", f"image/{facts.format.lower()}", upload)
    release["artwork"] = {
        "file": name,
        "codec": facts.format,
        "width": facts.width,
        "height": facts.height,
        "size_bytes": facts.size_bytes,
    }
    catalog.touch(world, "releases", release)
    return Reply(200, {"message": "Artwork uploaded.", "artwork_url": artwork_url(release, call.base_url)})


OPERATIONS = {
    "listReleases": list_releases,
    "createRelease": create_release,
    "getRelease": get_release,
    "updateRelease": update_release,
    "deleteRelease": delete_release,
    "submitRelease": submit_release,
    "attachReleaseDsps": attach_release_dsps,
    "approveRelease": approve_release,
    "uploadReleaseArtwork": upload_release_artwork,
}
# Promised by no document of the vendor's, but by what others observed (observed.overlay.yaml).
BEYOND = {"replaceReleaseDsps": replace_release_dsps}
