"""Titles, descriptions and lyrics in several languages."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import release_of, track_of
from mockserver.world import World

_OF_RELEASE = ("preferred_locale", "localized_titles", "localized_descriptions")
_OF_TRACK = ("localized_titles", "localized_title_versions", "localized_lyrics")


def set_release_localizations(call: Call, world: World) -> Reply:
    """Replace the maps that are sent, in any state of the release (L1300-1325)."""
    release = release_of(call, world)
    body = call.body
    if "preferred_locale" in body and body.get("localized_titles") is not None:  # noqa: SIM102 - two questions
        if body["preferred_locale"] not in body["localized_titles"]:
            raise wrong_fields(preferred_locale="The preferred_locale must be a key of localized_titles.")
    return _stored(world, "releases", release, body, _OF_RELEASE)


def set_track_localizations(call: Call, world: World) -> Reply:
    """Replace the maps that are sent."""
    return _stored(world, "tracks", track_of(call, world), call.body, _OF_TRACK)


def _stored(world: World, collection: str, record: Record, body: Record, names: tuple[str, ...]) -> Reply:
    record |= {name: body[name] for name in names if name in body}
    catalog.touch(world, collection, record)
    data = {name: record[name] for name in names}
    return Reply(200, {"success": True, "message": "Localizations updated.", "data": data})


OPERATIONS = {
    "setReleaseLocalizations": set_release_localizations,
    "setTrackLocalizations": set_track_localizations,
}
