"""Lifecycles as tables: what they say, and the nonsense that is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from specs import PROVIDERS, SpecError, open_book
from specs.lifecycle import Lifecycle, parse_duration, parse_lifecycles, read_lifecycles

TABLE = """lifecycles:
  order:
    collection: orders
    initial: open
    states:
      open: Waits.
      paid: Is paid.
    transitions:
    - {event: pay, from: open, to: paid, by: operation, operation: [payOrder]}
    - {event: close, from: [open, paid], to: null, by: timer, after: P2DT3H}
    refusals:
    - {event: pay, from: [paid], status: 409, kind: already_paid}
"""


def read(folder: Path, text: str) -> dict[str, Lifecycle]:
    file = folder / "lifecycles.yaml"
    file.write_text(text)
    return parse_lifecycles(read_lifecycles(file), file)


def test_a_table_says_what_is_legal_and_what_is_refused(tmp_path: Path) -> None:
    order = read(tmp_path, TABLE)["order"]

    assert order.legal_events("open") == ["pay", "close"]
    assert order.legal_events("paid") == ["close"]
    assert order.events() == {"pay", "close"}
    pay, close, refusal = order.find("open", "pay"), order.find("paid", "close"), order.refusal("paid", "pay")
    assert pay is not None
    assert (pay.target, pay.operations) == ("paid", ("payOrder",))
    assert close is not None
    assert (close.target, close.after) == (None, timedelta(days=2, hours=3))
    assert order.find("paid", "pay") is None
    assert refusal is not None
    assert (refusal.status, refusal.kind) == (409, "already_paid")


def test_a_provider_without_machines_has_none(tmp_path: Path) -> None:
    assert read_lifecycles(tmp_path / "nowhere.yaml") == {"lifecycles": {}}


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("initial: open", "initial: shut", 4, "initial state 'shut' is not among its states"),
        ("    initial: open\n", "", 2, "initial is missing"),
        ("    initial: open", "    initial: open\n    colour: red", 5, "unknown member 'colour'; known here"),
        ("from: open, to: paid", "from: shut, to: paid", 9, "leaves unknown state 'shut'"),
        ("from: open, to: paid", "from: [], to: paid", 9, "leaves no state"),
        ("from: open, to: paid", "from: open, to: shut", 9, "leads to unknown state 'shut'"),
        ("to: paid, by: operation", "by: operation", 9, "to is missing"),
        ("by: operation", "by: magic", 9, "is by 'magic'; valid: operation"),
        (", operation: [payOrder]", "", 9, "is by operation but names none"),
        (", after: P2DT3H", "", 10, "says neither after nor due"),
        ("after: P2DT3H", "after: 2 days", 10, "no ISO 8601 duration"),
        ("after: P2DT3H", "after: 10", 10, "no ISO 8601 duration"),
        (
            "event: close, from: [open, paid]",
            "event: pay, from: [open]",
            10,
            "event 'pay' in state 'open' stands twice",
        ),
        ("from: [paid], status", "from: [open], status", 12, "event 'pay' in state 'open' stands twice"),
        ("status: 409", "status: 200", 12, "valid: 400 to 599"),
        (", kind: already_paid", "", 12, "kind is missing"),
        (
            "    states:\n      open: Waits.\n      paid: Is paid.",
            "    states: [open, paid]",
            5,
            "states are a mapping",
        ),
        ("    - {event: pay, from: open", "    - pay\n    - {event: pay, from: open", 9, "expected a mapping"),
    ],
)
def test_nonsense_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    assert old in TABLE

    with pytest.raises(SpecError) as caught:
        read(tmp_path, TABLE.replace(old, new, 1))

    assert what in caught.value.text
    assert (caught.value.file.name, caught.value.line) == ("lifecycles.yaml", line)


@pytest.mark.parametrize("text", ["", "lifecycles: []\n", "machines: {}\n", "lifecycles: {}\nmore: 1\n"])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match="one member `lifecycles`"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT10M", timedelta(minutes=10)),
        ("PT72H", timedelta(hours=72)),
        ("P2D", timedelta(days=2)),
        ("P1W", timedelta(weeks=1)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("PT0S", timedelta(0)),
    ],
)
def test_durations_are_iso_8601(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "1D",
        "PT1",
        "P1Y",
        "P1M",
        "-P1D",
        "PT-1S",
        "P1H",
        "PT1H ",
        f"P{'9' * 12}D",
        f"P{'9' * 400}D",
    ],
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ISO 8601|longer than any clock"):
        parse_duration(text)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_operations_and_webhooks_that_a_table_names_are_in_the_document(provider: str) -> None:
    book = open_book(provider)
    rows = [row for machine in book.lifecycles.values() for row in (*machine.transitions, *machine.refusals)]

    unknown = {operation for row in rows for operation in row.operations} - set(book.operations)

    assert not unknown
