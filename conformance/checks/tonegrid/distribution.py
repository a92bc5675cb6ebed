"""TG-099 to TG-108: sending approved releases to DSPs, territories, takedowns, and the two catalogues."""

from __future__ import annotations

import re
from typing import Any

from conformance import judge
from conformance.answer import Answer, Members
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, wares

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_CHANGES: dict[str, dict[str, Any]] = {
    "worldwide": {"worldwide": True},
    "include": {"include": ["NG", "GH"]},
    "exclude": {"exclude": ["IR"]},
    "documented": {"worldwide": True, "exclude": ["IR", "KP", "CU"]},
}
# The five that the document prints, with the numbers and slugs that it prints.
_PRINTED = {1: "spotify", 2: "apple_music", 3: "boomplay", 4: "audiomack", 5: "youtube_music"}


def _catalogue(case: Case) -> tuple[Answer, list[dict[str, Any]]]:
    answer = case.given(case.call("listDistributionDsps"), 200)
    return answer, [dsp for dsp in answer.items("/dsps") if isinstance(dsp, dict)]


def _distribute(case: Case, release: str, **body: Any) -> Answer:
    return case.call("distributeRelease", path={"uuid": release}, json=body)


def _takedown(case: Case, release: str, **body: Any) -> Answer:
    return case.call("takedownRelease", path={"uuid": release}, json=body)


def _shown(case: Case, release: str) -> dict[str, dict[str, Any]]:
    """Return what GET distribution shows, by the DSP's name."""
    answer = case.call("getReleaseDistribution", path={"uuid": release})
    judge.status(answer, 200)
    judge.equal("release_uuid", release, answer.at("/release_uuid"), answer)
    return Members((str(row.get("dsp")), row) for row in answer.items("/deliveries") if isinstance(row, dict))


def _states(case: Case, release: str) -> dict[str, Any]:
    return {dsp: row.get("status") for dsp, row in wares.rows(case, release).items()}


def only_approved_ones_are_distributed(case: Case, state: str) -> None:
    """A release that is not approved is refused, and nothing is sent anywhere."""
    release = wares.make_in(case, state)
    before = _states(case, release)
    answer = _distribute(case, release, dsps=["spotify"])
    judge.status(answer, 409, 422)
    wares.refused(answer, answer.status)
    judge.equal("the deliveries after the refusal", before, _states(case, release))
    judge.equal("the status after the refusal", state, wares.status_of(case, release))


def approved_release_is_distributed(case: Case) -> None:
    """An approved release is taken, and its row is on its way."""
    release = wares.make_approved(case, "spotify")
    judge.status(_distribute(case, release, dsps=["spotify"]), 202, 200)
    judge.equal("the row", "submitted", _states(case, release).get("spotify"))


def distribute_without_dsps_means_all(case: Case) -> None:
    """Without dsps the release goes to every DSP of the catalogue."""
    _, dsps = _catalogue(case)
    answer = _distribute(case, wares.make_approved(case, "spotify"))
    judge.status(answer, 202, 200)
    names = sorted(str(row.get("dsp")) for row in answer.items("/deliveries"))
    judge.equal("the addressed DSPs", sorted(str(dsp.get("name")) for dsp in dsps), names, answer)


def takedown_without_dsps_means_all(case: Case) -> None:
    """Without dsps the release is taken down everywhere."""
    release = wares.make_live(case, "spotify", "apple-music", "tidal")
    judge.status(_takedown(case, release), 202, 200)
    gone = "takedown_submitted"
    judge.equal("the rows", {"spotify": gone, "apple-music": gone, "tidal": gone}, _states(case, release))


def named_dsps_are_taken_down_alone(case: Case) -> None:
    """With dsps only those are taken down."""
    release = wares.make_live(case, "spotify", "apple-music")
    judge.status(_takedown(case, release, dsps=["apple_music"], reason="Artist request."), 202, 200)
    states = _states(case, release)
    judge.equal("the row of Apple Music", "takedown_submitted", states.get("apple-music"))
    judge.equal("the row of Spotify", "live", states.get("spotify"))


def distribution_is_queued(case: Case) -> None:
    """The answer says "Distribution queued." with one entry per DSP, under its name, with its time."""
    release = wares.make_approved(case, "spotify", "apple-music", "boomplay")
    answer = _distribute(case, release, dsps=["spotify", "apple_music", "boomplay"])
    judge.status(answer, 202, 200)
    judge.equal("message", "Distribution queued.", answer.at("/message"), answer)
    entries = answer.items("/deliveries")
    names = [entry.get("dsp") for entry in entries]
    judge.equal("the DSPs", ["Apple Music", "Boomplay", "Spotify"], sorted(map(str, names)), answer)
    for entry in entries:
        judge.equal("status", "queued", entry.get("status"), answer)
        time = entry.get("scheduled_at")
        is_instant = isinstance(time, str) and _INSTANT.fullmatch(time)
        judge.that(is_instant, "scheduled_at is no instant", answer, received=time)


def unknown_dsp_is_refused(case: Case) -> None:
    """A slug that no DSP has is refused, and nothing is sent to the others either."""
    release = wares.make_approved(case, "spotify")
    wares.is_refused(_distribute(case, release, dsps=["spotify", "nosuchdsp"]))
    judge.equal("the rows", {"spotify": "pending"}, _states(case, release))


def scheduled_date_postpones(case: Case) -> None:
    """With a scheduled_date nothing is submitted before that day, and all of it on that day."""
    with case.own_sandbox(now="2026-04-26T12:00:00Z", progression="timed") as inside:
        release = wares.make_approved(inside, "spotify", release_date="2026-05-20")
        answer = _distribute(inside, release, dsps=["spotify"], scheduled_date="2026-04-29")
        judge.status(answer, 202, 200)
        judge.equal("the row at once", "pending", _states(inside, release).get("spotify"))
        inside.control.advance("PT59H")  # the 28th, 23:00
        judge.equal("the row an hour before the day", "pending", _states(inside, release).get("spotify"))
        inside.control.advance("PT25H")
        state = _states(inside, release).get("spotify")
        judge.among("the row at the day's end", ("submitted", "accepted", "live"), state)
        sent = str(wares.rows(inside, release)["spotify"].get("submitted_at"))
        judge.that(sent >= "2026-04-29", "it was submitted before its day", received=sent)


def distribution_shows_what_is_live(case: Case) -> None:
    """Until a DSP has the release live its live_url and delivered_at are null; then they are known, DSP by DSP."""
    release = wares.make_approved(case, "spotify", "apple-music")
    wares.deliver(case, release)
    for name, row in _shown(case, release).items():
        for member in ("live_url", "delivered_at"):
            judge.equal(f"{member} of {name} before it is live", None, row.get(member, ...))
    wares.work(case, release, "accept", "go_live", dsp="spotify")
    shown = _shown(case, release)
    judge.equal("the DSPs", ["Apple Music", "Spotify"], sorted(shown))
    judge.equal("the status of Spotify", "live", shown["Spotify"].get("status"))
    url, time = str(shown["Spotify"].get("live_url")), str(shown["Spotify"].get("delivered_at"))
    judge.that(url.startswith("http"), "live_url is no address", expected="https://...", received=url)
    judge.that(_INSTANT.fullmatch(time), "delivered_at is no instant", received=time)
    judge.equal("live_url of Apple Music", None, shown["Apple Music"].get("live_url", ...))
    judge.equal("delivered_at of Apple Music", None, shown["Apple Music"].get("delivered_at", ...))
    judge.that(shown["Apple Music"].get("status") != "live", "Apple Music is live too", received=shown["Apple Music"])


def territories_of_a_live_release(case: Case, name: str) -> None:
    """worldwide, include and exclude are taken for a release that is out already."""
    release = wares.make_live(case, "spotify")
    answer = case.call("updateDistributionTerritories", path={"uuid": release}, json=_CHANGES[name])
    judge.status(answer, 202, 200)
    text = "Territory update queued. DSPs will be notified via DDEX within 24 hours."
    judge.equal("message", text, answer.at("/message"), answer)


def territories_reach_the_message(case: Case) -> None:
    """A country that is excluded stands as ExcludedTerritoryCode in the message, and an update is on its way."""
    release = wares.make_live(case, "spotify")
    path = {"uuid": release}
    judge.status(case.call("updateDistributionTerritories", path=path, json={"exclude": ["IR", "KP"]}), 202, 200)
    ern.has_texts(ern.preview(case, release), "DealList//ExcludedTerritoryCode", ["IR", "KP"])
    judge.equal("the row", "update_submitted", _states(case, release).get("spotify"))


def territories_of_a_draft_are_refused(case: Case) -> None:
    """A release that was never distributed has no territories to update."""
    path = {"uuid": wares.make_complete(case)}
    wares.is_refused(case.call("updateDistributionTerritories", path=path, json={"worldwide": True}))


def bad_country_is_refused(case: Case, code: str) -> None:
    """A country that is no alpha-2 code is refused."""
    path = {"uuid": wares.make_live(case, "spotify")}
    answer = case.call("updateDistributionTerritories", path=path, json={"exclude": [code]})
    wares.refused(answer, 422)


def takedown_counts_its_dsps(case: Case, dsps: tuple[str, ...]) -> None:
    """The message counts the DSPs that are addressed."""
    release = wares.make_live(case, "spotify", "apple-music", "tidal")
    answer = _takedown(case, release, dsps=list(dsps))
    judge.status(answer, 202, 200)
    judge.equal("message", f"Takedown notice sent to {len(dsps)} DSP(s).", answer.at("/message"), answer)
    time = answer.at("/estimated_completion")
    is_instant = isinstance(time, str) and _INSTANT.fullmatch(time)
    judge.that(is_instant, "estimated_completion is no instant", answer, received=time)


def taken_down_when_all_have_confirmed(case: Case) -> None:
    """The release stays live until the last DSP has confirmed, and then is taken_down."""
    release = wares.make_live(case, "spotify", "apple-music")
    judge.status(_takedown(case, release), 202, 200)
    judge.equal("the status right after the notice", "live", wares.status_of(case, release))
    wares.work(case, release, "finish_takedown", dsp="spotify")
    judge.equal("the status after one of two", "live", wares.status_of(case, release))
    wares.work(case, release, "finish_takedown", dsp="apple-music")
    judge.equal("the status after both", "taken_down", wares.status_of(case, release))


def territories_are_listed(case: Case) -> None:
    """The list has WW for the world and alpha-2 codes for the rest, each once, and counts 249."""
    answer = case.call("listDistributionTerritories")
    judge.status(answer, 200)
    judge.equal("total", 249, answer.at("/total"), answer)
    rows = [row for row in answer.items("/territories") if isinstance(row, dict)]
    codes = [str(row.get("code")) for row in rows]
    judge.that("WW" in codes, "WW is not among them", answer, expected="WW", received=codes[:5])
    odd = [code for code in codes if not re.fullmatch(r"[A-Z]{2}", code)]
    judge.that(not odd, "some codes are not alpha-2", answer, expected=[], received=odd)
    judge.equal("the number of codes", len(set(codes)), len(codes), answer)
    named = {row.get("code"): row.get("name") for row in rows}
    for code, name in (("WW", "Worldwide"), ("NG", "Nigeria"), ("GH", "Ghana"), ("US", "United States")):
        judge.equal(f"the name of {code}", name, named.get(code), answer)


def dsps_are_listed(case: Case) -> None:
    """Each DSP has its own number, name and slug, a delivery method and a whole number of days."""
    answer, dsps = _catalogue(case)
    judge.that(dsps, "the list is empty", answer, received=dsps)
    for dsp in dsps:
        for name in ("id", "avg_delivery_days"):
            judge.that(type(dsp.get(name)) is int, f"{name} is no integer", answer, received=dsp.get(name))
        for name in ("name", "slug", "delivery_method"):
            told = isinstance(dsp.get(name), str) and dsp.get(name)
            judge.that(told, f"{name} is no text", answer, received=dsp.get(name))
    for name in ("id", "slug", "name"):
        values = [str(dsp.get(name)) for dsp in dsps]
        judge.equal(f"the number of different {name}s", len(values), len(set(values)), answer)


def printed_dsps_are_there(case: Case) -> None:
    """The five DSPs of the document stand under their numbers, with underscores in their slugs."""
    answer, dsps = _catalogue(case)
    found = {dsp.get("id"): dsp.get("slug") for dsp in dsps}
    for number, slug in _PRINTED.items():
        judge.equal(f"the slug of {number}", slug, found.get(number), answer)


CHECKS = (
    check("TG-099", only_approved_ones_are_distributed, each=("draft", "pending")),
    check("TG-099", only_approved_ones_are_distributed, each=("rejected",), needs=("control",), name="rejected_is_not"),
    check("TG-099", approved_release_is_distributed),
    check("TG-100", distribute_without_dsps_means_all, needs=()),
    check("TG-100", takedown_without_dsps_means_all),
    check("TG-100", named_dsps_are_taken_down_alone),
    check("TG-101", distribution_is_queued, needs=()),
    check("TG-101", unknown_dsp_is_refused, needs=(), required=False),
    check("TG-102", scheduled_date_postpones),
    check("TG-103", distribution_shows_what_is_live),
    check("TG-104", territories_of_a_live_release, each=tuple(_CHANGES)),
    check("TG-104", territories_reach_the_message, required=False),
    check("TG-104", territories_of_a_draft_are_refused, needs=(), required=False),
    check("TG-104", bad_country_is_refused, each=("XX1", "nigeria", "ng")),
    check("TG-105", takedown_counts_its_dsps, each=(("spotify",), ("spotify", "apple_music"))),
    check("TG-106", taken_down_when_all_have_confirmed),
    check("TG-107", territories_are_listed),
    check("TG-108", dsps_are_listed),
    check("TG-108", printed_dsps_are_there),
)
