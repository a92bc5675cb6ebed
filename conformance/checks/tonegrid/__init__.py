"""The ToneGrid API: one module per group of requirements, tied together here."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from conformance.check import Check, Probe, Suite
from conformance.checks.tonegrid import blame, samples, wares

MODULES = (
    *("transport", "sandbox", "auth", "keys", "errors", "idempotency", "pagination", "rate_limit"),
    *(
        "releases",
        "reviewing",
        "tracks",
        "artists",
        "analytics",
        "royalties",
        "distribution",
        "ddex",
        "messages",
        "deals",
    ),
    *("delivery", "purge", "transfers", "webhooks", "parcels", "ingestion", "supply_chain", "rights"),
    *("animated_artwork", "finance", "credits", "localizations", "tenants", "audit"),
)


def _checks() -> tuple[Check, ...]:
    found: list[Check] = []
    for name in MODULES:
        place = f"{__name__}.{name}"
        if find_spec(place) is not None:
            found.extend(import_module(place).CHECKS)
    return tuple(found)


SUITE = Suite(
    provider="tonegrid",
    checks=_checks(),
    probe=Probe(
        "listSupplyChainDsps",
        expected={"full": 200, "second-account": 200, "expired": 401, "no-scope": 200},
    ),
    blame=blame.of_breach,
    headers={"Accept": "application/json"},
    facts={"receivers": samples.receivers, "statements": samples.statements},
    sample=samples.sample,
    undo=wares.undo,
    sweep=wares.sweep,
    fuzz_blame=blame.of_fuzzing,
    identity="/release/uuid",
)
