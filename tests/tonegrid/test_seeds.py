"""What a new sandbox holds, and that the same seed makes the same one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from mockserver.app import App
from mockserver.core.failure import SHARED_KINDS, Failure
from mockserver.core.message import Body, Request
from mockserver.providers.tonegrid.errors import refuse
from tests.tonegrid.conftest import Room


def test_the_demo_world_has_something_of_everything(room: Any) -> None:
    """Releases in every state, streams in the last thirty days, statements, money to withdraw."""
    full = room.account("full")
    states = Counter(release["status"] for release in room.find("releases", tenant=full))

    assert set(states) == {"draft", "pending", "approved", "live", "taken_down", "rejected"}
    assert room.get("/analytics/summary").json["total_streams"] > 0
    assert len(room.get("/royalties/statements").json["statements"]) >= 2
    assert float(room.get("/royalties/balance").json["balance"]["available_usd"]) > 100
    drafts = room.find("finance_statements", tenant=full, state="draft")
    assert len(drafts) == 1
    assert room.find("tenants", id=full)[0]["tenant_role"] == "enterprise"
    assert room.find("deliveries", tenant=full)


def test_seeded_things_stand_still(timed: Any) -> None:
    """Pending releases and sent payouts of the seed wait for the tester, also where workers act by themselves."""
    before = Counter(release["status"] for release in timed.find("releases"))

    timed.advance(hours=6)

    assert Counter(release["status"] for release in timed.find("releases")) == before


def test_the_same_seed_makes_the_same_world(app: App) -> None:
    """Same seed, clock and requests give the same bytes."""
    answers = []
    for name in ("twin-a", "twin-b"):
        room = Room(app, name)
        release = room.approved("spotify")
        paths = ("/releases", "/analytics/summary", f"/releases/{release}/ddex/deliveries", "/finance/statements")
        answers.append([room.get(path).data for path in paths] + [release.encode(), room.values["full"].encode()])
        app.sandboxes.drop(name)

    assert answers[0] == answers[1]


def test_another_seed_makes_another_world(app: App) -> None:
    rooms = [Room(app, f"seed-{seed}", seed=seed) for seed in (1, 2)]

    keys = [room.values["full"] for room in rooms]

    assert keys[0] != keys[1]
    for room in rooms:
        app.sandboxes.drop(room.name)


def test_the_empty_world_has_credentials_and_no_music(bare: Any) -> None:
    assert bare.get("/releases").json["total"] == 0
    assert bare.get("/supply-chain/dsps").json["data"]["summary"]["total_active"] == 24
    assert bare.get("/analytics/summary").json["top_dsp"] is None
    assert bare.status(bare.live("spotify")) == "live"


def test_ids_that_the_api_shows_lead_to_the_record(room: Any) -> None:
    """A tester moves a machine by the id that an answer printed."""
    world, flat = room.world(), room.app.flats["tonegrid"]

    assert flat.locate(world, "finance_period", "2026-11") is not None
    assert flat.locate(world, "finance_statement", "stmt_202610") is not None
    assert flat.locate(world, "release", "nothing") is None


@pytest.mark.parametrize("kind", sorted(SHARED_KINDS | {"bad_preference", "bad_sandbox", "unknown_world", "odd"}))
def test_every_refusal_of_the_house_has_the_documents_form(kind: str) -> None:
    """TG-006, TG-007, TG-028: {success: false, error}; never an exception."""
    request = Request("r1", "GET", "/", "", {}, Body(None, 0), "", "s", "tonegrid", "http://localhost")
    detail = "A sandbox is named so." if kind.startswith(("bad", "unknown_world", "illegal", "internal")) else ""

    reply = refuse(Failure(kind, detail), request, None)

    assert reply.body["success"] is False
    assert isinstance(reply.body["error"], str)
    assert reply.body["error"]
    assert (kind == "unavailable") == (reply.body["error"] == "Service temporarily unavailable.")
    assert 400 <= reply.status <= 503


def test_documented_answers_can_be_asked_for(room: Any) -> None:
    """TG-007: Prefer: code=503, and an example by name."""
    down = room.ask("GET", "/releases", headers={"Prefer": "code=503"})
    example = room.ask("GET", "/releases", headers={"Prefer": "example=live"})

    assert (down.status_code, down.json["error"]) == (503, "Service temporarily unavailable.")
    assert example.json["data"][0]["title"] == "Eclipse"
