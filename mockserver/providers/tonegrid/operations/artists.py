"""Artist profiles that releases can share."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog
from mockserver.providers.tonegrid.finding import artist_of
from mockserver.providers.tonegrid.records import print_artist
from mockserver.world import World


def list_artists(call: Call, world: World) -> Reply:
    """List a tenant's artists alphabetically (L420)."""
    artists = world.slice_by("artists", "tenant", call.account)
    artists.sort(key=lambda artist: (artist["name"].casefold(), artist["id"]))
    return Reply(200, {"artists": [print_artist(world, artist) for artist in artists], "total": len(artists)})


def create_artist(call: Call, world: World) -> Reply:
    """Create a profile."""
    return Reply(201, {"artist": print_artist(world, catalog.make_artist(world, call.account, call.body))})


def get_artist(call: Call, world: World) -> Reply:
    """Show a profile."""
    return Reply(200, {"artist": print_artist(world, artist_of(call, world))})


def update_artist(call: Call, world: World) -> Reply:
    """Change the members that are sent."""
    artist = artist_of(call, world)
    names = ("name", "country", "apple_artist_id", "spotify_artist_id", "biography")
    artist |= {name: call.body[name] for name in names if name in call.body}
    catalog.touch(world, "artists", artist)
    return Reply(200, {"artist": print_artist(world, artist)})


OPERATIONS = {
    "listArtists": list_artists,
    "createArtist": create_artist,
    "getArtist": get_artist,
    "updateArtist": update_artist,
}
