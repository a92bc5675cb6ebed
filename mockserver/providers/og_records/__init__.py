"""The flat `og_records`: OAuth2, scopes, rate plans, inbound and outgoing webhooks of a distributor."""

from mockserver.provider import Provider
from mockserver.providers.og_records import errors, events, identity, ledger, plans, rules, seeds
from mockserver.providers.og_records.operations import (
    authentication,
    earnings_and_payouts,
    inbound_webhooks,
    outgoing_webhooks,
    releases_and_tracks,
    royalty_splits,
    smart_links,
)
from mockserver.providers.og_records.playback import INBOUND
from mockserver.providers.og_records.workflows import BINDINGS

PROVIDER = Provider(
    name="og_records",
    operations={
        **releases_and_tracks.OPERATIONS,
        **royalty_splits.OPERATIONS,
        **earnings_and_payouts.OPERATIONS,
        **smart_links.OPERATIONS,
        **inbound_webhooks.OPERATIONS,
        **authentication.OPERATIONS,
        **outgoing_webhooks.OPERATIONS,
    },
    identify=identity.identify,
    mint=identity.mint_credential,
    refuse=errors.refuse,
    bind=rules.bind,
    limits=plans.limits,
    finish=plans.finish,
    locate=rules.locate,
    seed=seeds.seed,
    bindings=BINDINGS,
    webhooks=events.PLAN,
    events={name: name for name in events.TYPES},
    inbound=INBOUND,
    watches={"earnings": ledger.watch_earnings, "payouts": ledger.watch_payouts},
    exports={"API_KEY": ("api_key", "value")},
    indexes={
        "releases": ("status",),
        "tracks": ("release_id", "isrc"),
        "splits": ("active_target", "active_release"),
        "persons": ("email_key",),
        "invitations": ("email_key", "person_id"),
        "earnings": ("account_period", "release_period", "track_period"),
        "payouts": ("account", "provider_reference"),
        "smartlinks": ("slug",),
        "credentials": ("account",),
        "webhook_endpoints": ("account",),
    },
)
