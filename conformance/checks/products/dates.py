"""PR-060 to PR-062: days and instants."""

from __future__ import annotations

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.properties import jsonapi
from conformance.properties.readback import unchanged

_MIDNIGHT = "T00:00:00.000000Z"


def day_becomes_midnight(case: Case, name: str) -> None:
    """A day that was sent comes back as its midnight in UTC, on create and on update."""
    created = wares.create(case, wares.body(case, {name: "2023-10-01"}))
    judge.status(created, 201)
    place = f"/data/attributes/{name}"
    judge.equal(name, f"2023-10-01{_MIDNIGHT}", created.at(place), created)
    id = str(created.at("/data/id"))
    updated = wares.update(case, id, {name: "2024-02-29"})
    judge.status(updated, 200)
    judge.equal(name, f"2024-02-29{_MIDNIGHT}", updated.at(place), updated)
    again = wares.read(case, id)
    judge.equal(name, f"2024-02-29{_MIDNIGHT}", again.at(place), again)


def malformed_date_is_refused(case: Case, value: str) -> None:
    """Another form of date, or a day that no calendar has, is refused by an update."""
    id = wares.make(case)
    place = "/data/attributes/release-date"
    with unchanged(lambda: wares.read(case, id)):
        jsonapi.refused_at(wares.update(case, id, {"release-date": value}), 422, place)


def timestamp_is_accepted(case: Case) -> None:
    """A date as answers print it is accepted."""
    printed = f"2023-10-01{_MIDNIGHT}"
    created = wares.create(case, wares.body(case, {"release-date": printed}))
    judge.status(created, 201)
    judge.equal("release-date", printed, created.at("/data/attributes/release-date"), created)


CHECKS = (
    check("PR-060", day_becomes_midnight, each=("release-date",)),
    check("PR-061", day_becomes_midnight, each=("original-release-date",)),
    check("PR-062", malformed_date_is_refused, each=("01/10/2023", "2026-02-30", "soon")),
    check("PR-062", timestamp_is_accepted),
)
