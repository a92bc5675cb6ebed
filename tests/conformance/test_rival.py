"""The suite against a server that is not ours, wrong in one way at a time; the right one is in test_cli."""

from __future__ import annotations

import pytest
from judging import Judged
from rival import serving
from rival_defects import EXPECTED

from conformance.verdict import Verdict

BROKEN = (Verdict.FAIL, Verdict.WARN)


@pytest.mark.parametrize("defect", EXPECTED)
def test_a_defect_turns_its_requirement_red(defect: str, judged: Judged) -> None:
    """Each seeded fault is seen, and charged to the requirement that it breaks."""
    with serving(defect) as url:
        found = judged(url, *EXPECTED[defect], until_red=True)

    red = {finding.rule for finding in found if finding.verdict in BROKEN}
    assert red & set(EXPECTED[defect]), [(finding.item, finding.verdict, finding.text[:200]) for finding in found]
    assert [finding.text for finding in found if finding.verdict is Verdict.ERROR] == []
