"""The ToneGrid API: one module per group of requirements, tied together here."""

from __future__ import annotations

from importlib import import_module

from conformance.check import Check, Probe, Suite
from conformance.checks.tonegrid import blame, samples, wares

MODULES = (
    *("transport", "sandbox", "auth", "scopes", "keys", "errors", "idempotency", "pagination", "rate_limit"),
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
    return tuple(row for name in MODULES for row in import_module(f"{__name__}.{name}").CHECKS)


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
    is_limited=True,
)
