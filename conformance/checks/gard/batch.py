"""GARD-161 to GARD-180: the batch over releases and its single forms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.filters import in_our_order, two_artists
from conformance.checks.gard.printed import PLATFORMS
from conformance.pointer import MISSING

_DAYS = {"last_1d": 1, "last_7d": 7, "last_28d": 28, "last_30d": 30, "last_90d": 90}
_DEFAULTS = {
    **dict.fromkeys(("platforms", "countries", "tracks"), True),
    **dict.fromkeys(("devices", "os", "age", "gender", "timeseries"), False),
}
_UNASKED = ("by_device", "by_os", "by_age", "by_gender", "timeseries")
_NOBODY = {"found": False, "error": "not_found_or_forbidden"}
_MAY_31 = "2026-05-31T12:00:00Z"


def ask(case: Case, refs: list[str], **members: Any) -> Answer:
    """Send a batch that should be answered."""
    answer = case.call("queryReleaseAnalytics", json={"releases": refs, **members})
    judge.status(answer, 200)
    return answer


def refused(case: Case, body: Any) -> None:
    """Judge that a batch is refused."""
    answer = case.call("queryReleaseAnalytics", json=body)
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def _heard(case: Case) -> str:
    """Return a live release with streams in the default window."""
    return two_artists(case)[0].release


def one_to_hundred_refs(case: Case) -> None:
    """One ref and a hundred are answered, mixed as they come; none, 101 and other values are refused."""
    live = case.fact("live")[0]
    mdr = str(desk.status(case, live).at("/submission_id"))
    judge.equal("the number of rows", 1, len(ask(case, [live]).items("/releases")))
    hundred = [live, mdr, *(f"rel_none{number}" for number in range(98))]
    answer = ask(case, hundred)
    judge.equal("the number of rows", 100, len(answer.items("/releases")), answer)
    judge.equal("found", 2, answer.at("/found"), answer)
    for refs in ([], [*hundred, "rel_more"], live, [1]):
        refused(case, {"releases": refs})
    refused(case, {})


def equal_refs_count_once(case: Case) -> None:
    """Equal refs give one row and are counted once."""
    live = case.fact("live")[0]
    answer = ask(case, [live, samples.NO_REF, live, samples.NO_REF])
    judge.equal("the refs", [live, samples.NO_REF], [row.get("ref") for row in answer.items("/releases")], answer)
    judge.equal("requested", 2, answer.at("/requested"), answer)


def each_ref_stands_alone(case: Case) -> None:
    """Unknown refs give rows of their own and never fail the call."""
    live = case.fact("live")[0]
    answer = ask(case, [samples.NO_REF, live, "mdr_nope", "nonsense"])
    for number, ref in ((0, samples.NO_REF), (2, "mdr_nope"), (3, "nonsense")):
        judge.equal(f"the row of {ref}", {"ref": ref, **_NOBODY}, answer.at(f"/releases/{number}"), answer)
    judge.equal("found of the good one", True, answer.at("/releases/1/found"), answer)
    judge.equal("found", 1, answer.at("/found"), answer)


def foreign_ref_is_unknown(case: Case) -> None:
    """A ref of another account is not found."""
    live = case.fact("live")[0]
    answer = case.call("queryReleaseAnalytics", json={"releases": [live]}, principal="second-account")
    judge.status(answer, 200)
    judge.equal("the row", {"ref": live, **_NOBODY}, answer.at("/releases/0"), answer)


def counts_stand_on_top(case: Case) -> None:
    """requested and found count the refs at the top level."""
    answer = ask(case, [*case.fact("live")[:2], samples.NO_REF])
    refs, good = len(case.fact("live")[:2]) + 1, len(case.fact("live")[:2])
    judge.equal("requested", refs, answer.at("/requested"), answer)
    judge.equal("found", good, answer.at("/found"), answer)
    marked = [row for row in answer.items("/releases") if row.get("found") is True]
    judge.equal("the number of rows that are found", good, len(marked), answer)


def ref_is_echoed(case: Case) -> None:
    """Each row echoes its ref; by mdr_ and by rel_ the release is shown by its rel_ id, with the same numbers."""
    live = _heard(case)
    mdr = str(desk.status(case, live).at("/submission_id"))
    answer = ask(case, [mdr])
    judge.equal("ref", mdr, answer.at("/releases/0/ref"), answer)
    judge.equal("public_id", live, answer.at("/releases/0/release/public_id"), answer)


def two_names_are_two_rows(case: Case) -> None:
    """A rel_ and an mdr_ of one release are two rows with equal totals."""
    live = _heard(case)
    mdr = str(desk.status(case, live).at("/submission_id"))
    answer = ask(case, [live, mdr])
    judge.equal("the refs", [live, mdr], [row.get("ref") for row in answer.items("/releases")], answer)
    judge.equal("the totals", answer.at("/releases/0/totals"), answer.at("/releases/1/totals"), answer)


def preset_is_echoed(case: Case, preset: str) -> None:
    """Each preset is taken and echoed with a window of its length."""
    answer = ask(case, case.fact("live")[:1], period={"preset": preset})
    judge.equal("preset", preset, answer.at("/period/preset"), answer)
    first, last = (date.fromisoformat(str(answer.at(f"/period/{name}"))) for name in ("from", "to"))
    judge.equal("the number of days", _DAYS[preset], (last - first).days + 1, answer)


def last_28_days_by_default(case: Case) -> None:
    """Without a period, or with an empty one, last_28d is counted; another preset is refused."""
    live = case.fact("live")[:1]
    for answer in (ask(case, live), ask(case, live, period={})):
        judge.equal("preset", "last_28d", answer.at("/period/preset"), answer)
    for preset in ("today", "last_2d", "", None):
        refused(case, {"releases": live, "period": {"preset": preset}})


def window_ends_two_days_ago(case: Case, preset: str) -> None:
    """On 2026-05-31 each window ends on 2026-05-29 and has its number of days."""
    with case.own_sandbox(now=_MAY_31) as inside:
        answer = ask(inside, samples.live(inside)[:1], period={"preset": preset})
        last = date(2026, 5, 29)
        first = last - timedelta(days=_DAYS[preset] - 1)
        period = {"preset": preset, "from": first.isoformat(), "to": last.isoformat()}
        judge.equal("period", period, answer.at("/period"), answer)


def custom_needs_both_days(case: Case) -> None:
    """custom echoes its two days, and is refused with one of them or a broken one."""
    live = case.fact("live")[:1]
    period = {"preset": "custom", "from": "2026-05-01", "to": "2026-05-29"}
    answer = ask(case, live, period=period)
    judge.equal("period", period, answer.at("/period"), answer)
    for member in ("from", "to"):
        refused(case, {"releases": live, "period": {key: value for key, value in period.items() if key != member}})
        refused(case, {"releases": live, "period": {**period, member: "29.05.2026"}})


def custom_days_are_inclusive(case: Case) -> None:
    """A window of one day counts that day, and windows that split another add up to it."""
    live = _heard(case)
    whole = ask(case, [live], period={"preset": "last_7d"})
    first, last = whole.at("/period/from"), whole.at("/period/to")
    days = [(date.fromisoformat(first) + timedelta(days=number)).isoformat() for number in range(7)]
    judge.equal("the last day", last, days[-1], whole)
    parts = [_streams(case, live, day, day) for day in days]
    judge.equal("the sum of the seven days", whole.at("/releases/0/totals/streams"), sum(parts), whole)
    judge.equal("the sum of a longer part", sum(parts[2:]), _streams(case, live, days[2], days[-1]), whole)


def _streams(case: Case, ref: str, first: str, last: str) -> int:
    answer = ask(case, [ref], period={"preset": "custom", "from": first, "to": last})
    return int(answer.at("/releases/0/totals/streams"))


def night_moves_the_window(case: Case) -> None:
    """Past midnight the last_1d window moves one day, before midnight it stays."""
    with case.own_sandbox(now="2026-05-31T23:00:00Z") as inside:
        ref = samples.live(inside)[:1]
        seen = []
        for step in ("PT0S", "PT30M", "PT1H"):
            if step != "PT0S":
                inside.control.advance(step)
            answer = ask(inside, ref, period={"preset": "last_1d"})
            seen.append((answer.at("/period/from"), answer.at("/period/to")))
        may, june = "2026-05-29", "2026-05-30"
        judge.equal("the windows", [[may, may], [may, may], [june, june]], [list(pair) for pair in seen])


def flags_are_echoed(case: Case) -> None:
    """Stores, countries and tracks are included by default, the rest is not; the answer echoes the flags."""
    live = case.fact("live")[:1]
    for answer in (ask(case, live), ask(case, live, include={})):
        judge.equal("include", _DEFAULTS, answer.at("/include"), answer)
    wanted = {name: not value for name, value in _DEFAULTS.items() if name != "tracks"}
    answer = ask(case, live, include=wanted)
    judge.equal("include", {**wanted, "tracks": True}, answer.at("/include"), answer)


def tracks_are_always_there(case: Case) -> None:
    """include.tracks of false is ignored."""
    answer = ask(case, case.fact("live")[:1], include={"tracks": False})
    judge.that(answer.items("/releases/0/tracks"), "the tracks are gone", answer, received=answer.at("/releases/0"))


def flags_govern_both_levels(case: Case, pair: tuple[str, str]) -> None:
    """A breakdown by store or country stands at the release and at each track, or at neither."""
    flag, member = pair
    live = _heard(case)
    for value in (True, False):
        answer = ask(case, [live], include={flag: value})
        rows = [answer.at("/releases/0"), *answer.items("/releases/0/tracks")]
        judge.that(len(rows) > 1, "there are no tracks", answer)
        for row in rows:
            judge.equal(f"whether there is {member}", value, member in row, answer)


def row_is_as_printed(case: Case) -> None:
    """A row has release, totals, breakdowns and tracks with the printed members."""
    answer = ask(case, [_heard(case)])
    row = answer.at("/releases/0")
    judge.members("a row", ["by_country", "by_platform", "found", "ref", "release", "totals", "tracks"], row, answer)
    judge.equal("the breakdowns that nobody asked for", [], sorted(set(row) & set(_UNASKED)), answer)
    judge.members("release", ["artist", "name", "public_id", "upc"], row["release"], answer)
    judge.members("totals", ["pay_streams", "streams"], row["totals"], answer)
    for track in row["tracks"]:
        expected = ["by_country", "by_platform", "isrc", "pay_streams", "streams", "title", "track_id"]
        judge.members("a track", expected, track, answer)
    for part in (row, *row["tracks"]):
        for entry in (*part["by_platform"], *part["by_country"]):
            judge.members("a breakdown", ["name", "pay_streams", "streams"], entry, answer)


def row_is_the_release(case: Case) -> None:
    """The row shows name, artist and UPC of the release and its tracks by their ISRCs."""
    live = _heard(case)
    shown, answer = desk.status(case, live), ask(case, [live])
    for member, name in (("name", "name"), ("artist", "artist_name"), ("upc", "upc")):
        judge.equal(member, shown.at(f"/{name}"), answer.at(f"/releases/0/release/{member}"), answer)
    isrcs = sorted(str(track.get("isrc")) for track in shown.items("/tracks"))
    rows = sorted(str(track.get("isrc")) for track in answer.items("/releases/0/tracks"))
    judge.equal("the ISRCs", isrcs, rows, answer)


def sums_agree(case: Case) -> None:
    """Tracks, stores and countries each add up to the totals, of the release and of each track."""
    for ref in case.fact("live")[:6]:
        answer = ask(case, [ref])
        row = answer.at("/releases/0")
        for member in ("streams", "pay_streams"):
            total = row["totals"][member]
            tracks = sum(track[member] for track in row["tracks"])
            judge.equal(f"the sum of {member} over the tracks", total, tracks, answer)
            for part, whole in ((row, total), *((track, track[member]) for track in row["tracks"])):
                for by in ("by_platform", "by_country"):
                    judge.equal(f"the sum of {member} {by}", whole, sum(entry[member] for entry in part[by]), answer)
            judge.that(row["totals"]["pay_streams"] <= row["totals"]["streams"], "more is paid than played", answer)


def stores_show_their_names(case: Case) -> None:
    """Stores show by their display names, not by catalog codes, each once."""
    answer = ask(case, [_heard(case)])
    names = [entry["name"] for entry in answer.items("/releases/0/by_platform")]
    judge.that(names, "there are no stores", answer)
    codes = {code for code in PLATFORMS if "_" in code} | {"spotify", "deezer", "tidal"}
    judge.equal("the catalog codes among the names", [], sorted(set(names) & codes), answer)
    judge.equal("the number of different names", len(set(names)), len(names), answer)


def most_streams_come_first(case: Case) -> None:
    """Stores are ordered by streams, highest first."""
    for ref in case.fact("live")[:5]:
        answer = ask(case, [ref])
        streams = [entry["streams"] for entry in answer.items("/releases/0/by_platform")]
        judge.equal("the streams", sorted(streams, reverse=True), streams, answer)


def order_is_that_of_the_request(case: Case) -> None:
    """Rows keep the order of the request."""
    refs = [*reversed(case.fact("live")[:4]), samples.NO_REF, "rel_other"]
    for order in (refs, refs[::-1]):
        answer = ask(case, order)
        judge.equal("the refs", order, [row.get("ref") for row in answer.items("/releases")], answer)


def _periods(case: Case, ref: str) -> list[dict[str, str]]:
    """Return no period, a preset, and a day that is the last one of both."""
    day = str(ask(case, [ref], period={"preset": "last_1d"}).at("/period/to"))
    return [{}, {"preset": "last_7d"}, {"preset": "custom", "from": day, "to": day}]


def single_release_is_the_row(case: Case) -> None:
    """GET /analytics/release/{ref} gives the row of the batch."""
    live = _heard(case)
    for query in _periods(case, live):
        single = case.call("getReleaseAnalytics", path={"ref": live}, query=query)
        judge.status(single, 200)
        batch = ask(case, [live], **({"period": query} if query else {}))
        row = batch.at("/releases/0")
        for member in ("release", "totals", "tracks", "by_platform", "by_country"):
            judge.equal(member, in_our_order(row[member]), in_our_order(single.at(f"/{member}")), single)
    judge.status(case.call("getReleaseAnalytics", path={"ref": samples.NO_REF}), 404)


def single_track_is_the_row(case: Case) -> None:
    """GET /analytics/track/{track_ref} gives the track's row of the batch."""
    live = _heard(case)
    for query in _periods(case, live):
        for row in ask(case, [live], **({"period": query} if query else {})).items("/releases/0/tracks"):
            if row.get("track_id") in (None, MISSING):
                continue
            single = case.call("getTrackAnalytics", path={"track_ref": row["track_id"]}, query=query)
            judge.status(single, 200)
            shown = {member: single.at(f"/{member}") for member in row}
            judge.equal("the row", in_our_order(row), in_our_order(shown), single)
    judge.status(case.call("getTrackAnalytics", path={"track_ref": "track_nope"}), 404)


CHECKS = (
    check("GARD-161", one_to_hundred_refs),
    check("GARD-162", equal_refs_count_once),
    check("GARD-163", each_ref_stands_alone, needs=()),
    check("GARD-163", foreign_ref_is_unknown, required=False),
    check("GARD-164", counts_stand_on_top),
    check("GARD-165", ref_is_echoed),
    check("GARD-166", two_names_are_two_rows),
    check("GARD-167", preset_is_echoed, each=tuple(_DAYS)),
    check("GARD-167", last_28_days_by_default),
    check("GARD-168", window_ends_two_days_ago, each=tuple(_DAYS)),
    check("GARD-169", custom_needs_both_days),
    check("GARD-169", custom_days_are_inclusive),
    check("GARD-170", night_moves_the_window),
    check("GARD-171", flags_are_echoed),
    check("GARD-172", tracks_are_always_there),
    check("GARD-173", flags_govern_both_levels, each=(("platforms", "by_platform"), ("countries", "by_country"))),
    check("GARD-174", row_is_as_printed),
    check("GARD-175", row_is_the_release),
    check("GARD-175", sums_agree),
    check("GARD-176", stores_show_their_names),
    check("GARD-177", most_streams_come_first),
    check("GARD-178", order_is_that_of_the_request),
    check("GARD-180", single_release_is_the_row),
    check("GARD-180", single_track_is_the_row),
)
