"""The flat `yourmusic`: a consumer's API with sessions, one-time codes, playlists, a catalogue and streams."""

from mockserver.provider import Provider
from mockserver.providers.yourmusic import errors, identity, minting, rules, seeds, workflows
from mockserver.providers.yourmusic.catalogue import edits, images
from mockserver.providers.yourmusic.checkout import page, redirects
from mockserver.providers.yourmusic.operations import (
    artists,
    authentication,
    home,
    playlists,
    profile,
    releases,
    sessions,
    streaming,
    subscriptions,
    tracks,
    users,
)
from mockserver.providers.yourmusic.people import watch_user

PROVIDER = Provider(
    name="yourmusic",
    operations={
        **authentication.OPERATIONS,
        **users.OPERATIONS,
        **sessions.OPERATIONS,
        **profile.OPERATIONS,
        **subscriptions.OPERATIONS,
        **home.OPERATIONS,
        **playlists.OPERATIONS,
        **artists.OPERATIONS,
        **releases.OPERATIONS,
        **tracks.OPERATIONS,
        **streaming.OPERATIONS,
    },
    identify=identity.identify,
    limits=identity.limits,
    mint=minting.mint_credential,
    refuse=errors.refuse,
    bind=rules.bind,
    bindings=workflows.BINDINGS,
    locate=workflows.locate,
    seed=seeds.seed,
    indexes={
        "users": ("tenant",),
        "playlists": ("user_id", "tenant"),
        "playlist_tracks": ("playlist_id",),
        "listens": ("user_id",),
        "subscriptions": ("user_id",),
    },
    watches={
        "users": watch_user,
        "artists": edits.watch_artist,
        "releases": edits.watch_release,
        "tracks": edits.watch_track,
    },
    pages={"images": images.show_image, "checkout": page.show_checkout},
    about={
        "allowed_redirect_patterns": list(redirects.ALLOWED),
        **{f"default_{name}": url for name, url in redirects.DEFAULTS.items()},
    },
    exports={"CLIENT_ID": ("client", "client_id"), "CLIENT_SECRET": ("client", "client_secret")},
)
