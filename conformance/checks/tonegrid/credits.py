"""TG-225 to TG-228: writers, publishers and collaborators of a track."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer, Members
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.properties.readback import unchanged

ROLES = (
    *("producer", "executive_producer", "co_producer", "vocal_producer", "mix_engineer", "mastering_engineer"),
    *("recording_engineer", "assistant_engineer", "featured_artist", "vocalist", "background_vocalist"),
    *("guest_artist", "instrumentalist", "arranger", "conductor", "remixer", "orchestra", "choir", "programmer", "dj"),
    *("sound_designer", "a_and_r", "liner_notes", "photographer", "illustrator", "styled_by", "other"),
)


def _track(case: Case) -> str:
    return wares.make_track(case, wares.make_release(case))


def make_writer(case: Case, **members: Any) -> str:
    """Make a writer as a precondition and return its UUID."""
    body = {"name": case.ledger.name("writer"), **members}
    return wares.identity(case.given(case.call("createWriter", json=body), 201), "/data/uuid")


def make_publisher(case: Case) -> str:
    """Make a publisher as a precondition and return its UUID."""
    answer = case.call("createPublisher", json={"name": case.ledger.name("publisher")})
    return wares.identity(case.given(answer, 201), "/data/uuid")


def _writers(case: Case, track: str, *shares: tuple[str, float]) -> Answer:
    rows = [{"writer_uuid": writer, "role": "composer", "composer_share_percent": share} for writer, share in shares]
    return case.call("replaceTrackWriters", path={"uuid": track}, json={"writers": rows})


def _publishers(case: Case, track: str, *rows: dict[str, Any]) -> Answer:
    return case.call("replaceTrackPublishers", path={"uuid": track}, json={"publishers": list(rows)})


def _collaborators(case: Case, track: str, *rows: dict[str, Any]) -> Answer:
    return case.call("replaceTrackCollaborators", path={"uuid": track}, json={"collaborators": list(rows)})


def _shares(case: Case, track: str) -> dict[str, Any]:
    shown = wares.read_track(case, track)
    judge.status(shown, 200)
    return {str(row.get("writer_uuid")): row.get("composer_share_percent") for row in shown.items("/track/writers")}


def _sums(shares: dict[str, Any]) -> dict[str, float]:
    return {writer: float(share) for writer, share in shares.items()}


def hundred_percent_is_taken(case: Case, parts: tuple[float, ...]) -> None:
    """Shares that sum to exactly 100 are taken, also with decimals, and are read back."""
    track, writers = _track(case), [make_writer(case) for _ in parts]
    pairs = list(zip(writers, parts, strict=True))
    judge.status(_writers(case, track, *pairs), 200)
    judge.equal("the shares", {writer: float(part) for writer, part in pairs}, _sums(_shares(case, track)))


def writers_are_replaced(case: Case) -> None:
    """The list that is sent is the whole list: who is left out is gone."""
    track, first, second = _track(case), make_writer(case), make_writer(case)
    case.given(_writers(case, track, (first, 60), (second, 40)), 200)
    judge.status(_writers(case, track, (second, 100)), 200)
    judge.equal("the shares", {second: 100.0}, _sums(_shares(case, track)))


def other_sums_are_refused(case: Case, parts: tuple[float, ...]) -> None:
    """Shares that sum to anything else are 422, the answer tells the running total, and nothing changes."""
    track, writers = _track(case), [make_writer(case) for _ in parts]
    case.given(_writers(case, track, (writers[0], 100)), 200)
    with unchanged(lambda: wares.read_track(case, track), "/track/writers", "the writers"):
        answer = _writers(case, track, *zip(writers, parts, strict=True))
    wares.refused(answer, 422)
    total = f"{sum(parts):g}"
    text = answer.content.decode("utf-8", "replace")
    judge.that(total in text, "the answer does not tell the running total", answer, expected=total, received=text)


def zeros_clear(case: Case) -> None:
    """Shares that are all 0 are taken."""
    track, first, second = _track(case), make_writer(case), make_writer(case)
    case.given(_writers(case, track, (first, 60), (second, 40)), 200)
    judge.status(_writers(case, track, (first, 0), (second, 0)), 200)
    judge.equal("the sum of the shares", 0.0, sum(_sums(_shares(case, track)).values()))


def writer_keeps_what_was_sent(case: Case) -> None:
    """A new writer is answered with what was sent."""
    sent = {
        "name": "Ayodeji Balogun",
        "legal_name": "Ayodeji Ibrahim Balogun",
        "iswc": "T-123456789-0",
        "ipi_name_number": "123456789",
        "pro_affiliation": "PRS",
        "country": "NG",
    }
    answer = case.call("createWriter", json=sent)
    judge.status(answer, 201)
    for name, value in sent.items():
        judge.equal(name, value, answer.at(f"/data/{name}"), answer)


def unknown_writer_is_refused(case: Case) -> None:
    """A writer that does not exist is refused, and the list stays."""
    track, writer = _track(case), make_writer(case)
    case.given(_writers(case, track, (writer, 100)), 200)
    wares.is_refused(_writers(case, track, (wares.NO_ID, 100)))
    judge.equal("the shares", {writer: 100.0}, _sums(_shares(case, track)))


def unknown_publisher_is_refused(case: Case) -> None:
    """A publisher that does not exist is refused."""
    wares.is_refused(_publishers(case, _track(case), {"publisher_uuid": wares.NO_ID, "share_percent": 100}))


def territories_of_a_publisher(case: Case, codes: list[str] | None) -> None:
    """territory_codes is a list of countries, or null for the whole world; both are read back."""
    track, publisher = _track(case), make_publisher(case)
    row = {"publisher_uuid": publisher, "share_percent": 100, "territory_codes": codes}
    judge.status(_publishers(case, track, row), 200)
    shown = wares.read_track(case, track)
    judge.equal("publisher_uuid", publisher, shown.at("/track/publishers/0/publisher_uuid"), shown)
    judge.equal("territory_codes", codes, shown.at("/track/publishers/0/territory_codes"), shown)


def publisher_may_stand_for_a_writer(case: Case) -> None:
    """for_writer_uuid ties a publisher to a writer and can be left out."""
    track, writer, first, second = _track(case), make_writer(case), make_publisher(case), make_publisher(case)
    case.given(_writers(case, track, (writer, 100)), 200)
    tied = {"publisher_uuid": first, "for_writer_uuid": writer, "share_percent": 60, "is_administrator": True}
    judge.status(_publishers(case, track, tied, {"publisher_uuid": second, "share_percent": 40}), 200)
    shown = wares.read_track(case, track)
    rows = Members((str(row.get("publisher_uuid")), row) for row in shown.items("/track/publishers"))
    judge.equal("the publishers", sorted((first, second)), sorted(map(str, rows)), shown)
    judge.equal("for_writer_uuid of the first", writer, rows[first].get("for_writer_uuid"), shown)
    judge.equal("is_administrator of the first", True, rows[first].get("is_administrator"), shown)
    judge.equal("for_writer_uuid of the second", None, rows[second].get("for_writer_uuid"), shown)


def twenty_seven_roles_are_taken(case: Case) -> None:
    """Each of the 27 roles is taken and read back."""
    track = _track(case)
    rows = [{"name": f"Person {place}", "role": role, "credit_order": place} for place, role in enumerate(ROLES, 1)]
    judge.status(_collaborators(case, track, *rows), 200)
    shown = wares.read_track(case, track)
    judge.equal("the roles", list(ROLES), [row.get("role") for row in shown.items("/track/collaborators")], shown)


def other_roles_are_refused(case: Case, role: str) -> None:
    """Any other role is 422, and the list stays."""
    track = _track(case)
    case.given(_collaborators(case, track, {"name": "Sarz", "role": "producer"}), 200)
    with unchanged(lambda: wares.read_track(case, track), "/track/collaborators", "the collaborators"):
        wares.refused(_collaborators(case, track, {"name": "Drum group", "role": role}), 422)


def liner_notes_stand_by_credit_order(case: Case) -> None:
    """Collaborators are shown by credit_order, whatever the order in which they were sent; role_detail is kept."""
    track = _track(case)
    rows = (
        {"name": "Drum group", "role": "instrumentalist", "role_detail": "Drums", "credit_order": 3},
        {"name": "Sarz", "role": "producer", "credit_order": 1},
        {"name": "P2J", "role": "mix_engineer", "credit_order": 2},
    )
    judge.status(_collaborators(case, track, *rows), 200)
    shown = wares.read_track(case, track)
    found = shown.items("/track/collaborators")
    judge.equal("the names", ["Sarz", "P2J", "Drum group"], [row.get("name") for row in found], shown)
    judge.equal("role_detail", "Drums", found[2].get("role_detail"), shown)


CHECKS = (
    check("TG-225", hundred_percent_is_taken, each=((100,), (60, 40), (33.33, 33.33, 33.34), (0.1, 0.2, 99.7))),
    check("TG-225", writers_are_replaced),
    check("TG-225", other_sums_are_refused, each=((60, 30), (60, 60), (33.3, 33.3, 33.3))),
    check("TG-225", zeros_clear),
    check("TG-225", writer_keeps_what_was_sent),
    check("TG-226", unknown_writer_is_refused),
    check("TG-226", unknown_publisher_is_refused),
    check("TG-227", territories_of_a_publisher, each=(["NG", "GH", "KE", "ZA"], None)),
    check("TG-227", publisher_may_stand_for_a_writer),
    check("TG-228", twenty_seven_roles_are_taken),
    check("TG-228", other_roles_are_refused, each=("guitarist", "Producer", "")),
    check("TG-228", liner_notes_stand_by_credit_order),
)
