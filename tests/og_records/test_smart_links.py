"""Smart links: pre-save, public view, figures that every visit moves."""

from __future__ import annotations

from typing import Any

import pytest

DESTINATIONS = [
    {"dsp": "spotify", "url": "https://open.spotify.com/album/1"},
    {"dsp": "apple_music", "url": "https://music.apple.com/album/1"},
]


def _link(desk: Any, release: dict[str, Any], **rest: Any) -> dict[str, Any]:
    answer = desk.post("/api/v1/smartlinks", {"release_id": release["id"], **rest})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def _view(desk: Any, slug: str, query: str = "") -> Any:
    answer = desk.get(f"/api/v1/smartlinks/{slug}{query}", key=None)
    assert answer.status_code == 200, answer.text
    return answer.json


def _stats(desk: Any, link: dict[str, Any]) -> Any:
    return desk.get(f"/api/v1/smartlinks/{link['id']}/stats").json


def test_a_link_is_created_with_its_presave(desk: Any) -> None:
    """OG-110"""
    release = desk.release(release_date="2026-04-17")
    presave = {"enabled": True, "release_date": "2026-04-10", "dsps": ["spotify"]}

    link = _link(desk, release, slug="harbour-lights", destinations=DESTINATIONS, presave=presave)

    assert (link["presave"], link["destinations"]) == (presave, DESTINATIONS)
    assert link["url"] == "http://localhost/og_records/api/v1/smartlinks/harbour-lights"
    assert _view(desk, "harbour-lights")["presave"] == presave


def test_what_a_presave_leaves_out_follows_the_release_and_the_destinations(desk: Any) -> None:
    """OG-110"""
    release = desk.release(release_date="2026-04-17")
    link = _link(desk, release, destinations=DESTINATIONS, presave={})

    desk.patch(f"/api/v1/releases/{release['id']}/basics", {"release_date": "2026-05-01"})

    assert link["presave"] == {"enabled": True, "release_date": "2026-04-17", "dsps": ["spotify", "apple_music"]}
    assert _view(desk, link["slug"])["presave"]["release_date"] == "2026-05-01"


def test_without_a_presave_it_is_off(desk: Any) -> None:
    link = _link(desk, desk.release())

    assert link["presave"] == {"enabled": False, "release_date": None, "dsps": []}


def test_a_presave_needs_a_date(desk: Any) -> None:
    release = desk.release()

    answer = desk.post("/api/v1/smartlinks", {"release_id": release["id"], "presave": {"enabled": True}})

    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "presave.release_date")


def test_the_public_view_needs_no_credential(desk: Any) -> None:
    """OG-111, OG-022"""
    release = desk.release(release_date="2026-03-01")
    link = _link(desk, release, destinations=DESTINATIONS)

    assert _view(desk, link["slug"]) == {
        "slug": link["slug"],
        "title": "Harbour Lights",
        "artist_name": "Lena Nordwind",
        "cover_url": None,
        "release_date": "2026-03-01",
        "destinations": DESTINATIONS,
        "presave": {"enabled": False, "release_date": "2026-03-01", "dsps": ["spotify", "apple_music"]},
    }
    assert desk.get(f"/api/v1/smartlinks/{link['slug']}", key="a bad key").status_code == 200


def test_the_public_view_shows_nothing_of_the_owner(desk: Any) -> None:
    """OG-115"""
    link = _link(desk, desk.release())

    view = desk.get(f"/api/v1/smartlinks/{link['slug']}", key=None)

    assert set(view.json) == {
        "slug", "title", "artist_name", "cover_url", "release_date", "destinations", "presave",
    }  # fmt: skip
    assert not [word for word in (link["id"], "nordwind", "clicks", "og_key", "@") if word in view.text]


def test_the_public_view_is_found_by_slug_only_and_stats_by_id_only(desk: Any) -> None:
    """OG-111, OG-112"""
    link = _link(desk, desk.release())

    by_id = desk.get(f"/api/v1/smartlinks/{link['id']}", key=None)
    by_slug = desk.get(f"/api/v1/smartlinks/{link['slug']}/stats")

    assert (by_id.status_code, by_slug.status_code) == (404, 404)


def test_an_unknown_slug_is_not_found(desk: Any) -> None:
    """OG-117"""
    answer = desk.get("/api/v1/smartlinks/nope", key=None)

    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_a_presave_gives_way_to_the_destinations_on_its_day(desk: Any) -> None:
    """OG-116"""
    link = _link(desk, desk.release(release_date="2026-03-17"), destinations=DESTINATIONS, presave={})
    views = [_view(desk, link["slug"])]

    for hours in (35, 1):
        desk.advance(hours=hours, minutes=59 if hours == 35 else 1)
        views.append(_view(desk, link["slug"]))

    assert [view["presave"]["enabled"] for view in views] == [True, True, False]
    assert [len(view["destinations"]) for view in views] == [0, 0, 2]


@pytest.mark.parametrize("key", ["full", "second-account"])
def test_a_taken_slug_is_refused(desk: Any, key: str) -> None:
    """OG-114"""
    _link(desk, desk.release(), slug="mine")
    foreign = next(one for one in desk.records("releases") if one["account"] == "hafenkante")
    release = desk.release() if key == "full" else foreign

    answer = desk.post("/api/v1/smartlinks", {"release_id": release["id"], "slug": "mine"}, key=key)

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "slug_taken")


def test_a_slug_is_made_of_the_title_with_a_number_where_it_is_taken(desk: Any) -> None:
    titles = ("Zoës Überfahrt!", "Zoes  uberfahrt", "東京", "x" * 90)

    slugs = [_link(desk, desk.release(title=title))["slug"] for title in titles]

    assert slugs == ["zoes-uberfahrt", "zoes-uberfahrt-2", "release", "x" * 56]


@pytest.mark.parametrize("slug", ["Upper", "a b", "-a", "a--b", "", "x" * 65])
def test_a_wrong_slug_is_refused(desk: Any, slug: str) -> None:
    answer = desk.post("/api/v1/smartlinks", {"release_id": desk.release()["id"], "slug": slug})

    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "slug")


@pytest.mark.parametrize("whose", ["nobody", "second-account"])
def test_a_link_needs_a_release_of_its_own_account(desk: Any, whose: str) -> None:
    """OG-069"""
    id = "11111111-2222-4333-8444-555555555555" if whose == "nobody" else desk.release()["id"]

    answer = desk.post("/api/v1/smartlinks", {"release_id": id}, key="full" if whose == "nobody" else whose)

    assert answer.status_code == 404


def test_stats_need_a_credential_of_the_account(desk: Any) -> None:
    """OG-112"""
    link = _link(desk, desk.release())
    path = f"/api/v1/smartlinks/{link['id']}/stats"

    statuses = [desk.get(path, key=key).status_code for key in (None, "no-scope", "second-account", "full")]

    assert statuses == [401, 403, 404, 200]


def test_a_link_that_nobody_visited_has_no_figures(desk: Any) -> None:
    """OG-113"""
    assert _stats(desk, _link(desk, desk.release())) == {"conversions": 0, "clicks": 0, "dsp_distribution": []}


def test_every_visit_is_a_click_and_going_on_a_conversion(desk: Any) -> None:
    """OG-113"""
    link = _link(desk, desk.release(), destinations=DESTINATIONS)

    for dsp in ("spotify", "spotify", "apple_music"):
        _view(desk, link["slug"], f"?dsp={dsp}")

    assert _stats(desk, link) == {
        "conversions": 3,
        "clicks": 3,
        "dsp_distribution": [
            {"dsp": "spotify", "clicks": 2, "share": 0.6667},
            {"dsp": "apple_music", "clicks": 1, "share": 0.3333},
        ],
    }


def test_visitors_who_do_not_say_where_they_go_are_simulated(desk: Any) -> None:
    """OG-113"""
    link = _link(desk, desk.release(), destinations=DESTINATIONS)
    figures = []

    for _ in range(3):
        _view(desk, link["slug"])
        told = _stats(desk, link)
        figures.append((told["clicks"], told["conversions"], [one["clicks"] for one in told["dsp_distribution"]]))

    assert figures == [(1, 1, [1]), (2, 1, [1, 1]), (3, 2, [2, 1])]


def test_a_link_without_services_counts_under_other(desk: Any) -> None:
    link = _link(desk, desk.release())

    _view(desk, link["slug"])

    assert _stats(desk, link)["dsp_distribution"] == [{"dsp": "other", "clicks": 1, "share": 1.0}]


def test_looking_whether_a_link_is_there_is_no_visit(desk: Any) -> None:
    link = _link(desk, desk.release())

    answer = desk.call("HEAD", f"/api/v1/smartlinks/{link['slug']}", key=None)

    assert (answer.status_code, answer.data) == (200, b"")
    assert _stats(desk, link)["clicks"] == 0


def test_a_refused_visit_counts_nothing(desk: Any) -> None:
    link = _link(desk, desk.release())

    answer = desk.get(f"/api/v1/smartlinks/{link['slug']}?dsp=", key=None)

    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "dsp")
    assert _stats(desk, link)["clicks"] == 0


def test_the_seeded_figures_agree_with_themselves(desk: Any) -> None:
    """OG-113"""
    for link in desk.records("smartlinks"):
        if link["account"] == "nordwind":
            told = _stats(desk, link)
            assert sum(one["clicks"] for one in told["dsp_distribution"]) == told["clicks"]
            assert round(sum(one["share"] for one in told["dsp_distribution"]), 9) == 1
            assert told["conversions"] <= told["clicks"]
