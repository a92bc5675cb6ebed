"""The verdicts and their order."""

from __future__ import annotations

import pytest

from conformance.verdict import Verdict, at_level, of_children, worst


def test_verdicts_run_from_pass_to_error() -> None:
    order = sorted(Verdict, key=lambda verdict: verdict.rank)

    names = ["pass", "warn", "not applicable", "not tested", "fail", "error"]
    assert [verdict.value for verdict in order] == names


def test_the_worst_verdict_wins() -> None:
    assert worst([Verdict.PASS, Verdict.FAIL, Verdict.NOT_TESTED]) is Verdict.FAIL
    assert worst([Verdict.FAIL, Verdict.ERROR]) is Verdict.ERROR


def test_nothing_at_all_was_not_tested() -> None:
    assert worst([]) is Verdict.NOT_TESTED


@pytest.mark.parametrize(("level", "expected"), [("MUST", Verdict.FAIL), ("SHOULD", Verdict.WARN)])
def test_a_broken_should_only_warns(level: str, expected: Verdict) -> None:
    assert at_level(Verdict.FAIL, level) is expected


def test_trouble_is_not_softened_by_the_level() -> None:
    assert at_level(Verdict.ERROR, "SHOULD") is Verdict.ERROR


def test_an_optional_child_that_was_not_tested_says_nothing() -> None:
    assert of_children([(Verdict.PASS, True), (Verdict.NOT_TESTED, False)]) is Verdict.PASS


def test_an_optional_child_that_failed_counts() -> None:
    assert of_children([(Verdict.PASS, True), (Verdict.FAIL, False)]) is Verdict.FAIL


def test_a_required_child_that_was_not_tested_names_the_parent() -> None:
    assert of_children([(Verdict.PASS, True), (Verdict.NOT_TESTED, True)]) is Verdict.NOT_TESTED


def test_only_optional_untested_children_leave_the_parent_untested() -> None:
    assert of_children([(Verdict.NOT_TESTED, False)]) is Verdict.NOT_TESTED
