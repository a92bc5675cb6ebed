"""What changes when the mock serves ToneGrid as others observed it (observed.overlay.yaml), and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug.test import Client

from mockserver.app import App, build, load_flats
from mockserver.census import CensusFailed, find_differences
from mockserver.providers.tonegrid import PROVIDER
from mockserver.providers.tonegrid.audit import ACTIONS
from mockserver.settings import read_settings
from specs import SpecError, open_book
from specs.overlay import find_overlay

OBSERVED = find_overlay("tonegrid", "observed")
DOCUMENTED = {"slug": "deezer", "name": "Deezer"}
MISMATCH = "Idempotency-Key reused with a different request body."


def overlay_of(folder: Path, *actions: dict[str, Any]) -> str:
    file = folder / "own.yaml"
    file.write_text(yaml.safe_dump({"overlay": "1.0.0", "actions": list(actions)}), "utf-8")
    return f"tonegrid={file}"


def started(overlay: str) -> App:
    return build(read_settings({"providers": ("tonegrid",), "overlay": overlay}, {}))


# the promise


def test_the_census_counts_the_overlaid_document(app: App, observed_app: App) -> None:
    assert app.counts[0].line() == "tonegrid 104/104 operations"
    assert observed_app.counts[0].line() == "tonegrid 105/105 operations"


def test_the_served_document_is_the_overlaid_one(app: App, observed_app: App) -> None:
    paths = ("/releases/{uuid}", "/tracks/{uuid}", "/releases/{uuid}/dsps")

    documents = [Client(house.wsgi).get("/tonegrid/openapi.json").json["paths"] for house in (app, observed_app)]

    methods = [[{"put", "patch", "post"} & document[path].keys() for path in paths] for document in documents]
    assert methods == [[{"put"}, {"put"}, {"post"}], [{"patch"}, {"patch"}, {"post", "put"}]]


def test_what_the_flat_has_beyond_the_document_is_what_the_overlay_adds() -> None:
    """Forgetting stays loud: a function that no document promises has no place in the table."""
    added = open_book("tonegrid", overlays=(OBSERVED,)).operations.keys() - open_book("tonegrid").operations.keys()

    assert PROVIDER.beyond.keys() == added
    assert added <= ACTIONS.keys()


def test_the_settings_in_force_are_told(observed_app: App) -> None:
    settings = Client(observed_app.wsgi).get("/_control/info").json["settings"]

    assert settings["overlay"] == [f"tonegrid={OBSERVED}"]


def test_an_operation_that_nobody_has_written_stops_the_start(tmp_path: Path) -> None:
    raw = {"get": {"operationId": "danceRelease", "responses": {"200": {"description": "Danced."}}}}
    overlay = overlay_of(tmp_path, {"target": "$.paths", "update": {"/dance": raw}})

    with pytest.raises(CensusFailed, match="tonegrid: operation danceRelease is promised but not in OPERATIONS"):
        started(overlay)


def test_a_misspelt_overlay_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"own\.yaml:2: action 1: .*matches nothing in the document"):
        started(overlay_of(tmp_path, {"target": "$.paths['/release']", "remove": True}))


def test_an_operation_that_is_taken_away_is_no_endpoint(tmp_path: Path) -> None:
    """Also one that a lifecycle names."""
    house = started(overlay_of(tmp_path, {"target": "$.paths['/releases/{uuid}/submit'].post", "remove": True}))

    answer = Client(house.wsgi).post("/tonegrid/releases/x/submit")

    house.close()
    assert house.counts[0].line() == "tonegrid 103/103 operations"
    assert (answer.status_code, answer.json["error"]) == (404, "Endpoint not found.")


def test_overlays_of_others_leave_a_flat_alone() -> None:
    settings = read_settings({"overlay": "tonegrid=observed"}, {})
    flats = load_flats(["tonegrid", "products"], settings.overlays)

    assert flats["products"].overlays == ()
    assert flats["tonegrid"].overlays == (OBSERVED,)
    assert [find_differences(flat) for flat in flats.values()] == [[], []]


def test_two_overlays_are_laid_one_upon_the_other(tmp_path: Path) -> None:
    own = overlay_of(tmp_path, {"target": "$.paths['/releases/{uuid}/dsps'].put", "remove": True})

    house = started(f"tonegrid=observed,{own}")

    house.close()
    assert house.counts[0].promised == 104
    assert "replaceReleaseDsps" not in house.flats["tonegrid"].operations


# updates


def test_releases_and_tracks_are_changed_by_patch(observed: Any) -> None:
    release = observed.create()
    track = observed.add_track(release)

    changed = observed.patch(f"/releases/{release}", {"genre": "Highlife"})
    renamed = observed.patch(f"/tracks/{track}", {"title": "Eclipse (Radio Edit)"})
    by_put = [observed.put(f"/releases/{release}", {"genre": "Rock"}), observed.put(f"/tracks/{track}", {"title": "x"})]

    assert (changed.status_code, changed.json["release"]["genre"]) == (200, "Highlife")
    assert (renamed.status_code, renamed.json["track"]["title"]) == (200, "Eclipse (Radio Edit)")
    assert [(answer.status_code, answer.json["error"]) for answer in by_put] == [(404, "Endpoint not found.")] * 2
    assert observed.get(f"/releases/{release}").json["release"]["genre"] == "Highlife"


def test_a_patch_is_held_against_the_same_rules_as_the_put(observed: Any) -> None:
    """TG-066, TG-081: the body, the state, the tenant, the scope."""
    approved = observed.approved("spotify")
    track = observed.get(f"/releases/{approved}/tracks").json["tracks"][0]["uuid"]

    wrong = observed.patch(f"/releases/{observed.create()}", {"release_date": "tomorrow"})
    late = observed.patch(f"/releases/{approved}", {"genre": "Rock"})
    late_track = observed.patch(f"/tracks/{track}", {"title": "x"})
    foreign = observed.patch(f"/releases/{approved}", {"genre": "Rock"}, "second-account")
    reader = observed.patch(f"/releases/{approved}", {"genre": "Rock"}, "read-only")

    statuses = [answer.status_code for answer in (wrong, late, late_track, foreign, reader)]
    assert statuses == [422, 409, 409, 404, 403]


# stores


def stores(room: Any, release: str) -> list[str]:
    return [dsp["slug"] for dsp in room.get(f"/releases/{release}").json["release"]["dsps"]]


def test_the_answer_of_attaching_has_the_shape_that_is_promised(room: Any, observed: Any) -> None:
    answers = [one.post(f"/releases/{one.create()}/dsps", {"dsps": ["deezer"]}).json for one in (room, observed)]

    assert answers[0]["data"]["dsps"] == [DOCUMENTED]
    assert answers[1] == {"dsps": [{"dsp_name": "Deezer"}]}


def test_a_set_of_stores_takes_the_place_of_the_old_one(observed: Any) -> None:
    release = observed.ready("spotify", "tidal")

    answer = observed.put(f"/releases/{release}/dsps", {"dsps": ["deezer", "apple_music", "Deezer"]})

    assert (answer.status_code, answer.json) == (200, {"dsps": [{"dsp_name": "Deezer"}, {"dsp_name": "Apple Music"}]})
    assert stores(observed, release) == ["deezer", "apple-music"]
    assert observed.get(f"/releases/{release}/ddex/preview/spotify").status_code == 422
    assert observed.get(f"/releases/{release}/ddex/preview/deezer").status_code == 200


def test_the_gate_and_the_deliveries_see_the_new_set(observed: Any) -> None:
    release = observed.create()
    observed.add_track(release)
    gate = observed.post(f"/releases/{release}/submit")
    observed.put(f"/releases/{release}/dsps", {"dsps": ["spotify", "tidal"]})
    observed.put(f"/releases/{release}/dsps", {"dsps": ["tidal", "boomplay"]})

    submitted = observed.post(f"/releases/{release}/submit")
    observed.post(f"/releases/{release}/approve")

    assert gate.json["error"] == "Please select at least one store before submitting."
    assert submitted.status_code == 200
    assert observed.states(release) == {"tidal": "pending", "boomplay": "pending"}
    queued = observed.post(f"/releases/{release}/ddex/deliver").json["data"]["queued"]
    assert [entry["dsp"] for entry in queued] == ["tidal", "boomplay"]


def test_a_waiting_delivery_to_a_store_that_is_left_out_is_called_off(observed: Any) -> None:
    release = observed.approved("spotify", "tidal")
    day = {"dsps": ["tidal"], "scheduled_date": "2026-12-24"}
    assert observed.post(f"/releases/{release}/distribute", day).status_code == 202

    observed.put(f"/releases/{release}/dsps", {"dsps": ["spotify", "deezer"]})
    observed.advance(days=40)

    assert observed.states(release) == {"spotify": "pending", "deezer": "pending"}


def test_what_is_in_a_store_stays_there_until_it_is_taken_down(observed: Any) -> None:
    """Leaving a store out of the set is no takedown; takedown and purge still reach it."""
    first, second = observed.live("spotify", "tidal"), observed.live("spotify", "tidal")
    for release in (first, second):
        observed.put(f"/releases/{release}/dsps", {"dsps": ["spotify"]})
    before = observed.states(first)

    takedown = observed.post(f"/releases/{first}/takedown", {"dsps": ["tidal"]})
    one = observed.post(f"/releases/{second}/ddex/purge/tidal")
    rest = observed.post(f"/releases/{second}/ddex/purge")

    assert before == {"spotify": "live", "tidal": "live"}
    assert stores(observed, first) == ["spotify"]
    assert [answer.status_code for answer in (takedown, one, rest)] == [202, 202, 202]
    assert observed.states(first) == {"spotify": "live", "tidal": "takedown_submitted"}
    assert observed.states(second) == {"spotify": "takedown_submitted", "tidal": "takedown_submitted"}


@pytest.mark.parametrize(
    ("body", "status"),
    [({"dsps": []}, 422), ({"dsps": "spotify"}, 422), ({}, 422), ({"dsps": ["spotify", "nope"]}, 404)],
)
def test_a_set_that_cannot_be_is_refused_and_the_old_one_stays(observed: Any, body: Any, status: int) -> None:
    release = observed.ready("spotify", "tidal")

    answer = observed.put(f"/releases/{release}/dsps", body)

    assert answer.status_code == status
    assert stores(observed, release) == ["spotify", "tidal"]


def test_replacing_is_nobody_elses_business_and_stands_in_the_log(observed: Any) -> None:
    release = observed.ready("spotify")

    foreign = observed.put(f"/releases/{release}/dsps", {"dsps": ["tidal"]}, "second-account")
    reader = observed.put(f"/releases/{release}/dsps", {"dsps": ["tidal"]}, "read-only")
    observed.put(f"/releases/{release}/dsps", {"dsps": ["deezer"]})

    assert (foreign.status_code, reader.status_code) == (404, 403)
    logged = observed.get("/audit-log", action_type="release.replace_dsps").json["data"]
    assert [entry["target"] for entry in logged] == [release]


def test_stores_are_never_read_by_get(observed: Any) -> None:
    assert observed.get(f"/releases/{observed.ready()}/dsps").json["error"] == "Endpoint not found."


# the rest


@pytest.mark.parametrize("path", ["/tracks", "/ingestion/jobs", "/audit-log", "/finance/sales-reports"])
def test_pages_hold_twenty_unless_asked_otherwise(room: Any, observed: Any, path: str) -> None:
    sizes = [one.get(path).json["meta"]["per_page"] for one in (room, observed)]

    assert sizes == [50, 20]
    assert observed.get(path, per_page=50).json["meta"]["per_page"] == 50


@pytest.mark.parametrize(("name", "status"), [("room", 422), ("observed", 400)])
def test_a_used_key_with_another_body_is_refused_as_the_document_shows_it(
    request: pytest.FixtureRequest, name: str, status: int
) -> None:
    """TG-039, C-05; a call that takes no body as well."""
    room = request.getfixturevalue(name)
    headers = {"Idempotency-Key": "k"}
    room.post("/artists", {"name": "Rema"}, headers=headers)

    answers = [room.post("/artists", {"name": "Tems"}, headers=headers)]
    answers.append(room.post(f"/releases/{room.ready()}/submit", headers=headers))

    assert [(answer.status_code, answer.json["error"]) for answer in answers] == [(status, MISMATCH)] * 2


def test_artists_have_slugs_of_their_own_that_stay(observed: Any) -> None:
    made = [observed.post("/artists", {"name": name}).json["artist"] for name in ("Sarz & Ọ̀rẹ́", "Sarz Ore", "真夜中")]
    other = observed.post("/artists", {"name": "Sarz Ore"}, "second-account").json["artist"]
    observed.put(f"/artists/{made[0]['uuid']}", {"name": "Somebody Else"})

    shown = observed.get(f"/artists/{made[0]['uuid']}").json["artist"]
    listed = {entry["uuid"]: entry["slug"] for entry in observed.get("/artists").json["artists"]}

    assert [artist["slug"] for artist in (*made, other)] == ["sarz-ore", "sarz-ore-2", "artist", "sarz-ore"]
    assert (shown["name"], shown["slug"]) == ("Somebody Else", "sarz-ore")
    assert all(listed.values())
    assert len(set(listed.values())) == len(listed)


def test_without_the_overlay_no_artist_shows_a_slug(room: Any) -> None:
    made = room.post("/artists", {"name": "Rema"}).json["artist"]

    assert "slug" not in made
    assert not any("slug" in artist for artist in room.get("/artists").json["artists"])


def test_every_error_names_its_request(observed: Any) -> None:
    release = observed.create()
    refused = [
        observed.get("/releases", None), observed.get("/nope"), observed.get("/releases", page="x"),
        observed.post(f"/releases/{release}/submit"), observed.post("/releases", {}),
        observed.ask("GET", "/releases", headers={"Prefer": "code=500"}),
        observed.ask("GET", "/releases", headers={"Prefer": "code=429"}),
    ]  # fmt: skip

    assert [answer.status_code for answer in refused] == [401, 404, 400, 422, 422, 500, 429]
    assert all(answer.headers["X-Request-Id"] for answer in refused)
    promised = observed.app.flats["tonegrid"].book.operations.values()
    headers = [each.headers["X-Request-Id"][0] for one in promised for each in one.promises.values()
               if each.status >= 400]  # fmt: skip
    assert all(headers)
