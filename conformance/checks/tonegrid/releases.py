"""TG-061 to TG-067, TG-075 and TG-076: making, listing and changing releases, their stores and events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import reviewing, wares
from conformance.checks.tonegrid.hearing import body_of, data_of
from conformance.pointer import MISSING
from conformance.properties import echo
from conformance.properties.readback import unchanged
from conformance.properties.webhooks import receiving

FIELDS = (
    echo.Field("title", "Eclipse (Deluxe)"),
    echo.Field("type", "ep"),
    echo.Field("release_date", "2031-06-15"),
    echo.Field("genre", "Afropop"),
    echo.Field("label", "InterSpace Distribution"),
    echo.Field("copyright_year", 2019),
    echo.Field("copyright_holder", "InterSpace Distribution Ltd"),
)


def new_release_is_draft(case: Case) -> None:
    """A new release is a draft, in the answer and when read again."""
    answer = wares.create_release(case, wares.release_body(case))
    judge.status(answer, 201)
    judge.equal("status", "draft", answer.at("/release/status"), answer)
    again = wares.read(case, str(answer.at("/release/uuid")))
    judge.status(again, 200)
    judge.equal("status", "draft", again.at("/release/status"), again)


def status_cannot_be_written(case: Case) -> None:
    """A client cannot make a release that is anything but a draft."""
    answer = wares.create_release(case, wares.release_body(case, status="live"))
    if answer.is_success:
        judge.equal("status", "draft", answer.at("/release/status"), answer)
    else:
        wares.is_refused(answer)


def required_member_is_needed(case: Case, name: str) -> None:
    """Without a required member there is no release, and the refusal names it."""
    answer = case.call("createRelease", json=wares.patched(wares.release_body(case), name))
    wares.invalid(answer, name)


def all_types_are_taken(case: Case, type: str) -> None:
    """single, ep and album are types."""
    answer = wares.create_release(case, wares.release_body(case, type=type))
    judge.status(answer, 201)
    judge.equal("type", type, wares.read(case, str(answer.at("/release/uuid"))).at("/release/type"))


def other_types_are_refused(case: Case, type: Any) -> None:
    """Nothing else is a type."""
    wares.invalid(case.call("createRelease", json=wares.release_body(case, type=type)), "type")


def other_dates_are_refused(case: Case, date: Any) -> None:
    """A release date is a day of the calendar in the form YYYY-MM-DD."""
    wares.invalid(case.call("createRelease", json=wares.release_body(case, release_date=date)), "release_date")


def what_is_sent_is_kept(case: Case) -> None:
    """Every documented member comes back as it was sent, together with the others."""
    body = {field.name: field.sent for field in FIELDS}
    answer = wares.create_release(case, body)
    judge.status(answer, 201)
    again = wares.read(case, str(answer.at("/release/uuid")))
    echo.shows(again, list(FIELDS), "/release")


def blank_upc_is_minted(case: Case, body: dict[str, Any]) -> None:
    """Without a UPC, or with a blank one, the release gets one of its own."""
    first, second = (wares.create_release(case, wares.release_body(case, **body)) for _ in range(2))
    found = []
    for answer in (first, second):
        judge.status(answer, 201)
        upc = wares.read(case, str(answer.at("/release/uuid"))).at("/release/upc")
        proper = isinstance(upc, str) and upc.isdigit() and 12 <= len(upc) <= 14
        judge.that(proper, "the UPC is no UPC", answer, expected="12 to 14 digits", received=upc)
        judge.equal("the UPC in the answer", upc, answer.at("/release/upc"), answer)
        found.append(upc)
    judge.that(found[0] != found[1], "two releases have one UPC", second, received=found[0])


def copyright_year_is_this_year(case: Case) -> None:
    """Without a copyright year it is the year in which the release was made."""
    answer = wares.create_release(case, wares.release_body(case))
    judge.status(answer, 201)
    again = wares.read(case, str(answer.at("/release/uuid")))
    year = int(str(again.at("/release/created_at"))[:4])
    judge.equal("copyright_year", year, again.at("/release/copyright_year"), again)


def own_upc_is_kept(case: Case, length: int) -> None:
    """A UPC that was sent stays."""
    upc = f"1{case.ledger.digits(length - 1)}"
    answer = wares.create_release(case, wares.release_body(case, upc=upc))
    judge.status(answer, 201)
    judge.equal("upc", upc, wares.read(case, str(answer.at("/release/uuid"))).at("/release/upc"))


def newest_comes_first(case: Case) -> None:
    """The list begins with the release that was created last."""
    with case.own_sandbox(world="empty") as inside:
        made = []
        for _ in range(3):
            made.append(wares.make_release(inside))
            inside.control.advance("PT1M")
        answer = inside.call("listReleases")
        judge.status(answer, 200)
        judge.equal("the order", made[::-1], [entry.get("uuid") for entry in answer.items("/data")], answer)


def list_filters(case: Case, filter: tuple[str, str]) -> None:
    """A filter shows only releases that fit it, and all of mine that do."""
    name, value = filter
    fitting = wares.make_release(case, type="ep")
    other = wares.make_complete(case, type="album")
    wares.submit(case, other)
    mine, hidden = (fitting, other) if value in ("ep", "draft") else (other, fitting)
    answer = case.call("listReleases", query={name: value, "per_page": 100})
    judge.status(answer, 200)
    shown = [entry.get("uuid") for entry in answer.items("/data")]
    judge.that(mine in shown, "a release that fits is not shown", answer, expected=mine, received=shown)
    judge.that(hidden not in shown, "a release that does not fit is shown", answer, received=hidden)
    strays = sorted({str(entry.get(name)) for entry in answer.items("/data")} - {value})
    judge.equal(f"other values of {name}", [], strays, answer)


def one_field_at_a_time(case: Case, field: echo.Field) -> None:
    """An update changes what it sends and leaves the rest."""
    release = wares.make_release(case)
    before = wares.read(case, release).at("/release")
    answer = case.call("updateRelease", path={"uuid": release}, json={field.name: field.sent})
    judge.status(answer, 200)
    after = wares.read(case, release)
    echo.shows(after, [field], "/release")
    echo.changed_only(before, after.at("/release"), [field], ("updated_at",), after)


def update_works_in(case: Case, state: str) -> None:
    """A draft and a pending release can be updated, and stay what they are."""
    release = wares.make_in(case, state)
    answer = case.call("updateRelease", path={"uuid": release}, json={"genre": "Highlife"})
    judge.status(answer, 200)
    again = wares.read(case, release)
    judge.equal("genre", "Highlife", again.at("/release/genre"), again)
    judge.equal("status", state, again.at("/release/status"), again)


def update_is_refused_in(case: Case, state: str) -> None:
    """A release that has passed review cannot be updated."""
    release = wares.make_in(case, state, "spotify")
    with unchanged(lambda: wares.read(case, release), "/release"):
        answer = case.call("updateRelease", path={"uuid": release}, json={"genre": "Highlife"})
        wares.refused(answer, 409)


def bad_update_changes_nothing(case: Case, body: dict[str, Any]) -> None:
    """An update with one bad value next to a good one is refused whole."""
    release = wares.make_release(case)
    with unchanged(lambda: wares.read(case, release), "/release"):
        answer = case.call("updateRelease", path={"uuid": release}, json={"label": "must not be stored", **body})
        wares.invalid(answer, next(iter(body)))


def updated_at_moves(case: Case) -> None:
    """An update moves updated_at and leaves created_at."""
    with case.own_sandbox(world="empty") as inside:
        release = wares.make_release(inside)
        before = wares.read(inside, release)
        inside.control.advance("PT90S")
        judge.status(inside.call("updateRelease", path={"uuid": release}, json={"genre": "Highlife"}), 200)
        after = wares.read(inside, release)
        moved = _instant(after, "updated_at").timestamp() - _instant(before, "updated_at").timestamp()
        judge.that(89 <= moved <= 91, "updated_at did not move with the clock", after, expected=90, received=moved)
        created = before.at("/release/created_at")
        judge.equal("created_at", created, after.at("/release/created_at"), after)


def _instant(answer: Answer, name: str) -> datetime:
    return datetime.fromisoformat(str(answer.at(f"/release/{name}")).replace("Z", "+00:00"))


def events_fire(case: Case) -> None:
    """Creating and submitting a release is told to subscribers, with the release's UUID."""
    with case.own_sandbox(world="empty") as inside, receiving(inside) as receiver:
        body = wares.webhook_body(inside, "release.created", "release.submitted", url=receiver.url)
        inside.given(inside.call("createWebhook", json=body), 201)
        release = wares.make_complete(inside)
        inside.control.post("/deliveries/run")
        wares.submit(inside, release)
        inside.control.post("/deliveries/run")
        told = [body_of(parcel) for parcel in receiver.received]
        judge.equal("the events", ["release.created", "release.submitted"], [event.get("event") for event in told])
        for event in told:
            judge.equal("data.release_id", release, data_of(event).get("release_id"))


def refused_submit_is_not_told(case: Case) -> None:
    """A submission that is refused fires nothing."""
    with case.own_sandbox(world="empty") as inside, receiving(inside) as receiver:
        body = wares.webhook_body(inside, "release.submitted", url=receiver.url)
        inside.given(inside.call("createWebhook", json=body), 201)
        release = wares.make_release(inside)
        inside.given(inside.call("submitRelease", path={"uuid": release}), 422)
        inside.control.post("/deliveries/run")
        judge.equal("the number of parcels", 0, len(receiver.received))


def _dsps(answer: Answer, place: str) -> list[str]:
    found = []
    for entry in answer.items(place):
        text = entry.get("slug", "") if isinstance(entry, dict) else entry
        found.append(str(text).lower().replace("-", "").replace("_", ""))
    return sorted(found)


def stores_are_attached(case: Case) -> None:
    """Stores that were attached open the gate and stand in the answer, once each."""
    release = wares.make_release(case)
    for dsps in (["spotify"], ["deezer", "spotify"]):
        answer = case.call("attachReleaseDsps", path={"uuid": release}, json={"dsps": dsps})
        judge.status(answer, 200, 201)
    # A deployment may answer in another shape; what counts is what is attached then.
    told = [(answer, "/data/dsps")] if answer.at("/data/dsps") is not MISSING else []
    for shown, place in (*told, (wares.read(case, release), "/release/dsps")):
        judge.equal("the attached stores", ["deezer", "spotify"], _dsps(shown, place), shown)
    previewed = case.call("previewDdexMessage", path={"uuid": release, "dsp_slug": "deezer"})
    judge.status(previewed, 200)


def unknown_store_is_404(case: Case, dsps: tuple[str, ...]) -> None:
    """An unknown store is 404 with its slug in the text, and nothing is attached."""
    release = wares.make_release(case)
    wares.make_track(case, release)
    answer = case.call("attachReleaseDsps", path={"uuid": release}, json={"dsps": list(dsps)})
    wares.refused(answer, 404, "DSP 'conformance-nope' not found or inactive.")
    wares.refused(case.call("submitRelease", path={"uuid": release}), 422, reviewing.GATES["store"])


CHECKS = (
    check("TG-061", new_release_is_draft),
    check("TG-061", status_cannot_be_written),
    check("TG-062", required_member_is_needed, each=("title", "type", "release_date", "genre")),
    check("TG-062", all_types_are_taken, each=("single", "ep", "album")),
    check("TG-062", other_types_are_refused, each=("cassette", "Single", "", 1)),
    check("TG-062", other_dates_are_refused, each=("2031-02-30", "01.05.2031", "2031-5-1", "soon", 20310501, None)),
    check("TG-062", what_is_sent_is_kept),
    check("TG-063", blank_upc_is_minted, each=({}, {"upc": ""})),
    check("TG-063", copyright_year_is_this_year),
    check("TG-064", own_upc_is_kept, each=(12, 13)),
    check("TG-065", newest_comes_first, needs=("control",)),
    check("TG-065", list_filters, each=(("status", "draft"), ("status", "pending"), ("type", "ep"), ("type", "album"))),
    check("TG-066", one_field_at_a_time, each=FIELDS, needs=()),
    check("TG-066", update_works_in, each=("draft", "pending"), needs=()),
    check("TG-066", update_is_refused_in, each=("approved", "live", "taken_down")),
    check("TG-066", bad_update_changes_nothing, each=({"type": "cassette"}, {"release_date": "soon"}), needs=()),
    check("TG-067", updated_at_moves),
    check("TG-075", events_fire),
    check("TG-075", refused_submit_is_not_told),
    check("TG-076", stores_are_attached),
    check("TG-076", unknown_store_is_404, each=(("conformance-nope",), ("spotify", "conformance-nope"))),
)
