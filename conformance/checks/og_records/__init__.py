"""The OG Records API: one module per group of requirements, tied together here."""

from conformance.check import Probe, Suite
from conformance.checks.og_records import (
    blame,
    inbound,
    keys,
    limits,
    money,
    oauth,
    outgoing,
    payouts,
    releases,
    samples,
    sandbox,
    smartlinks,
    splits,
    submitting,
    telling,
    tracks,
    transport,
)

SUITE = Suite(
    provider="og_records",
    checks=(
        *transport.CHECKS,
        *oauth.CHECKS,
        *keys.CHECKS,
        *limits.CHECKS,
        *sandbox.CHECKS,
        *releases.CHECKS,
        *submitting.CHECKS,
        *tracks.CHECKS,
        *splits.CHECKS,
        *money.CHECKS,
        *payouts.CHECKS,
        *smartlinks.CHECKS,
        *inbound.CHECKS,
        *outgoing.CHECKS,
        *telling.CHECKS,
    ),
    probe=Probe(
        "listPayouts",
        query={"limit": 1},
        expected={"full": 200, "second-account": 200, "no-scope": 403, "expired": 401},
    ),
    blame=blame.of_breach,
    facts={"releases": samples.earned("release_id"), "tracks": samples.earned("track_id")},
    sample=samples.sample,
    fuzz_blame=blame.of_fuzzing,
    identity="/id",
    is_limited=True,
)
