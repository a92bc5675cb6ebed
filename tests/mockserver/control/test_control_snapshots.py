"""States kept and restored."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import App


def test_a_snapshot_brings_everything_back(tester: Any, sink: Any) -> None:
    key = tester.key()
    code = tester.order(callback_url=sink.url)["code"]
    tester.fire(code, "pack")
    tester.do("POST", "faults", {"match": {"operation": "cancelParcel"}, "effect": {"status": 500}, "times": 3})
    before = {
        path: tester.get(path) for path in ("state/parcels/parcels", "deliveries", "inbox/parcels", "clock", "faults")
    }

    taken = tester.do("POST", "snapshots", {"name": "before"})
    tester.do("DELETE", "faults")
    tester.do("POST", "clock/advance", {"by": "P3D"})
    tester.fire(code, "release")
    tester.do("DELETE", "state/parcels/parcels/2")
    tester.get("state/products")
    restored = tester.do("POST", "snapshots/before/restore")

    assert taken == {"name": "before", "taken_at": "2026-01-15T09:00:00Z"}
    assert restored["now"] == "2026-01-15T09:00:00Z"
    assert {path: tester.get(path) for path in before} == before
    assert tester.ask("GET", "/parcels/parcels", headers=key).status_code == 200


def test_after_a_restore_the_same_happens_again(tester: Any) -> None:
    tester.do("POST", "snapshots", {"name": "start"})
    first = [tester.order(), tester.do("POST", "credentials/parcels", {"kind": "bearer"})]
    tester.do("POST", "snapshots/start/restore")

    again = [tester.order(), tester.do("POST", "credentials/parcels", {"kind": "bearer"})]

    assert again == first


def test_a_snapshot_is_not_touched_by_what_happens_later(tester: Any) -> None:
    tester.order()
    tester.do("POST", "snapshots", {"name": "kept"})
    document = tester.get("snapshots/kept")
    tester.order()
    tester.do("POST", "snapshots/kept/restore")
    tester.order()

    assert tester.get("snapshots/kept") == document
    assert len(document["providers"]["parcels"]["parcels"]) == 13


def test_snapshots_are_listed_by_name_replaced_and_removed(tester: Any) -> None:
    for name in ("b", "a", "b"):
        tester.do("POST", "snapshots", {"name": name})

    names = [entry["name"] for entry in tester.get("snapshots")]
    tester.do("DELETE", "snapshots/a")

    assert names == ["a", "b"]
    assert [entry["name"] for entry in tester.get("snapshots")] == ["b"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/restore")])
def test_an_unknown_snapshot_is_not_found(tester: Any, method: str, path: str) -> None:
    tester.do("POST", "snapshots", {"name": "known"})

    answer = tester.control(method, f"snapshots/none{path}")

    assert answer.status_code == 404
    assert "known" in answer.json["detail"]


@pytest.mark.parametrize("name", ["", ".a", "a/b", "a" * 64, "ä", 5, None])
def test_a_name_that_cannot_be_is_refused(tester: Any, name: Any) -> None:
    assert tester.control("POST", "snapshots", {"name": name}).status_code == 422


def test_a_document_holds_records_and_leaves_out_what_follows_from_them(tester: Any) -> None:
    tester.order()
    tester.do("POST", "snapshots", {"name": "one"})

    document = tester.get("snapshots/one")

    assert (document["format"], document["version"]) == ("soundcheck-snapshot", 1)
    assert document["sandbox"]["clock"] == {"now": "2026-01-15T09:00:00Z", "mode": "frozen"}
    assert document["providers"]["parcels"]["parcels"][12]["code"] == "PX-13"
    assert document["providers"]["parcels"]["counters"]["parcel"] == 13
    assert not [name for name in document["providers"]["parcels"] if name.startswith("@")]
    assert "base" not in document["providers"]["parcels"]


def test_a_document_goes_into_another_sandbox_and_another_house(
    tester: Any, enter: Callable[..., Any], build_house: Callable[..., App], sink: Any
) -> None:
    code = tester.order(callback_url=sink.url)["code"]
    tester.fire(code, "pack")
    tester.do("POST", "snapshots", {"name": "mine"})
    document = tester.get("snapshots/mine")
    for other in (enter(seed=1, world="empty"), enter(build_house("products"), seed=1)):
        other.do("PUT", "snapshots/theirs", json.loads(json.dumps(document)))
        other.do("POST", "snapshots/theirs/restore")

        assert other.get("state/parcels/parcels") == tester.get("state/parcels/parcels")
        assert other.get("deliveries") == tester.get("deliveries")
        assert other.order() == {"code": "PX-14", "to": "Ada", "status": "ordered"}
        assert other.get("snapshots/theirs") == {**document, "name": "theirs"}


def test_an_index_in_another_order_survives_the_way_over_a_document(tester: Any, enter: Callable[..., Any]) -> None:
    for id in ("4", "2"):
        tester.do("PATCH", f"state/parcels/parcels/{id}", {"account": "2"})
        tester.do("PATCH", f"state/parcels/parcels/{id}", {"account": "1"})
    tester.do("POST", "snapshots", {"name": "mine"})
    other = enter()
    other.do("PUT", "snapshots/mine", tester.get("snapshots/mine"))
    other.do("POST", "snapshots/mine/restore")

    lists = [one.ask("GET", "/parcels/parcels", headers=one.key()).json for one in (tester, other)]

    assert lists[0] == lists[1]
    assert [parcel["code"] for parcel in lists[0]][-2:] == ["PX-4", "PX-2"]


def test_a_document_by_hand_needs_no_more_than_records(tester: Any) -> None:
    document = {
        "format": "soundcheck-snapshot",
        "version": 1,
        "name": "by-hand",
        "taken_at": "2026-01-15T09:00:00Z",
        "sandbox": {"seed": 7, "clock": {"now": "2026-05-01T11:00:00+02:00", "mode": "frozen"}},
        "providers": {"products": {"products": [{"id": "1", "company_id": "1", "name": "Title", "status": "draft"}]}},
    }

    tester.do("PUT", "snapshots/by-hand", document)
    restored = tester.do("POST", "snapshots/by-hand/restore")

    assert restored["now"] == "2026-05-01T09:00:00Z"
    assert tester.get("state/products")["products"] == 1
    world = tester.app.house.enter(tester.sandbox, "products")
    assert world.count_by("products", "company_id", "1") == 1


def _broken(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def spoil(document: dict[str, Any]) -> dict[str, Any]:
        spoilt = copy.deepcopy(document)
        change(spoilt)
        return spoilt

    return spoil


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        *way, last = path.split("/")
        node: Any = document
        for step in way:
            node = node[int(step) if step.isdigit() else step]
        node[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("format", "other-snapshot", "/format"),
        ("version", 2, "/version"),
        ("version", 1.5, "/version"),
        ("taken_at", "yesterday", "/taken_at"),
        ("taken_at", "2026-06-30T23:59:60Z", "/taken_at"),
        ("extra", 1, "/extra"),
        ("sandbox", [], "/sandbox"),
        ("sandbox/seed", -1, "/sandbox/seed"),
        ("sandbox/world", "atlantis", "/sandbox/world"),
        ("sandbox/clock/now", "1066-10-14T00:00:00Z", "/sandbox/clock/now"),
        ("sandbox/clock/mode", "slow", "/sandbox/clock/mode"),
        ("sandbox/born", "2026-13-01T00:00:00Z", "/sandbox/born"),
        ("sandbox/faults", [{"id": "f", "match": {"path": "("}, "effect": {"status": 500}, "phase": "before"}],
         "/sandbox/faults/0/match/path"),
        ("providers/spotless", {}, "/providers/spotless"),
        ("providers/parcels/parcels", {"1": {}}, "/providers/parcels/parcels"),
        ("providers/parcels/parcels/0", 5, "/providers/parcels/parcels"),
        ("providers/parcels/parcels/0/id", 5, "/providers/parcels/parcels"),
        ("providers/parcels/parcels/0/id", "2", "/providers/parcels/parcels"),
        ("providers/parcels/parcels/0/status", "flying", "/providers/parcels/parcels/0/status"),
        ("providers/parcels/counters", [], "/providers/parcels/counters"),
        ("providers/parcels/counters/parcel", "many", "/providers/parcels/counters/parcel"),
        ("providers/parcels/credentials/0/kind", "song", "/providers/parcels/credentials/0/kind"),
        ("providers/parcels/outbox/0/state", "lost", "/providers/parcels/outbox/0/state"),
        ("providers/parcels/outbox/0/next_attempt_at", "soon", "/providers/parcels/outbox/0/next_attempt_at"),
        ("providers/parcels/timers/0/due", "soon", "/providers/parcels/timers/0/due"),
        ("providers/parcels/timers/0/data/machine", "letter", "/providers/parcels/timers/0/data/machine"),
        ("providers/parcels/timers/0/data/event", "explode", "/providers/parcels/timers/0/data"),
        ("providers/parcels/timers/0/kind", "task", "/providers/parcels/timers/0/data/task"),
        ("providers/parcels/agenda", [{"id": "next"}], "/providers/parcels/agenda/0/due"),
    ],
)  # fmt: skip
def test_a_corrupt_foreign_or_newer_document_is_refused_and_nothing_is_touched(
    enter: Callable[..., Any], sink: Any, path: str, value: Any, pointer: str
) -> None:
    tester = enter(progression="timed")
    tester.do("POST", "clock/advance", {"by": "PT1H"})
    tester.fire(tester.order(callback_url=sink.url)["code"], "pack")
    tester.do("POST", "snapshots", {"name": "good"})
    document = tester.get("snapshots/good")
    before = tester.get("state/parcels/parcels")

    answer = tester.control("PUT", "snapshots/good", _broken(_set(path, value))(document))

    assert answer.status_code == 422, answer.text
    assert any(error["pointer"].startswith(pointer) for error in answer.json["errors"]), answer.json["errors"]
    assert tester.get("snapshots/good") == document
    assert tester.get("state/parcels/parcels") == before


@pytest.mark.parametrize("member", ["format", "version", "name", "taken_at", "sandbox", "providers"])
def test_a_document_that_lacks_a_part_is_refused(tester: Any, member: str) -> None:
    tester.do("POST", "snapshots", {"name": "good"})
    document = tester.get("snapshots/good")
    del document[member]

    assert tester.control("PUT", "snapshots/good", document).status_code == 422


def test_a_snapshot_of_a_provider_that_is_not_served_any_more_is_refused(
    build_house: Callable[..., App], enter: Callable[..., Any], tmp_path: Any
) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    both = enter(build_house("products", store=store), name="lasting")
    both.get("state/products")
    both.do("POST", "snapshots", {"name": "both"})
    alone = enter(build_house(store=store), name="lasting")

    answer = alone.control("POST", "snapshots/both/restore")

    assert answer.status_code == 422
    assert "products" in answer.json["detail"]


def test_snapshots_survive_a_restart_of_a_lasting_store(
    build_house: Callable[..., App], enter: Callable[..., Any], tmp_path: Any
) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    first = enter(build_house(store=store), name="lasting")
    first.order()
    first.do("POST", "snapshots", {"name": "kept"})
    second = type(first)(build_house(store=store), "lasting")
    second.do("POST", "reset", {"world": "empty"})

    second.do("POST", "snapshots/kept/restore")

    assert second.get("state/parcels") == {"parcels": 13}
    assert second.get("clock") == {"now": "2026-01-15T09:00:00Z", "mode": "frozen"}
