"""The seeded worlds: what is in them, that they agree with themselves, that they repeat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver.app import build
from mockserver.fakes.identifiers import is_valid_isrc, is_valid_upc
from mockserver.settings import read_settings

NAMES = "full second-account no-scope expired free business client consent-client".split()
HOOKS = "stripe wise dsp-sync mailgun whapi".split()


@pytest.mark.parametrize("world", ["demo", "empty"])
def test_every_world_has_credentials_that_work(make_desk: Any, world: str) -> None:
    """OG-050: a tester starts with seeded keys, as no call gives them out."""
    desk = make_desk(world=world)
    known = {one["name"]: one for one in desk.records("credentials")}

    assert set(known) == {*NAMES, *(f"webhook-{hook}" for hook in HOOKS)}
    assert known["full"]["account"] != known["second-account"]["account"]
    assert {known[name]["plan"] for name in ("full", "free", "business")} == {"sandbox", "free", "business"}
    assert [desk.get("/api/v1/earnings", key=name).status_code for name in ("full", "expired")] == [200, 401]
    assert known["client"]["redirect_uris"]
    assert next(name for name, one in known.items() if one["kind"] == "client") == "client"


def test_the_empty_world_owns_nothing(make_desk: Any) -> None:
    desk = make_desk(world="empty")

    assert desk.get("/api/v1/earnings").json["data"] == []
    assert desk.get("/api/v1/payouts").json["data"] == []
    assert desk.records("releases") == []
    desk.advance(days=60)
    assert desk.records("earnings") == []


def test_the_demo_world_shows_every_settled_state(desk: Any) -> None:
    """OG-046"""
    releases = desk.records("releases")

    assert {one["status"] for one in releases} == {"draft", "rejected", "distributed", "taken_down"}
    assert {one["status"] for one in desk.records("payouts")} == {"paid", "failed", "cancelled"}
    assert {one["status"] for one in desk.records("persons")} == {"active", "invited"}
    assert desk.records("inbox")[0]["to"] == desk.records("invitations")[0]["email"]


def test_a_draft_of_the_demo_world_is_ready_to_be_submitted(desk: Any) -> None:
    own = [one for one in desk.records("releases") if one["account"] == "nordwind"]
    drafts = [one["id"] for one in own if one["status"] == "draft"]

    statuses = {desk.post(f"/api/v1/releases/{id}/submit").status_code for id in drafts}

    assert statuses == {200, 422}


def test_seeded_releases_can_be_read_and_have_valid_codes(desk: Any) -> None:
    for release in desk.records("releases"):
        key = "full" if release["account"] == "nordwind" else "second-account"
        detail = desk.get(f"/api/v1/releases/{release['id']}", key=key).json
        assert len(desk.get(f"/api/v1/releases/{release['id']}/splits", key=key).json["data"]) >= 1
        if release["status"] in ("distributed", "taken_down"):
            assert is_valid_upc(detail["upc"])
            assert all(is_valid_isrc(track["isrc"]) for track in detail["tracks"])
    codes = [track["isrc"] for track in desk.records("tracks") if track["isrc"]]
    assert len(codes) == len(set(codes))


def test_seeded_splits_add_up(desk: Any) -> None:
    """OG-087"""
    for split in desk.records("splits"):
        assert sum(Decimal(str(share["percentage"])) for share in split["shares"]) == 100


def test_seeded_payouts_never_took_more_than_had_been_earned(desk: Any) -> None:
    """OG-100"""
    for account in ("nordwind", "hafenkante"):
        earned = [row for row in desk.records("earnings") if row["account"] == account]
        payouts = [one for one in desk.records("payouts") if one["account"] == account]
        assert payouts == sorted(payouts, key=lambda one: str(one["requested_at"]))
        taken = 0
        for payout in payouts:
            before = sum(row["amount"] for row in earned if row["period"] < payout["requested_at"][:7])
            assert 100 <= payout["amount"] <= before - taken
            taken += payout["amount"] if payout["status"] == "paid" else 0


def test_the_same_seed_gives_the_same_bytes(make_desk: Any) -> None:
    paths = ["/api/v1/earnings?limit=100", "/api/v1/payouts", "/api/v1/api-keys"]

    def told(seed: int) -> list[str]:
        desk = make_desk(seed=seed)
        ids = [one["id"] for one in desk.records("releases") if one["account"] == "nordwind"]
        return [desk.get(path).text for path in (*paths, *(f"/api/v1/releases/{id}" for id in ids))]

    assert told(11) == told(11)
    assert told(11) != told(12)


def test_the_same_story_gives_the_same_bytes(make_desk: Any) -> None:
    def story(desk: Any) -> list[str]:
        desk.endpoint()
        release_id, _ = desk.submitted()
        desk.advance(hours=1)
        answers = [desk.get(f"/api/v1/releases/{release_id}"), desk.post("/api/v1/payouts/request")]
        return [answer.text for answer in answers] + [one["body"] for one in desk.deliveries()]

    assert story(make_desk()) == story(make_desk())


def test_a_world_lives_in_a_file_as_well_as_in_memory(tmp_path: Any) -> None:
    app = build(read_settings({"providers": ("og_records",), "store": f"sqlite:{tmp_path / 'og.db'}"}, {}))
    app.sandboxes.start_over("file", {"now": "2026-03-15T12:00:00Z", "seed": 7})
    world = app.sandboxes.world(app.sandboxes.open("file", "og_records"), "og_records")
    key = next(one for one in world.find("credentials") if one["name"] == "full")["value"]
    headers = {"X-Sandbox": "file", "X-API-Key": key}
    client = Client(app.wsgi)

    earned = client.get("/og_records/api/v1/earnings?limit=100", headers=headers)
    paid = client.post("/og_records/api/v1/payouts/request", headers=headers)

    assert (earned.status_code, paid.status_code) == (200, 201)
    assert earned.headers["X-RateLimit-Remaining"] == "59"
    assert paid.headers["X-RateLimit-Remaining"] == "58"
    app.store.close()
