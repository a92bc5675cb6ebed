"""The flat `tonegrid`: a distributor's catalogue, DDEX pipeline, webhooks, ingestion and money."""

from mockserver.provider import Provider
from mockserver.providers.tonegrid import audit, errors, events, files, finding, identity, traffic, workflows
from mockserver.providers.tonegrid.operations import (
    analytics,
    animated_artwork,
    artists,
    auth,
    credits,
    ddex,
    distribution,
    finance,
    ingestion,
    localizations,
    platform,
    purge,
    releases,
    rights,
    royalties,
    supply_chain,
    tenants,
    tracks,
    transfers,
    webhooks,
)
from mockserver.providers.tonegrid.seeds import seed

_ROOMS = (
    auth, releases, tracks, artists, analytics, royalties, distribution, ddex, purge, transfers, webhooks, ingestion,
    supply_chain, rights, animated_artwork, finance, credits, localizations, tenants, platform,
)  # fmt: skip

PROVIDER = Provider(
    name="tonegrid",
    operations=audit.logged({id: function for room in _ROOMS for id, function in room.OPERATIONS.items()}),
    beyond=audit.logged(releases.BEYOND),
    identify=identity.identify,
    mint=identity.mint_credential,
    refuse=errors.refuse,
    bind=finding.bind,
    limits=traffic.limits,
    finish=traffic.finish,
    seed=seed,
    bindings=workflows.BINDINGS,
    locate=workflows.locate,
    idempotency=traffic.IDEMPOTENCY,
    webhooks=events.PLAN,
    events=events.NAMES,
    base_paths=("", "/api"),
    pages={"cdn": files.serve_file},
    exports={"API_KEY": ("api_key", "value")},
    indexes={
        "tenants": ("slug", "custom_domain", "parent"),
        "users": ("tenant",),
        "releases": ("tenant",),
        "tracks": ("tenant", "release"),
        "artists": ("tenant", "tenant_slug"),
        "deliveries": ("release",),
        "animated_artworks": ("release",),
        "webhooks": ("tenant",),
        "outbox": ("webhook",),
        "ingestion_jobs": ("tenant",),
        "transfers": ("tenant", "receiver"),
        "audit_log": ("tenant", "on_behalf_of"),
        "sales_days": ("tenant", "tenant_month"),
        "finance_periods": ("tenant",),
        "finance_statements": ("tenant",),
        "payee_statements": ("tenant", "statement"),
        "payees": ("tenant",),
        "payouts": ("tenant",),
        "withdrawals": ("tenant",),
    },
)
