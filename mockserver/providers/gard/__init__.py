"""The flat `gard`: releases on their way through a review to the stores, with media, webhooks and analytics."""

from mockserver.provider import Provider
from mockserver.providers.gard import errors, events, identity, records, rules, seeds, workflows
from mockserver.providers.gard.operations import (
    analytics_batch,
    analytics_stores,
    analytics_summary,
    delete_requests,
    keys,
    moderation,
    panel,
    payout,
    persons,
    pitch,
    reference_data,
    releases,
)

PROVIDER = Provider(
    name="gard",
    operations={
        **moderation.OPERATIONS,
        **keys.OPERATIONS,
        **reference_data.OPERATIONS,
        **releases.OPERATIONS,
        **persons.OPERATIONS,
        **delete_requests.OPERATIONS,
        **panel.OPERATIONS,
        **pitch.OPERATIONS,
        **payout.OPERATIONS,
        **analytics_batch.OPERATIONS,
        **analytics_summary.OPERATIONS,
        **analytics_stores.OPERATIONS,
    },
    identify=identity.identify,
    mint=identity.mint_credential,
    refuse=errors.refuse,
    bind=rules.bind,
    seed=seeds.seed,
    locate=workflows.locate,
    bindings=workflows.BINDINGS,
    webhooks=events.PLAN,
    events=events.EVENTS,
    indexes=records.INDEXES,
    exports={"API_KEY": ("api_key", "value")},
)
