"""The census: what promise or code has more than the other is listed and stops the start."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver import census
from mockserver.app import FLATS, App, load_flats
from mockserver.census import CensusFailed, find_differences, take
from mockserver.provider import Provider, not_offered
from mockserver.settings import BadSetting
from mockserver.workflow.machine import Bindings


@pytest.fixture
def flat(toy_house: App) -> Provider:
    return toy_house.flats["toy"]


def test_a_whole_flat_has_no_differences(flat: Provider) -> None:
    assert find_differences(flat) == []
    assert [count.line() for count in take([flat])] == ["toy 13/13 operations"]


@pytest.mark.parametrize("name", FLATS)
def test_every_flat_of_the_house_is_whole(name: str) -> None:
    (count,) = take(load_flats([name]).values())

    assert count.offered == count.promised
    assert count.line() == f"{name} {count.promised}/{count.promised} operations"


def test_missing_and_surplus_operations_are_listed(flat: Provider) -> None:
    operations = {name: function for name, function in flat.operations.items() if name != "listThings"}
    changed = replace(flat, operations={**operations, "danceThing": not_offered})

    assert find_differences(changed) == [
        "operation listThings is promised but not in OPERATIONS",
        "operation danceThing is in OPERATIONS but not promised",
    ]


@pytest.mark.parametrize("kind", ["guards", "effects", "dues"])
def test_missing_and_surplus_bindings_are_listed(flat: Provider, kind: str) -> None:
    bindings = {name: getattr(flat.bindings, name) for name in ("guards", "effects", "dues", "emitters", "tasks")}
    changed = replace(flat, bindings=Bindings(**{**bindings, kind: {"dance": lambda *_: None}}))

    told = find_differences(changed)

    one = kind.removesuffix("s")
    (known,) = bindings[kind]
    assert told == [
        f"{one} {known} is promised but not in {kind} of workflows.py",
        f"{one} dance is in {kind} of workflows.py but not promised",
    ]


def test_missing_emitters_are_listed(flat: Provider) -> None:
    bindings = replace(flat.bindings, emitters={})

    assert find_differences(replace(flat, bindings=bindings)) == [
        "webhook thing.approved is promised but not in emitters of workflows.py",
        "webhook thing.submitted is promised but not in emitters of workflows.py",
    ]


def test_an_operation_that_a_lifecycle_dreams_of_is_listed(flat: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = flat.book.lifecycles["thing"]
    rows = tuple(replace(row, operations=("danceThing",)) for row in machine.transitions[:1])
    monkeypatch.setitem(flat.book.lifecycles, "thing", replace(machine, transitions=rows + machine.transitions[1:]))

    assert find_differences(flat) == ["lifecycle thing names the unknown operation danceThing"]


def test_what_is_not_offered_yet_is_counted_and_answers_501(
    flat: Provider, make_box: Any, build_toy: Callable[..., App]
) -> None:
    module = sys.modules["soundcheck_toy"]
    less = replace(flat, operations={**flat.operations, "readSlash": not_offered})
    original, module.PROVIDER = module.PROVIDER, less  # type: ignore[attr-defined]
    try:
        toy = make_box(build_toy(), "toy")
    finally:
        module.PROVIDER = original  # type: ignore[attr-defined]

    reply = toy.ask("GET", "/slash/", token=None)

    assert take([less])[0].line() == "toy 12/13 operations"
    assert (reply.status_code, reply.json["error"]) == (501, "not_offered")


def test_a_difference_stops_the_start(flat: Provider) -> None:
    changed = replace(flat, operations={})

    with pytest.raises(CensusFailed, match="promise and code differ:\n  toy: operation breakPromise is promised"):
        census.take([changed])


def test_a_provider_that_is_not_built_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FLATS, "products")

    with pytest.raises(BadSetting, match="products: specified but not built yet; built: "):
        load_flats(["products"])


def test_flats_come_in_the_order_asked_for() -> None:
    assert list(load_flats([])) == list(FLATS)
    assert list(load_flats(["products"])) == ["products"]
