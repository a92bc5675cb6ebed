"""Callbacks: what is sent when, signed over the sent bytes, received and verified with the standard library alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest


class Listener:
    """A receiver as a user of the API would write it."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append((dict(self.headers.items()), body))
                self.send_response(listener.answers.pop(0) if listener.answers else 204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}/hooks/gard"

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """Return the events whose signature is right; every other one fails."""
        events = []
        for headers, body in self.received:
            expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            assert hmac.compare_digest(headers["X-Gard-Signature"], expected)
            events.append(json.loads(body))
        return events

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener on loopback."""
    one = Listener()
    yield one
    one.close()


def _secret(desk: Any) -> str:
    answer = desk.get(f"/api/v1/keys/{desk.key['id']}/webhook-signing-secret")
    assert answer.status_code == 200
    return str(answer.json["webhook_signing_secret"])


def _run(desk: Any) -> None:
    desk.box.house.timeline.run_now(desk.box.name)


def _fits(desk: Any, event: dict[str, Any]) -> bool:
    book = desk.box.house.flats["gard"].book
    media = book.webhooks[event["event"]].body["application/json"]
    return bool(book.schemas.validator(media.schema).holds(event))


def test_a_listener_hears_every_step_signed(desk: Any, listener: Listener) -> None:
    """GARD-207, GARD-209, GARD-210, GARD-211, GARD-214, GARD-218, GARD-219, GARD-222"""
    case = desk.at("live", callback_url=listener.url)

    _run(desk)

    events = listener.verified(_secret(desk))
    assert [(event["event"], event["workflow_status"]) for event in events] == [
        ("moderation_status", "under_review"),
        ("moderation_decision", "sent_to_stores"),
        ("moderation_status", "sent_to_stores"),
        ("moderation_status", "live"),
    ]
    assert all(_fits(desk, event) for event in events)
    assert {headers["Content-Type"] for headers, _ in listener.received} == {"application/json; charset=utf-8"}
    catalog = {"upc": case.get().json["upc"], "tracks": case.get("/tracks").json["tracks"]}
    assert [event.get("catalog") for event in events] == [None, catalog, catalog, catalog]


def test_the_status_event_has_exactly_the_documented_keys(desk: Any) -> None:
    """GARD-214, GARD-220, GARD-221"""
    case = desk.at("under_review", callback_url="http://127.0.0.1:9/hook")

    assert desk.outbox == [
        {
            "event": "moderation_status",
            "moderation_request_id": case.request,
            "submission_id": case.mdr,
            "workflow_status": "under_review",
            "message": "Under moderation review",
            "release_name": "My Single",
            "artist_name": "Stage Name",
            "release_id": case.number,
        }
    ]


def test_a_decision_has_exactly_the_documented_keys(desk: Any) -> None:
    """GARD-216, GARD-217, GARD-220, C32"""
    case = desk.at("under_review", callback_url="http://127.0.0.1:9/hook")

    case.fire("reject", moderator_notes="Blurred cover.")

    decision, status = desk.outbox[1:]
    assert decision == {
        "event": "moderation_decision",
        "moderation_request_id": case.request,
        "submission_id": case.mdr,
        "status": "rejected",
        "workflow_status": "rejected",
        "workflow_message": "Needs edits",
        "release_name": "My Single",
        "upstream_album_id": decision["upstream_album_id"],
        "release_id": case.number,
        "moderator_notes": "Blurred cover.",
    }
    assert (status["event"], status["workflow_status"]) == ("moderation_status", "rejected")
    assert _fits(desk, decision)
    assert _fits(desk, status)


def test_an_approval_says_approved(desk: Any) -> None:
    """GARD-035, GARD-216"""
    case = desk.submitted(callback_url="http://127.0.0.1:9/hook")

    case.fire("approve")

    decision = desk.outbox[0]
    assert (decision["status"], decision["workflow_status"]) == ("approved", "sent_to_stores")
    assert decision["moderator_notes"] is None
    assert decision["upstream_album_id"] == desk.post(f"/releases/{case.rel}/revoke").json["upstream_album_id"]


def test_a_submission_and_its_withdrawal_announce_nothing(desk: Any) -> None:
    """GARD-222"""
    case = desk.submitted(callback_url="http://127.0.0.1:9/hook")
    other = desk.submitted(callback_url="http://127.0.0.1:9/hook")

    desk.ask("DELETE", f"/releases/{case.rel}")
    desk.post(f"/releases/{other.rel}/revoke")

    assert desk.outbox == []


def test_a_stage_is_told_once(desk: Any) -> None:
    """GARD-215"""
    case = desk.at("under_review", callback_url="http://127.0.0.1:9/hook")

    for _ in range(10):
        desk.post(f"/releases/{case.rel}/sync")
        case.get("/status")
    desk.write("submissions", {**desk.world.require("submissions", case.mdr), "status": "submitted"})
    case.fire("start_review")

    assert [event["workflow_status"] for event in desk.outbox] == ["under_review"]


def test_without_a_callback_nothing_is_sent(desk: Any) -> None:
    """GARD-207"""
    desk.at("live")

    assert desk.outbox == []


def test_pitches_takedowns_and_withdrawals_send_nothing(desk: Any) -> None:
    """GARD-223"""
    pitched = desk.submitted(callback_url="http://127.0.0.1:9/hook")
    pitch = desk.pitch(pitched.request).json["id"]
    desk.fire("pitch", pitch, "complete")
    live = desk.at("live")
    takedown = desk.post("/delete-requests/", {"release_id": live.rel}).json["id"]
    desk.fire("delete_request", takedown, "complete")
    desk.post("/payout/withdrawals/request", {"amount_cents": 100, "currency": "USD"})

    assert desk.outbox == []


def test_each_key_signs_its_own_submissions(desk: Any, listener: Listener) -> None:
    """GARD-211"""
    other = desk.as_("full-second-key")
    other.at("under_review", callback_url=listener.url)

    _run(desk)

    assert _secret(desk) != _secret(other)
    assert listener.verified(_secret(other))[0]["workflow_status"] == "under_review"
    with pytest.raises(AssertionError):
        listener.verified(_secret(desk))


def test_a_failed_delivery_is_tried_again_with_the_same_bytes(desk: Any, listener: Listener) -> None:
    """GARD-213, C31"""
    listener.answers = [500, 503]
    desk.at("under_review", callback_url=listener.url)

    desk.advance("2026-05-31T12:10:00Z")

    bodies = {body for _, body in listener.received}
    assert (len(listener.received), len(bodies)) == (3, 1)
    assert listener.verified(_secret(desk))
    delivery = next(iter(desk.world.find("outbox")))
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 204]
    assert delivery["state"] == "delivered"


def test_a_receiver_that_never_answers_well_is_given_up(desk: Any, listener: Listener) -> None:
    """GARD-213"""
    listener.answers = [404] * 9
    desk.at("under_review", callback_url=listener.url)

    desk.advance("2026-06-01T12:00:00Z")

    delivery = next(iter(desk.world.find("outbox")))
    assert (len(delivery["attempts"]), delivery["state"]) == (4, "exhausted")


# keys


def test_keys_are_listed_without_their_secret_part(desk: Any) -> None:
    """GARD-211"""
    rows = desk.get("/api/v1/keys").json["keys"]

    assert [row["id"] for row in rows] == [desk.key["id"], desk.as_("full-second-key").key["id"]]
    assert all(desk.key["value"] != row["prefix"] for row in rows)
    assert rows[0]["prefix"] == desk.key["value"][:9]


@pytest.mark.parametrize("id", ["key_999", "7", "gard_x"])
def test_an_unknown_key_has_no_secret(desk: Any, id: str) -> None:
    """GARD-211"""
    assert desk.get(f"/api/v1/keys/{id}/webhook-signing-secret").status_code == 404


def test_a_key_of_another_account_is_unknown(desk: Any) -> None:
    """GARD-012"""
    other = desk.as_("second-account")

    assert desk.get(f"/api/v1/keys/{other.key['id']}/webhook-signing-secret").status_code == 404


def test_the_keys_are_under_a_path_of_their_own(desk: Any) -> None:
    """GARD-001"""
    assert desk.get("/keys/key_1/webhook-signing-secret").status_code == 404
    assert desk.get("/catalog/platforms").status_code == 200


def test_a_minted_key_has_a_secret_of_its_own(desk: Any) -> None:
    """GARD-211"""
    world = desk.world
    flat = desk.box.house.flats["gard"]
    with desk.box.house.store.transaction(world.space):
        key = flat.mint(world, {"kind": "api_key", "account": desk.key["account"]})

    minted = desk.as_(key["name"])
    assert minted.get("/releases/all").status_code == 200
    assert _secret(minted) != _secret(desk)


def test_a_key_for_a_new_account_opens_it(desk: Any) -> None:
    """GARD-146, GARD-190"""
    world = desk.world
    flat = desk.box.house.flats["gard"]
    with desk.box.house.store.transaction(world.space):
        key = flat.mint(world, {"kind": "api_key", "account": "brand-new"})

    fresh = desk.as_(key["name"])
    assert fresh.get("/panel/reports/streaming.csv").status_code == 400
    assert fresh.get("/analytics/spotify/filters").status_code == 400
    assert fresh.submit().status_code == 200
