"""The promise as a whole: every operation, every status, every transition, every rule."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from mockserver import census
from mockserver.core.failure import MOCK_KINDS, SHARED_KINDS, Failure
from mockserver.core.message import Body, Request
from mockserver.providers.og_records import PROVIDER, errors
from specs import open_book
from specs.load import find_dead_references

BOOK = open_book("og_records")
HERE = Path(__file__).parent
UNKNOWN = "11111111-2222-4333-8444-555555555555"
# Promised statuses that one call alone can bring about, by what is wrong with it.
WRONGS = {
    "unreadable query": 400,
    "no credential": 401,
    "no scope": 403,
    "unknown id": 404,
    "too large": 413,
    "other type": 415,
    "used up": 429,
}
EXAMPLES = [
    (operation.id, status, name)
    for operation in BOOK.operations.values()
    for status, promise in operation.promises.items()
    for media in promise.content.values()
    for name in media.examples
]


def test_the_census_is_complete() -> None:
    """OG-001, OG-002"""
    assert census.find_differences(PROVIDER) == []
    assert (len(PROVIDER.operations), len(BOOK.webhooks)) == (26, 3)


def test_the_document_is_openapi_3_1_with_usable_names() -> None:
    """OG-002, OG-147"""
    ids = [operation.id for operation in (*BOOK.operations.values(), *BOOK.webhooks.values())]

    assert BOOK.document["openapi"].startswith("3.1.")
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", id) for id in ids)
    assert len(ids) == len(set(ids))
    assert list(find_dead_references(BOOK.document)) == []


def test_fifteen_calls_live_under_the_version_and_five_hooks_beside_it() -> None:
    """OG-001"""
    documented = [one.path for one in BOOK.operations.values() if one.basis == "documented"]

    assert sum(path.startswith("/api/v1/") for path in documented) == 15
    assert sum(path.startswith("/webhooks/") for path in documented) == 5


def _applies(operation: Any, wrong: str) -> bool:
    """Whether this can be wrong with a call and be told: who names an unknown id hears of that first."""
    has_id = any(parameter.place == "path" for parameter in operation.parameters)
    if wrong == "unknown id":
        return has_id
    if wrong == "no scope":
        return bool(operation.scopes)
    if wrong in ("other type", "too large", "unreadable query") and has_id:
        return False
    return WRONGS[wrong] in operation.promises


PAIRS = [
    (one.id, wrong)
    for one in BOOK.operations.values()
    for wrong in WRONGS
    if one.path.startswith("/api/v1/") and _applies(one, wrong)
]


def _path(operation: Any) -> str:
    filled = operation.path.replace("{step}", "basics").replace("{slug}", "nope")
    return str(re.sub(r"\{\w+\}", UNKNOWN, filled))


def _call(desk: Any, operation: Any, wrong: str) -> Any:
    path, rest = _path(operation), {}
    if operation.body and wrong not in ("other type", "too large"):
        rest = {"json": next(iter(next(iter(operation.body.values())).examples.values()), {})}
    if wrong == "unreadable query":
        return desk.call(operation.method, f"{path}?a=%FF", **rest)
    if wrong == "no credential":
        return desk.call(operation.method, path, key=None, **rest)
    if wrong == "no scope":
        return desk.call(operation.method, path, key="no-scope", **rest)
    if wrong == "too large":
        told = {"CONTENT_LENGTH": str(operation.max_bytes + 1), "CONTENT_TYPE": next(iter(operation.body))}
        return desk.call(operation.method, path, environ_overrides=told)
    if wrong == "other type":
        return desk.call(operation.method, path, data=b"x", content_type="text/csv")
    if wrong == "used up":
        for _ in range(60):
            desk.get("/api/v1/payouts?limit=1", key=None if operation.is_open else "full")
    return desk.call(operation.method, path, key=None if operation.is_open else "full", **rest)


@pytest.mark.parametrize(("id", "wrong"), PAIRS)
def test_what_can_be_wrong_with_any_call_is_answered_as_promised(desk: Any, id: str, wrong: str) -> None:
    """OG-003, OG-015, OG-034"""
    operation, status = BOOK.operations[id], WRONGS[wrong]

    answer = _call(desk, operation, wrong)

    assert answer.status_code == status, answer.text
    assert re.fullmatch(r"[a-z_]+", answer.json["error"]["code"])
    assert answer.json["error"]["message"].endswith(".")
    assert isinstance(answer.json["error"]["details"], list)
    assert int(answer.headers["X-RateLimit-Limit"]) == 60


@pytest.mark.parametrize(("id", "status", "name"), EXAMPLES)
def test_every_documented_example_can_be_asked_for(desk: Any, id: str, status: int, name: str) -> None:
    operation = BOOK.operations[id]
    prefer = {"Prefer": f"code={status}, example={name}"}

    answer = desk.call(operation.method, _path(operation), headers=prefer)

    assert answer.status_code == status


@pytest.mark.parametrize("kind", sorted(SHARED_KINDS | MOCK_KINDS | {"invalid_wish", "never heard of"}))
@pytest.mark.parametrize("path", ["/api/v1/releases", "/webhooks/mailgun", "/oauth/token", "/nope"])
def test_every_refusal_has_a_form(kind: str, path: str) -> None:
    """OG-003"""
    match = BOOK.routes.match(path)
    operation = match.methods.get("POST") if match else None
    request = Request("1", "POST", path, "", {}, Body(None, 0), "::1", "s", "og_records", "http://localhost")

    reply = errors.refuse(Failure(kind, place="body", reason="syntax"), request, operation)

    assert 400 <= reply.status <= 599
    assert reply.body["error"]


def test_every_code_that_we_print_is_promised() -> None:
    """OG-003"""
    promised = BOOK.document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"]

    printed = {code for _, code in errors._KINDS.values()} | {"event_unusable", "internal_error"}

    assert printed == set(promised)


def _ways_to(lifecycle: Any, state: str) -> list[str]:
    """The events that lead from the initial state to a state."""
    ways: dict[str, list[str]] = {lifecycle.initial: []}
    waiting = [lifecycle.initial]
    while waiting:
        here = waiting.pop(0)
        for row in lifecycle.transitions:
            if here in row.sources and row.target not in ways:
                ways[row.target] = [*ways[here], row.event]
                waiting.append(row.target)
    return ways[state]


def _fresh(desk: Any, machine: str) -> str:
    """A record in its machine's initial state, for which every guard is content."""
    if machine == "payout":
        return str(desk.post("/api/v1/payouts/request", {"amount": "5"}).json["id"])
    if machine == "invitation":
        body = {"name": "A", "email": "a@example.com", "invite": True}
        return str(desk.post("/api/v1/persons", body).json["id"])
    if machine == "audio_qc":
        return str(desk.track(desk.release()["id"])["id"])
    if machine == "cover_qc":
        release = desk.release()
        desk.track(release["id"])
        return str(release["id"])
    return str(desk.ready()[0])


def _data(event: str, damage: list[dict[str, str]]) -> dict[str, Any]:
    file = {"file_name": "a.wav", "content_type": "audio/wav", "size_bytes": 9, "duration_ms": 9, "damage": damage}
    return {"file": {**file, "uploaded_at": "2026-03-15T12:00:00Z"}} if event == "upload" else {}


ROWS = [
    (name, state, row.event, row.target)
    for name, lifecycle in BOOK.lifecycles.items()
    for row in lifecycle.transitions
    for state in row.sources
]
DAMAGE = [{"code": "truncated", "message": "Cut."}]


@pytest.mark.parametrize(("machine", "state", "event", "target"), ROWS)
def test_every_transition_leads_where_the_table_says(
    manual: Any, machine: str, state: str, event: str, target: str
) -> None:
    """OG-065, OG-068, OG-077, OG-079, OG-101, OG-124, OG-125, OG-140"""
    manual.endpoint()
    id, lifecycle = _fresh(manual, machine), BOOK.lifecycles[machine]
    way = _ways_to(lifecycle, state)
    damage = DAMAGE if "find_damage" in (event, *way) else []
    for step in way:
        manual.fire(machine, id, step, **_data(step, damage))
    before = len(manual.deliveries())

    fired = manual.fire(machine, id, event, **_data(event, damage))

    row = lifecycle.find(state, event)
    assert (fired.source, fired.target) == (state, target)
    assert fired.record[lifecycle.field] == target
    assert len(manual.deliveries()) - before == len(row.emits)
    assert bool(row.emits) == (state != target and machine != "invitation")


@pytest.mark.parametrize("machine", list(BOOK.lifecycles))
def test_every_other_event_is_refused_and_changes_nothing(manual: Any, machine: str) -> None:
    """OG-068"""
    lifecycle = BOOK.lifecycles[machine]
    for state in lifecycle.states:
        illegal = lifecycle.events() - set(lifecycle.legal_events(state))
        if not illegal:
            continue
        if machine == "invitation":
            manual.app.sandboxes.start_over(manual.name, {"now": "2026-03-15T12:00:00Z", "progression": "manual"})
        id = _fresh(manual, machine)
        way = _ways_to(lifecycle, state)
        damage = DAMAGE if "find_damage" in way else []
        for step in way:
            manual.fire(machine, id, step, **_data(step, damage))
        for event in sorted(illegal):
            with pytest.raises(Failure) as refused:
                manual.fire(machine, id, event)
            assert refused.value.facts["state"] == state
            assert refused.value.kind in ("illegal_transition", "release_locked")


def test_every_rule_is_proved_by_a_sentence_here() -> None:
    """The catalogue and the tests keep each other in step."""
    named: set[str] = set()
    for file in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for found in re.findall(r"OG-(\d{3})(?: to OG-(\d{3}))?", ast.get_docstring(node) or ""):
                    named.add(f"OG-{found[0]}")

    assert sorted(set(BOOK.rules) - named) == []
    assert sorted(named - set(BOOK.rules)) == []
