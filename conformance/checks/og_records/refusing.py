"""What every refusal must look like."""

from __future__ import annotations

import re

from conformance import judge
from conformance.answer import Answer

_CODE = re.compile(r"[a-z][a-z0-9_]*")


def coded(answer: Answer) -> str:
    """Judge that a refusal carries a code for machines, and return it."""
    code = answer.at("/error/code")
    fits = isinstance(code, str) and _CODE.fullmatch(code)
    judge.that(fits, "the refusal has no machine-readable code", answer, expected="error.code", received=code)
    return str(code)


def refused(answer: Answer, *statuses: int) -> None:
    """Judge that a call is refused, with one of these statuses where some are given, and with a code."""
    judge.that(400 <= answer.status < 500, f"{answer.label} is not refused", answer, received=answer.status)
    if statuses:
        judge.status(answer, *statuses)
    coded(answer)


def named_fields(answer: Answer) -> list[str]:
    """Return the fields that a refusal names."""
    return [str(entry.get("field", "")) for entry in answer.items("/error/details") if isinstance(entry, dict)]
