"""Own broken promises: told once each, with a count, in the sandbox where they happened."""

from __future__ import annotations

from mockserver.store.memory import MemoryStore
from mockserver.violations import Violations
from specs import Problem


def problem(pointer: str = "/a", rule: str = "type") -> Problem:
    return Problem("response", pointer, rule, "string", 3, "3 is no string")


def test_the_same_break_is_counted() -> None:
    violations = Violations(MemoryStore())
    for at in ("t1", "t2", "t3"):
        violations.add("a", "toy", "readX", "200 reply", [problem()], at)

    (only,) = violations.list("a")
    assert (only["count"], only["first_at"], only["last_at"]) == (3, "t1", "t3")
    assert only["problems"] == [
        {"in": "response", "pointer": "/a", "rule": "type", "expected": "string", "got": 3, "detail": "3 is no string"}
    ]


def test_other_breaks_are_told_apart() -> None:
    violations = Violations(MemoryStore())
    violations.add("a", "toy", "readX", "200 reply", [problem()], "t")
    violations.add("a", "toy", "readX", "404 reply", [problem()], "t")
    violations.add("a", "toy", "readX", "200 reply", [problem("/b")], "t")
    violations.add("a", "toy", "readY", "200 reply", [problem()], "t")
    violations.add("a", "two", "readX", "200 reply", [problem()], "t")

    assert len(violations.list("a")) == 5
    assert len({entry["id"] for entry in violations.list("a")}) == 5


def test_sandboxes_have_their_own() -> None:
    violations = Violations(MemoryStore())
    violations.add("a", "toy", "readX", "200 reply", [problem()], "t")

    assert violations.list("b") == []


def test_at_most_twenty_problems_are_kept() -> None:
    violations = Violations(MemoryStore())
    violations.add("a", "toy", "readX", "200 reply", [problem(f"/{number}") for number in range(100)], "t")

    assert len(violations.list("a")[0]["problems"]) == 20
