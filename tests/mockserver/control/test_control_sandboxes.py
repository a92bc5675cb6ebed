"""Sandboxes: begun, started over, removed, never mixed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_a_sandbox_begins_as_it_was_asked_to(tester: Any) -> None:
    made = tester.do(
        "PUT",
        "sandboxes/begun",
        {"world": "empty", "seed": 42, "now": "2026-02-01T00:00:00+01:00", "progression": "immediate", "limits": False},
    )
    tester.do("DELETE", "sandboxes/begun")

    assert made == {
        "name": "begun",
        "size": 0,
        "now": "2026-01-31T23:00:00Z",
        "world": "empty",
        "seed": 42,
        "clock": "frozen",
        "progression": "immediate",
        "limits": False,
    }


def test_creating_is_201_and_starting_over_200(tester: Any) -> None:
    first = tester.control("PUT", "sandboxes/twice", {})
    second = tester.control("PUT", "sandboxes/twice")
    tester.do("DELETE", "sandboxes/twice")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json["clock"] == "running"


def test_starting_over_loses_everything_but_snapshots(tester: Any) -> None:
    tester.order()
    tester.do("POST", "snapshots", {"name": "before"})
    tester.do("POST", "faults", {"effect": {"delay_ms": 1}})

    tester.do("POST", "reset", {"now": "2026-03-01T00:00:00Z", "world": "empty"})

    assert tester.get("clock")["now"] == "2026-03-01T00:00:00Z"
    assert tester.get("state/parcels") == {"parcels": 0}
    assert tester.get("requests")["requests"] == []
    assert tester.get("faults") == []
    assert tester.get("inbox/parcels") == []
    assert not any(row["count"] for row in tester.get("coverage")["operations"])
    assert [entry["name"] for entry in tester.get("snapshots")] == ["before"]


def test_an_unknown_world_is_refused_and_nothing_is_lost(tester: Any) -> None:
    tester.order()

    answer = tester.control("POST", "reset", {"world": "atlantis"})

    assert answer.status_code == 422
    assert "demo, empty" in answer.json["detail"]
    assert answer.json["errors"][0]["pointer"] == "/world"
    assert tester.get("state/parcels") == {"parcels": 13}


@pytest.mark.parametrize("world", ["../worlds/demo", "demo.yaml", "a" * 5000, "demo\0", "/etc/passwd", "~"])
def test_a_world_is_a_name_and_never_a_path(tester: Any, world: str) -> None:
    answer = tester.control("PUT", f"sandboxes/{tester.sandbox}", {"world": world})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"seed": -1}, "/seed"),
        ({"seed": 2**60}, "/seed"),
        ({"seed": 1e300}, "/seed"),
        ({"seed": "7"}, "/seed"),
        ({"now": "yesterday"}, "/now"),
        ({"now": "2026-01-15T09:00:00"}, "/now"),
        ({"now": "2026-02-30T09:00:00Z"}, "/now"),
        ({"now": "2026-01-15T23:59:60Z"}, "/now"),
        ({"now": "1066-10-14T09:00:00Z"}, "/now"),
        ({"now": "9999-12-31T23:59:59Z"}, "/now"),
        ({"now": "0001-01-01T00:00:00+23:59"}, "/now"),
        ({"clock": "slow"}, "/clock"),
        ({"progression": "never"}, "/progression"),
        ({"limits": "yes"}, "/limits"),
        ({"name": "x"}, "/name"),
    ],
)
def test_what_a_sandbox_cannot_begin_with_is_named(tester: Any, body: dict[str, Any], pointer: str) -> None:
    answer = tester.control("POST", "reset", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_an_integer_may_be_written_with_a_fraction_of_nothing(tester: Any) -> None:
    answer = tester.control("POST", "reset", data=b'{"seed": 7.0}', content_type="application/json")

    assert answer.json["seed"] == 7
    assert '"seed":7,' in answer.text


@pytest.mark.parametrize("name", ["QA", "a.b", "-", "a" * 64])
def test_a_name_of_another_form_is_unprocessable(tester: Any, name: str) -> None:
    answer = tester.control("PUT", f"sandboxes/{name}", {})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["in"] == "path"


def test_a_removed_sandbox_comes_to_life_again_from_the_default_world(tester: Any, enter: Callable[..., Any]) -> None:
    other = enter(world="empty")
    tester.do("POST", "snapshots", {"name": "gone"})

    assert other.control("DELETE", f"sandboxes/{tester.sandbox}").status_code == 204
    names = [entry["name"] for entry in other.get("sandboxes")]

    assert tester.sandbox not in names
    assert other.sandbox in names
    assert tester.get("state/parcels") == {"parcels": 12}
    assert tester.get("clock")["mode"] == "running"
    assert tester.get("snapshots") == []


def test_a_sandbox_that_never_was_cannot_be_removed(tester: Any) -> None:
    answer = tester.control("DELETE", "sandboxes/never-was")

    assert answer.status_code == 404


def test_looking_for_sandboxes_makes_none(tester: Any) -> None:
    tester.ask("GET", "/_control/sandboxes", headers={"X-Sandbox": "onlooker"})
    tester.ask("GET", "/_control/health", headers={"X-Sandbox": "onlooker"})

    assert "onlooker" not in [entry["name"] for entry in tester.get("sandboxes")]


def test_a_sandbox_tells_its_size(tester: Any) -> None:
    tester.get("state/parcels")
    entry = next(entry for entry in tester.get("sandboxes") if entry["name"] == tester.sandbox)

    assert entry["size"] == 12


def test_limits_are_switched_off_and_on(tester: Any) -> None:
    key = tester.key()

    off = tester.do("PUT", "limits", {"enabled": False})
    without = [tester.ask("GET", "/parcels/parcels", headers=key).status_code for _ in range(5)]
    tester.do("PUT", "limits", {"enabled": True})
    within = [tester.ask("GET", "/parcels/parcels", headers=key).status_code for _ in range(5)]

    assert off == {"enabled": False}
    assert without == [200] * 5
    assert within == [200, 200, 200, 429, 429]
