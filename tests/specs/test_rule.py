"""The requirement catalogues: complete, unique, about operations that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs import PROVIDERS, SpecError, open_book
from specs.rule import parse_rules, read_rules

CATALOGUE = """provider: small
rules:
- {id: S-001, level: MUST, basis: documented, area: a, text: It is so., source: L1, needs: [clock]}
- {id: S-002, level: SHOULD, basis: inferred, area: a, text: It may be so., source: L2}
"""


def test_a_catalogue_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(CATALOGUE)

    first, second = parse_rules(read_rules(file), file)

    assert (first.id, first.level, first.needs, first.operations) == ("S-001", "MUST", ("clock",), ())
    assert (second.basis, second.not_tested) == ("inferred", None)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("id: S-002", "id: S-001", 4, "rule S-001 stands twice"),
        ("level: MUST", "level: MAY", 3, "level is MUST or SHOULD, not 'MAY'"),
        ("needs: [clock]", "needs: [magic]", 3, "unknown needs ['magic']"),
        ("source: L2", "source: L2, colour: red", 4, "unknown member 'colour'"),
        (", source: L2", "", 4, "source is missing"),
        ("basis: documented, ", "", 3, "basis is missing"),
        ("- {id: S-002", "- nothing\n- {id: S-002", 4, "expected a mapping"),
    ],
)
def test_nonsense_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(CATALOGUE.replace(old, new, 1))

    with pytest.raises(SpecError) as caught:
        read_rules(file)

    assert what in caught.value.text
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "rules: {}\n", "- a\n"])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)

    with pytest.raises(SpecError, match="list `rules`"):
        read_rules(file)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_rules_speak_of_operations_that_exist(provider: str) -> None:
    book = open_book(provider)
    known = {*book.operations, *(webhook.id for webhook in book.webhooks.values())}

    unknown = {(rule.id, name) for rule in book.rules.values() for name in rule.operations if name not in known}

    assert book.rules
    assert not unknown
