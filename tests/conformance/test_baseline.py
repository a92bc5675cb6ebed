"""Accepted failures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from conformance.baseline import line, read_baseline
from conformance.failure import Misconfigured

KNOWN = {"PR-042", "PR-093"}
TODAY = date(2026, 11, 28)


def baseline(folder: Path, text: str) -> Path:
    file = folder / "baseline.yaml"
    file.write_text(text, "utf-8")
    return file


def test_an_entry_covers_its_requirement_until_its_day(tmp_path: Path) -> None:
    file = baseline(tmp_path, "- {id: PR-042, reason: known to the vendor, until: 2026-11-28}\n")

    (entry,) = read_baseline(file, KNOWN)

    assert entry.covers("PR-042", "PR-042:anything", TODAY)
    assert not entry.covers("PR-042", "PR-042:anything", date(2026, 11, 29))
    assert not entry.covers("PR-093", "PR-093:anything", TODAY)


def test_an_entry_with_an_item_covers_that_item_only(tmp_path: Path) -> None:
    file = baseline(tmp_path, '- {id: PR-042, item: "PR-042:a[b]", reason: r, until: 2027-01-01}\n')

    (entry,) = read_baseline(file, KNOWN)

    assert entry.covers("PR-042", "PR-042:a[b]", TODAY)
    assert not entry.covers("PR-042", "PR-042:a[c]", TODAY)


def test_the_line_that_a_report_prints_can_be_read_back(tmp_path: Path) -> None:
    item = 'PR-042:document[createProduct 422 /errors/*/status "x"]'
    file = baseline(tmp_path, line("PR-042", item, TODAY) + "\n" + line("PR-093", None, TODAY) + "\n")

    first, second = read_baseline(file, KNOWN)

    assert (first.id, first.item, first.until) == ("PR-042", item, date(2026, 12, 28))
    assert second.item is None


def test_no_file_accepts_nothing(tmp_path: Path) -> None:
    assert read_baseline(None, KNOWN) == []
    assert read_baseline(baseline(tmp_path, "# nothing yet\n"), KNOWN) == []


@pytest.mark.parametrize(
    "text",
    [
        "- {id: PR-999, reason: r, until: 2027-01-01}",
        "- {id: PR-042, until: 2027-01-01}",
        "- {id: PR-042, reason: r}",
        "- {id: PR-042, reason: ' ', until: 2027-01-01}",
        "- {id: PR-042, reason: r, until: soon}",
        "- {id: PR-042, reason: r, until: 2027-01-01, colour: red}",
        "id: PR-042",
        "- [unclosed",
    ],
)
def test_a_faulty_baseline_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match="baseline"):
        read_baseline(baseline(tmp_path, text), KNOWN)


def test_a_baseline_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        read_baseline(tmp_path / "none.yaml", KNOWN)


def test_the_printed_line_is_yaml_of_one_line() -> None:
    text = line("PR-042", "PR-042:a[b]", TODAY)

    assert "\n" not in text
    assert yaml.safe_load(text) == [
        {"id": "PR-042", "item": "PR-042:a[b]", "reason": "WHY", "until": date(2026, 12, 28)}
    ]
