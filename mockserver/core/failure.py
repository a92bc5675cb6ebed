"""The one exception of the house: a refusal that a provider's own error shape will tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specs import Problem

# The kinds that shared rooms raise; flats add their own. Each flat's errors.py gives every kind a status and a text.
SHARED_KINDS = frozenset(
    (
        "route_unknown method_unknown malformed invalid too_large unsupported_media not_acceptable unauthenticated"
        " forbidden not_found illegal_transition rate_limited idempotency_mismatch idempotency_key_too_long"
        " unavailable not_offered internal"
    ).split()
)

# Refusals that concern the mock itself, which no document can promise: an answer asked for by Prefer that there is not,
# a sandbox name that cannot be, a world that is not there, an operation that is not offered yet.
MOCK_KINDS = frozenset("bad_preference bad_sandbox unknown_world not_offered".split())


class Failure(Exception):
    """A refusal. `kind` names it, `detail` tells a person, `problems` list broken promises, `facts` carry the rest."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        problems: Sequence[Problem] = (),
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.detail = detail
        self.problems = list(problems)
        self.headers = dict(headers or {})
        self.facts = facts
