"""Two sandboxes never meet, and the same seed, clock and requests give the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.app import App

Step = tuple[str, str, Any]

# One of everything that leaves a trace, and then a look at every place where one could show.
DEEDS: list[Step] = [
    ("POST", "/_control/credentials/parcels", {"kind": "bearer", "account": "9"}),
    ("POST", "/parcels/parcels", {"to": "Ada", "callback_url": "http://127.0.0.1:9/"}),
    ("POST", "/_control/transitions", {"provider": "parcels", "resource": "parcel", "id": "PX-13", "event": "pack"}),
    ("PUT", "/_control/state/parcels/parcels/77", {"code": "PX-77", "to": "B", "account": "1", "status": "held"}),
    ("POST", "/_control/inbound/parcels/stork", {"payload": {"baby": "two"}}),
    ("POST", "/_control/clock/advance", {"by": "PT5M"}),
    ("POST", "/_control/deliveries/run", {}),
    ("POST", "/_control/faults", {"effect": {"delay_ms": 1}, "times": 9}),
    ("PUT", "/_control/limits", {"enabled": False}),
    ("PUT", "/_control/deliveries/policy", {"paused": True}),
    ("POST", "/_control/snapshots", {"name": "mine"}),
    ("GET", "/parcels/parcels", None),
]
LOOKS = [
    "clock", "state/parcels", "state/parcels/parcels", "state/products", "credentials/parcels", "requests",
    "violations", "deliveries", "inbox/parcels", "faults", "snapshots", "coverage", "workflows/parcels", "info",
]  # fmt: skip


def _do(tester: Any, steps: list[Step]) -> list[tuple[Any, ...]]:
    key = tester.key()
    answers = []
    for method, path, body in steps:
        answer = tester.ask(method, path, body, headers={} if "_control" in path else key)
        assert answer.status_code < 300, answer.text
        answers.append((answer.status_code, answer.data, _told(answer)))
    return answers


def _told(answer: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name != "X-Sandbox"]


def _look(tester: Any) -> dict[str, Any]:
    answers = {path: tester.control("GET", path) for path in LOOKS}
    return {path: (answer.status_code, answer.data) for path, answer in answers.items()}


def test_what_is_done_in_one_sandbox_is_not_seen_in_another(enter: Callable[..., Any]) -> None:
    quiet, busy = enter(), enter()
    before = _look(quiet)

    _do(busy, DEEDS)
    after = _look(quiet)

    assert after == before
    assert {path for path in LOOKS if _look(busy)[path] != before[path]} == set(LOOKS) - {
        "state/products", "violations", "workflows/parcels", "info",
    }  # fmt: skip


def test_ids_of_one_sandbox_open_nothing_in_another(enter: Callable[..., Any]) -> None:
    one, other = enter(), enter()
    _do(one, DEEDS)
    delivery, request = one.get("deliveries")[0]["id"], one.get("requests")["requests"][0]["id"]

    places = [f"deliveries/{delivery}", f"requests/{request}", "snapshots/mine", "state/parcels/parcels/77"]

    assert [other.control("GET", place).status_code for place in places] == [404] * 4
    assert other.control("DELETE", "faults/flt_1").status_code == 404
    assert other.ask("GET", "/parcels/parcels", headers={"Authorization": "Bearer x"}).status_code == 401


def test_starting_one_over_or_removing_it_leaves_the_other(enter: Callable[..., Any]) -> None:
    one, other = enter(), enter()
    _do(other, DEEDS)
    before = _look(other)
    _do(one, DEEDS)

    one.do("POST", "reset", {})
    one.do("POST", "snapshots/mine/restore")
    other.control("DELETE", f"sandboxes/{one.sandbox}")

    assert _look(other) == before


def test_the_same_seed_clock_and_requests_give_the_same_bytes(
    enter: Callable[..., Any], build_house: Callable[..., App]
) -> None:
    testers = [enter(), enter(), enter(build_house("products", journal_size=1000))]

    answers = [_do(tester, DEEDS) for tester in testers]
    looks = [{path: answer for path, answer in _look(tester).items() if path != "info"} for tester in testers]

    assert answers[0] == answers[1] == answers[2]
    assert looks[0] == looks[1] == looks[2]


def test_another_seed_gives_other_bytes(enter: Callable[..., Any]) -> None:
    one, other = enter(seed=1), enter(seed=2)

    assert _do(one, DEEDS) != _do(other, DEEDS)


def test_starting_over_gives_the_same_bytes_again(enter: Callable[..., Any]) -> None:
    tester = enter()
    first = _do(tester, DEEDS), _look(tester)
    begin = {"seed": 7, "now": "2026-01-15T09:00:00Z", "clock": "frozen", "progression": "manual"}
    enter(name=tester.sandbox, **begin)
    tester.do("DELETE", "snapshots/mine")
    enter(name=tester.sandbox, **begin)

    assert (_do(tester, DEEDS), _look(tester)) == first


def test_looking_changes_nothing(enter: Callable[..., Any]) -> None:
    tester = enter()
    _do(tester, DEEDS)

    assert _look(tester) == _look(tester)
