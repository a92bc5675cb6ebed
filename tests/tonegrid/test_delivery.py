"""Distribution and deliveries: from approval to the store, updates, takedowns, purges."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.media.sounds import wav


def test_approval_prepares_one_row_per_store(room: Any) -> None:
    """TG-140, TG-100."""
    release = room.approved("spotify", "apple-music", "tidal")

    assert room.states(release) == {"spotify": "pending", "apple-music": "pending", "tidal": "pending"}
    room.attach(release, "deezer")
    assert room.states(release)["deezer"] == "pending"


def test_deliver_queues_all_but_the_blocked(room: Any) -> None:
    """TG-141, TG-142, TG-150, TG-151, TG-210: 3 queued, 1 skipped, one event each."""
    release = room.approved("spotify", "apple-music", "tidal", "youtube-music")
    room.put(f"/supply-chain/releases/{release}/overrides/youtube_music", {"is_blocked": True})
    room.subscribe("release.dsp.*.*")

    answer = room.post(f"/releases/{release}/ddex/deliver")

    assert answer.status_code == 202
    assert answer.json["message"] == "3 DSP(s) queued for direct DDEX delivery."
    assert answer.json["data"] == {
        "queued": [{"dsp": slug, "state": "submitted"} for slug in ("spotify", "apple-music", "tidal")],
        "skipped": [{"dsp": "youtube-music", "reason": "is_blocked"}],
    }
    names = [entry["event"] for entry in room.sent()]
    assert names == [f"release.dsp.{slug}.submitted" for slug in ("spotify", "applemusic", "tidal")]


def test_deliver_refuses_what_it_must(room: Any) -> None:
    """TG-143, TG-144: 404, then 422, then 409."""
    empty, draft, release = room.create(), room.ready("spotify"), room.approved("spotify", "apple-music")
    room.put(f"/supply-chain/releases/{release}/overrides/spotify", {"is_blocked": True})

    none = room.post(f"/releases/{empty}/ddex/deliver")
    early = room.post(f"/releases/{draft}/ddex/deliver")
    blocked = room.post(f"/releases/{release}/ddex/deliver/spotify")
    detached = room.post(f"/releases/{release}/ddex/deliver/tidal")
    unknown = room.post(f"/releases/{release}/ddex/deliver/nope")
    one = room.post(f"/releases/{release}/ddex/deliver/apple_music")

    assert (none.status_code, none.json["error"]) == (422, "No DSPs attached to this release.")
    assert (early.status_code, early.json["error_code"]) == (409, "release.not_approved")
    text = "Delivery to Spotify is blocked via per-DSP override (is_blocked=true)."
    assert (blocked.status_code, blocked.json["error"]) == (409, text)
    assert (detached.status_code, detached.json["error"]) == (422, "DSP 'tidal' is not attached to this release.")
    assert (unknown.status_code, unknown.json["error"]) == (404, "DSP 'nope' not found or inactive.")
    assert one.json["data"]["queued"] == [{"dsp": "apple-music", "state": "submitted"}]


def test_the_worker_leads_a_delivery_to_the_store(timed: Any) -> None:
    """TG-145, TG-146, TG-012: a minute for each step, an event at each, then an address."""
    timed.subscribe("release.dsp.spotify.*")
    release = timed.approved("spotify")
    timed.post(f"/releases/{release}/ddex/deliver")

    seen = []
    for _ in range(2):
        timed.advance(minutes=1)
        seen.append(timed.states(release)["spotify"])
    row = timed.rows(release)[0]

    assert seen == ["accepted", "live"]
    assert row["live_at"] == "2026-11-28T12:02:00Z"
    assert row["dsp_release_id"].startswith("spotify:album:")
    assert row["live_url"] == "https://open.spotify.com/album/" + row["dsp_release_id"].rsplit(":", 1)[1]
    assert timed.status(release) == "live"
    names = [entry["event"].rsplit(".", 1)[1] for entry in timed.sent()]
    assert names == ["submitted", "accepted", "live"]


def test_at_once_means_at_once(quick: Any) -> None:
    """The same way without waiting; every store has it before the answer is there."""
    release = quick.ready("spotify", "tidal")
    quick.post(f"/releases/{release}/submit")

    quick.post(f"/releases/{release}/ddex/deliver")
    before = quick.states(release)
    quick.post(f"/releases/{release}/ddex/purge")

    assert set(before.values()) == {"live"}
    assert set(quick.states(release).values()) == {"taken_down"}
    assert quick.status(release) == "taken_down"


def test_audio_that_differs_from_its_announced_sum_is_rejected(timed: Any) -> None:
    """TG-083, TG-147."""
    release = timed.create()
    track = timed.add_track(release, audio_md5="0" * 32)
    timed.upload(f"/tracks/{track}/audio", "audio", wav(0.2), "a.wav")
    timed.advance(minutes=2)
    timed.attach(release, "spotify")
    timed.subscribe("release.dsp.spotify.rejected")
    timed.post(f"/releases/{release}/submit")
    timed.post(f"/releases/{release}/approve")

    timed.post(f"/releases/{release}/ddex/deliver")
    timed.advance(minutes=1)

    row = timed.rows(release)[0]
    assert row["status"] == "rejected"
    assert "MD5" in row["error_message"]
    assert [entry["event"] for entry in timed.sent()] == ["release.dsp.spotify.rejected"]


def test_a_dsp_may_refuse_and_be_asked_again(room: Any) -> None:
    """TG-147, C-27: rejected and error carry a message; error sends `failed`; both can be delivered anew."""
    release = room.approved("spotify", "tidal")
    room.subscribe("*")
    room.post(f"/releases/{release}/ddex/deliver")
    spotify, tidal = (row["uuid"] for row in room.rows(release))

    room.fire("delivery", spotify, "reject", error_message="Bad cover.")
    room.fire("delivery", tidal, "fail", reason="Timeout.")
    messages = [row["error_message"] for row in room.rows(release)]
    again = room.post(f"/releases/{release}/ddex/deliver").json["data"]

    assert messages == ["Bad cover.", "Timeout."]
    assert [entry["event"] for entry in room.sent()][2:4] == [
        "release.dsp.spotify.rejected",
        "release.dsp.tidal.failed",
    ]
    assert len(again["queued"]) == 2
    assert [row["error_message"] for row in room.rows(release)] == [None, None]


def test_an_update_after_live_keeps_the_thread(room: Any) -> None:
    """TG-148, TG-149, C-25: update_submitted, then live again and `updated` with thread_continuation."""
    release = room.live("spotify")
    before = room.message(release).findtext(".//MessageThreadId")
    room.subscribe("release.dsp.*.*")
    room.put(f"/releases/{release}/localizations", {"localized_titles": {"fr": "Éclipse"}})

    answer = room.post(f"/releases/{release}/ddex/redeliver")
    during = room.states(release)
    again = room.post(f"/releases/{release}/ddex/redeliver").json["data"]
    room.fire("delivery", room.rows(release)[0]["uuid"], "finish_update")
    deliver = room.post(f"/releases/{release}/ddex/deliver").json["data"]

    assert answer.json["data"]["queued"] == [{"dsp": "spotify", "state": "update_submitted"}]
    assert during == {"spotify": "update_submitted"}
    assert again["skipped"] == [{"dsp": "spotify", "reason": "in_progress"}]
    assert deliver["queued"] == [{"dsp": "spotify", "state": "update_submitted"}]
    assert room.message(release).findtext(".//MessageThreadId") == before
    import json

    updated = next(entry for entry in room.sent() if entry["event"] == "release.dsp.spotify.updated")
    assert json.loads(updated["body"])["data"]["thread_continuation"] is True


def test_redeliver_needs_something_live(room: Any) -> None:
    answer = room.post(f"/releases/{room.approved()}/ddex/redeliver")

    assert (answer.status_code, answer.json["error"]) == (409, "Release has no live delivery to update.")


# distribution


def test_distribute_queues_named_or_all_dsps(room: Any) -> None:
    """TG-099, TG-100, TG-101, C-56: attaches what is missing; display names and queued."""
    some, everywhere, draft = room.approved("spotify"), room.approved("spotify"), room.ready()

    answer = room.post(f"/releases/{some}/distribute", {"dsps": ["spotify", "apple_music", "boomplay"]})
    total = room.post(f"/releases/{everywhere}/distribute")
    refused = room.post(f"/releases/{draft}/distribute")

    assert answer.json["message"] == "Distribution queued."
    assert [entry["dsp"] for entry in answer.json["deliveries"]] == ["Spotify", "Apple Music", "Boomplay"]
    assert {entry["status"] for entry in answer.json["deliveries"]} == {"queued"}
    assert len(total.json["deliveries"]) == 24
    assert (refused.status_code, refused.json["error"]) == (409, "Only approved releases can be distributed.")
    assert refused.json["error_code"] == "release.not_approved"


def test_a_scheduled_distribution_waits_for_its_day(timed: Any) -> None:
    """TG-102: and a later day, set again, lets the earlier one pass."""
    release = timed.approved("spotify", "tidal")

    answer = timed.post(
        f"/releases/{release}/distribute", {"dsps": ["spotify", "tidal"], "scheduled_date": "2026-12-01"}
    )
    timed.post(f"/releases/{release}/distribute", {"dsps": ["tidal"], "scheduled_date": "2026-12-05"})
    timed.advance(days=2, hours=11)
    waiting = timed.states(release)
    timed.advance(hours=2)
    first = timed.states(release)
    timed.advance(days=4)

    assert {entry["scheduled_at"] for entry in answer.json["deliveries"]} == {"2026-12-01T00:00:00Z"}
    assert set(waiting.values()) == {"pending"}
    assert first == {"spotify": "live", "tidal": "pending"}
    assert timed.states(release)["tidal"] == "live"


def test_the_distribution_speaks_its_own_words(room: Any) -> None:
    """TG-103, C-26: queued, processing, live; addresses from live on."""
    release = room.approved("spotify")
    path = f"/releases/{release}/distribution"

    seen = [room.get(path).json["deliveries"][0]]
    room.post(f"/releases/{release}/ddex/deliver")
    row = room.rows(release)[0]["uuid"]
    for event in ("accept", "go_live", "request_update", "request_takedown", "finish_takedown"):
        seen.append(room.get(path).json["deliveries"][0])
        room.fire("delivery", row, event)

    assert [entry["status"] for entry in seen] == ["queued", "processing", "processing", "live", "live", "live"]
    assert seen[2]["live_url"] is None
    assert seen[3]["live_url"].startswith("https://open.spotify.com/album/")
    assert seen[3]["delivered_at"] == "2026-11-28T12:00:00Z"


@pytest.mark.parametrize(
    ("changes", "tag", "codes"),
    [
        ([{"worldwide": True, "exclude": ["IR", "KP"]}], "ExcludedTerritoryCode", ["IR", "KP"]),
        ([{"exclude": ["IR"]}, {"include": ["IR"]}], "TerritoryCode", ["Worldwide"]),
        ([{"worldwide": False, "include": ["NG", "GH"]}, {"exclude": ["GH"]}], "TerritoryCode", ["NG"]),
        ([{"worldwide": False, "include": ["NG"]}, {"include": ["KE"]}], "TerritoryCode", ["KE", "NG"]),
    ],
)
def test_a_change_of_territories_reaches_the_message(room: Any, changes: Any, tag: str, codes: list[str]) -> None:
    """TG-104, TG-130."""
    release = room.live("spotify")

    for change in changes:
        answer = room.patch(f"/releases/{release}/distribution/territories", change)

    assert answer.status_code == 202
    assert [element.text for element in room.message(release).iter(tag)] == codes
    assert room.states(release) == {"spotify": "update_submitted"}


def test_territories_refuse_unknown_countries_and_early_changes(room: Any) -> None:
    """TG-104."""
    live, approved = room.live("spotify"), room.approved("spotify")
    path = "/releases/{}/distribution/territories"

    unknown = room.patch(path.format(live), {"exclude": ["XX"]})
    nothing = room.patch(path.format(live), {"worldwide": False})
    early = room.patch(path.format(approved), {"exclude": ["IR"]})

    assert (unknown.status_code, nothing.status_code, early.status_code) == (422, 422, 409)
    assert early.json["error"] == "Release has not been distributed."


def test_a_takedown_is_done_when_every_dsp_has_confirmed(timed: Any) -> None:
    """TG-105, TG-106, TG-158: still live right afterwards; the deal of the message ends."""
    release = timed.approved("spotify", "tidal")
    timed.post(f"/releases/{release}/ddex/deliver")
    timed.advance(minutes=2)

    answer = timed.post(f"/releases/{release}/takedown", {"reason": "Artist request."})
    during = timed.status(release)
    timed.advance(minutes=1)

    assert answer.json["message"] == "Takedown notice sent to 2 DSP(s)."
    assert answer.json["estimated_completion"] == "2026-11-30T00:00:00Z"
    assert (during, timed.status(release)) == ("live", "taken_down")
    assert set(timed.states(release).values()) == {"taken_down"}
    assert timed.message(release).findtext(".//ValidityPeriod/EndDateTime") == "2026-11-28T12:02:00Z"
    assert timed.post(f"/releases/{release}/takedown").json["error"] == "Release is not distributed."


def test_a_takedown_may_name_dsps(room: Any) -> None:
    """TG-100: one of three; unknown and detached ones are refused."""
    release = room.live("spotify", "tidal")

    answer = room.post(f"/releases/{release}/takedown", {"dsps": ["tidal"]})
    room.fire("delivery", room.rows(release)[1]["uuid"], "finish_takedown")
    detached = room.post(f"/releases/{release}/takedown", {"dsps": ["deezer"]})

    assert answer.json["message"] == "Takedown notice sent to 1 DSP(s)."
    assert room.states(release) == {"spotify": "live", "tidal": "taken_down"}
    assert room.status(release) == "live"
    assert detached.status_code == 422


# purge


def test_a_purge_takes_every_row_down_for_good(room: Any) -> None:
    """TG-156, TG-158: events at both steps, with the message's type; nothing revives it."""
    import json

    release = room.live("spotify", "tidal")
    room.subscribe("release.dsp.*.*")

    answer = room.post(f"/releases/{release}/ddex/purge")
    states = room.states(release)
    for row in room.rows(release):
        room.fire("delivery", row["uuid"], "finish_takedown")
    again = room.post(f"/releases/{release}/ddex/deliver")

    assert [entry["state"] for entry in answer.json["data"]["queued"]] == ["takedown_submitted"] * 2
    assert set(states.values()) == {"takedown_submitted"}
    assert room.status(release) == "taken_down"
    bodies = [json.loads(entry["body"]) for entry in room.sent()]
    assert {body["data"]["message_type"] for body in bodies} == {"PurgeReleaseMessage"}
    assert [body["event"].rsplit(".", 1)[1] for body in bodies] == ["takedown_submitted"] * 2 + ["taken_down"] * 2
    assert again.status_code == 409


def test_a_purge_of_one_dsp_leaves_the_others(room: Any) -> None:
    """TG-157."""
    release = room.live("spotify", "tidal")

    room.post(f"/releases/{release}/ddex/purge/tidal")
    room.fire("delivery", room.rows(release)[1]["uuid"], "finish_takedown")
    again = room.post(f"/releases/{release}/ddex/purge/tidal").json["data"]

    assert room.states(release) == {"spotify": "live", "tidal": "taken_down"}
    assert room.status(release) == "live"
    assert again["skipped"] == [{"dsp": "tidal", "reason": "taken_down"}]


def test_a_purge_needs_dsps_and_a_release_that_was_approved(room: Any) -> None:
    none = room.post(f"/releases/{room.create()}/ddex/purge")
    early = room.post(f"/releases/{room.ready()}/ddex/purge")

    assert (none.status_code, none.json["error"]) == (422, "No DSPs attached to this release.")
    assert (early.status_code, early.json["error"]) == (409, "Release is not distributed.")


# catalogues


def test_the_dsp_lists_agree_and_spell_their_own_way(room: Any) -> None:
    """TG-092, TG-108, TG-202, C-22, C-23."""
    ours = room.get("/distribution/dsps").json["dsps"]
    chain = room.get("/supply-chain/dsps").json["data"]

    assert [dsp["name"] for dsp in ours] == [dsp["name"] for dsp in chain["dsps"]]
    assert ours[1] == {
        "id": 2, "name": "Apple Music", "slug": "apple_music", "delivery_method": "ddex_ern", "avg_delivery_days": 3,
    }  # fmt: skip
    assert ours[3]["delivery_method"] == "direct_api"
    assert chain["dsps"][1]["slug"] == "applemusic"
    summary = {"total_active": 24, "direct_ddex_sftp": 18, "direct_ddex_rest": 4, "partner_routed": 2}
    assert chain["summary"] == summary


def test_the_territories_are_249_countries_and_the_world(room: Any) -> None:
    """TG-107, C-24."""
    answer = room.get("/distribution/territories").json

    assert answer["total"] == 249
    assert len(answer["territories"]) == 250
    assert answer["territories"][0] == {"code": "WW", "name": "Worldwide"}


def test_an_inactive_dsp_vanishes_from_the_lists(room: Any) -> None:
    """L44: is_active."""
    room.change("dsps", "tidal", is_active=False)

    chain = room.get("/supply-chain/dsps").json["data"]

    assert chain["summary"]["total_active"] == 23
    assert room.post(f"/releases/{room.create()}/dsps", {"dsps": ["tidal"]}).status_code == 404
