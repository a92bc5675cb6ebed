"""The six verdicts and their order; the worst required child names the parent."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Verdict(Enum):
    """What became of a requirement. Declared from good to bad; `rank` follows that order."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTED = "not tested"
    FAIL = "fail"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 being the best."""
        return list(Verdict).index(self)

    @property
    def is_tested(self) -> bool:
        """Say whether the requirement was put to the target and the target answered."""
        return self in (Verdict.PASS, Verdict.WARN, Verdict.FAIL)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; nothing at all was not tested."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_TESTED)


def at_level(verdict: Verdict, level: str) -> Verdict:
    """Return what a verdict means for a requirement of a level: a broken SHOULD only warns."""
    return Verdict.WARN if verdict is Verdict.FAIL and level == "SHOULD" else verdict


def of_children(children: Iterable[tuple[Verdict, bool]]) -> Verdict:
    """Return the parent's verdict from (verdict, required) pairs.

    An optional child that could not be tested says nothing; one that was tested and is worse than the others counts.
    """
    kept = [verdict for verdict, required in children if required or verdict.is_tested or verdict is Verdict.ERROR]
    return worst(kept)
