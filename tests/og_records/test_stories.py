"""One journey per story, through the front door alone: the API and the control API over HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver.media.sounds import wav


class Stage:
    """A sandbox that is moved by the control API only."""

    def __init__(self, app: Any, name: str) -> None:
        self._client, self._name = Client(app.wsgi), name
        self.control("PUT", f"/sandboxes/{name}", {"now": "2026-03-15T12:00:00Z", "clock": "frozen", "seed": 5})
        self.credentials = {one["name"]: one for one in self.control("GET", "/credentials/og_records")}

    def control(self, method: str, path: str, json: Any = None) -> Any:
        sent = {"json": json} if json is not None else {}
        answer = self._client.open(f"/_control{path}", method=method, headers={"X-Sandbox": self._name}, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json

    def call(self, method: str, path: str, json: Any = None, key: str | None = "full", **rest: Any) -> Any:
        headers = {"X-Sandbox": self._name}
        if key is not None:
            headers["X-API-Key"] = self.credentials[key]["value"] if key in self.credentials else key
        sent = {"json": json} if json is not None else {}
        return self._client.open(f"/og_records{path}", method=method, headers=headers, **sent, **rest)

    def advance(self, by: str) -> list[dict[str, Any]]:
        return list(self.control("POST", "/clock/advance", {"by": by})["effects"])

    def fire(self, resource: str, id: str, event: str, **data: Any) -> Any:
        order = {"provider": "og_records", "resource": resource, "id": id, "event": event, "data": data}
        return self.control("POST", "/transitions", order)

    def inbound(self, hook: str, payload: Any = None, variant: str = "valid") -> int:
        order = {"variant": variant, **({"payload": payload} if payload is not None else {})}
        return int(self.control("POST", f"/inbound/og_records/{hook}", order)["answered"]["status"])

    def deliveries(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.control("GET", "/deliveries?provider=og_records") if one["event"] == event]


@pytest.fixture
def stage(app: Any) -> Any:
    opened = Stage(app, "og-story")
    yield opened
    broken = opened.control("GET", "/violations")
    app.sandboxes.drop("og-story")
    assert broken == []


def _release(stage: Any) -> tuple[str, str]:
    body = {"title": "Harbour Lights", "artist_name": "Lena Nordwind", "release_type": "single"}
    release = stage.call("POST", "/api/v1/releases", body).json["id"]
    sound = io.BytesIO(wav(1, sample_rate_hz=8000, channels=1))
    form = {"release_id": release, "title": "Harbour Lights", "audio_file": (sound, "lights.wav")}
    track = stage.call("POST", "/api/v1/tracks", data=form).json["id"]
    for step, content in (
        ("distribution", {"dsps": ["spotify"], "territories": ["DE"], "release_date": "2026-03-20"}),
        ("rights", {"copyright_line": "2026 N", "production_line": "2026 N"}),
        ("tracks", {"track_ids": [track]}),
        ("artwork", {"cover_url": "https://cdn.example.com/a.jpg"}),
    ):
        assert stage.call("PATCH", f"/api/v1/releases/{release}/{step}", content).status_code == 200
    return release, track


def test_from_the_wizard_to_the_shops(stage: Any) -> None:
    """OG-060 to OG-065, OG-048, OG-124, OG-140"""
    stage.call("POST", "/api/v1/webhook-endpoints", {"url": "http://127.0.0.1:9/hook"})
    release, _ = _release(stage)
    early = stage.call("POST", f"/api/v1/releases/{release}/submit")
    stage.advance("PT30S")

    submitted = stage.call("POST", f"/api/v1/releases/{release}/submit")
    taken = stage.inbound("dsp-sync", {"release_id": release, "status": "live"})

    shown = stage.call("GET", f"/api/v1/releases/{release}").json
    assert (early.status_code, taken) == (422, 200)
    assert (submitted.json["status"], shown["status"]) == ("submitted", "distributed")
    assert [one["event"] for one in stage.deliveries("release.status_changed")] == ["release.status_changed"] * 2


def test_a_split_is_disputed_until_it_is_a_hundred(stage: Any) -> None:
    """OG-085 to OG-091"""
    release, track = _release(stage)
    one = stage.call("POST", "/api/v1/persons", {"name": "A"}).json["id"]
    two = stage.call("POST", "/api/v1/persons", {"name": "B", "email": "b@example.com", "invite": True}).json["id"]

    def split(first: float, second: float) -> Any:
        shares = [{"person_id": one, "percentage": first}, {"person_id": two, "percentage": second}]
        return stage.call("POST", "/api/v1/splits", {"track_id": track, "shares": shares})

    disputed, settled = split(60, 30), split(60, 40)

    listed = stage.call("GET", f"/api/v1/releases/{release}/splits").json["data"]
    assert (disputed.status_code, settled.status_code) == (422, 201)
    assert listed == [settled.json]
    assert stage.control("GET", "/inbox/og_records?to=b@example.com")[0]["channel"] == "email"


def test_a_key_is_rotated_over_eight_days(stage: Any) -> None:
    """OG-017 to OG-019"""
    old = stage.credentials["full"]
    new = stage.call("POST", f"/api/v1/api-keys/{old['id']}/rotate").json["key"]
    days = []

    for _ in range(8):
        stage.advance("P1D")
        days.append([stage.call("GET", "/api/v1/payouts", key=key).status_code for key in (old["value"], new)])

    assert days == [[200, 200]] * 6 + [[401, 200]] * 2


def test_a_limit_is_hit_and_recovered_from(stage: Any) -> None:
    """OG-030, OG-035"""
    statuses = [stage.call("GET", "/api/v1/payouts").status_code for _ in range(60)]
    refused = stage.call("GET", "/api/v1/payouts")

    stage.advance(f"PT{refused.headers['Retry-After']}S")

    assert set(statuses) == {200}
    assert refused.status_code == 429
    assert stage.call("GET", "/api/v1/payouts").status_code == 200


def test_wise_pays_a_payout(stage: Any) -> None:
    """OG-099, OG-101"""
    stage.call("POST", "/api/v1/webhook-endpoints", {"url": "http://127.0.0.1:9/hook"})
    payout = stage.call("POST", "/api/v1/payouts/request", {"amount": "25.00"}).json
    change = {"resource": {"id": int(payout["provider_reference"])}, "current_state": "outgoing_payment_sent"}

    refused = stage.inbound("wise", {"data": change}, "bad-signature")
    taken = stage.inbound("wise", {"data": change})

    newest = stage.call("GET", "/api/v1/payouts?limit=1").json["data"][0]
    assert (refused, taken) == (400, 200)
    assert (newest["id"], newest["status"]) == (payout["id"], "paid")
    assert len(stage.deliveries("payout.status_changed")) == 1


def test_a_campaign_goes_from_presave_to_release(stage: Any) -> None:
    """OG-110 to OG-117"""
    release, _ = _release(stage)
    body = {
        "release_id": release,
        "slug": "campaign",
        "destinations": [{"dsp": "spotify", "url": "https://open.spotify.com/album/1"}],
        "presave": {"enabled": True},
    }
    link = stage.call("POST", "/api/v1/smartlinks", body).json
    before = stage.call("GET", "/api/v1/smartlinks/campaign?dsp=spotify", key=None).json
    stage.advance("P5D")
    after = stage.call("GET", "/api/v1/smartlinks/campaign?dsp=spotify", key=None).json

    stats = stage.call("GET", f"/api/v1/smartlinks/{link['id']}/stats").json

    assert (before["presave"]["enabled"], before["destinations"]) == (True, [])
    assert (after["presave"]["enabled"], after["destinations"]) == (False, body["destinations"])
    assert (stats["clicks"], stats["conversions"]) == (2, 2)


def test_stripe_sends_an_event_again(stage: Any) -> None:
    """OG-120 to OG-122"""
    subscription = {"status": "active", "metadata": {"account": "nordwind", "plan": "business"}}
    moving = {"id": "evt_1", "type": "customer.subscription.updated", "data": {"object": subscription}}
    back = {"id": "evt_2", "type": "customer.subscription.deleted", "data": {"object": subscription}}

    def plans() -> set[str]:
        return {one["plan"] for one in stage.call("GET", "/api/v1/api-keys").json["data"]} - {"sandbox"}

    seen, statuses = [plans()], []
    sent = [(moving, "valid"), (back, "valid"), (moving, "valid"), (None, "replay"), (moving, "stale")]
    for payload, variant in sent:
        statuses.append(stage.inbound("stripe", payload, variant))
        seen.append(plans())

    assert statuses == [200, 200, 200, 200, 400]
    assert seen == [{"free", "business"}, {"business"}, {"free"}, {"free"}, {"free"}, {"free"}]


def test_no_secret_shows_in_the_journal(stage: Any) -> None:
    """OG-148"""
    client = stage.credentials["client"]
    back = "https://app.example.com/callback"
    asked = f"response_type=code&client_id={client['client_id']}&redirect_uri={back}"
    code = stage.call("GET", f"/oauth/authorize?{asked}", key=None).headers["Location"].partition("code=")[2]
    form = {"client_id": client["client_id"], "client_secret": client["client_secret"], "redirect_uri": back}
    form |= {"grant_type": "authorization_code", "code": code}
    tokens = stage.call("POST", "/oauth/token", key=None, data=form).json
    made = [
        stage.call("POST", "/api/v1/api-keys/key_0005/rotate").json["key"],
        stage.call("POST", "/api/v1/webhook-endpoints", {"url": "https://hooks.example.com/"}).json["secret"],
    ]
    stage.inbound("whapi")

    told = "".join(
        str(stage.control("GET", f"/requests/{one['id']}")) for one in stage.control("GET", "/requests")["requests"]
    )

    secrets = [*made, code, tokens["access_token"], tokens["refresh_token"], client["client_secret"]]
    secrets += [stage.credentials[name]["value"] for name in ("full", "webhook-whapi")]
    assert [secret for secret in secrets if secret in told] == []
    assert "issueToken" in told
