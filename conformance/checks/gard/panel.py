"""GARD-143 to GARD-146: what the dashboard shows."""

from __future__ import annotations

import csv
import io
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.properties.paging import Listing, Offsets, visits_everything_once

_LOG = Listing("listActivityLog", Offsets(), items="/events", identity="/id", total="/total")
_EVENT = ("action", "created_at", "entity_id", "entity_type", "id")
_SCOPE = {"id", "public_id", "release_id", "name", "artist_name", "status", "message", "upc", "release_date"}


def log(case: Case, **query: Any) -> Answer:
    """Read the activity log."""
    answer = case.call("listActivityLog", query=query)
    judge.status(answer, 200)
    return answer


def scope_shows_artist_and_release(case: Case) -> None:
    """After a submission artist and release are in the scope, the artist once."""
    artist = case.ledger.name("Ártist")
    first = desk.submit(case, artist_name=artist)
    second = desk.submit(case, artist_name=artist)
    answer = case.call("getPanelScope")
    judge.status(answer, 200)
    judge.equal("how often the artist is named", 1, answer.items("/artists").count(artist), answer)
    for sent in (first, second):
        rows = [row for row in answer.items("/releases") if row.get("public_id") == sent.release]
        judge.equal("the number of rows", 1, len(rows), answer)
        judge.equal("the members that are missing", [], sorted(_SCOPE - set(rows[0])), answer)
        for name, value in (("release_id", sent.row), ("name", sent.name), ("artist_name", artist)):
            judge.equal(name, value, rows[0][name], answer)


def submission_is_logged(case: Case) -> None:
    """A submission is an event: action submit, entity_type release, its rel_ id."""
    sent = desk.submit(case)
    answer = log(case, action="submit", limit=100)
    rows = [row for row in answer.items("/events") if row.get("entity_id") == sent.release]
    judge.equal("the number of events of the release", 1, len(rows), answer)
    judge.members("an event", _EVENT, rows[0], answer)
    judge.equal("action", "submit", rows[0]["action"], answer)
    judge.equal("entity_type", "release", rows[0]["entity_type"], answer)


def filters_narrow_the_log(case: Case) -> None:
    """artist and action narrow the log, and total counts what they leave."""
    artist = case.ledger.name("Artist")
    mine = sorted(desk.submit(case, artist_name=artist).release for _ in range(2))
    desk.submit(case)
    answer = log(case, artist=artist, action="submit")
    judge.equal("the releases", mine, sorted(row["entity_id"] for row in answer.items("/events")), answer)
    judge.equal("total", 2, answer.at("/total"), answer)
    nothing = log(case, artist=artist, action="no-such-action")
    judge.equal("the events of no action", [], nothing.at("/events"), nothing)
    judge.equal("total", 0, nothing.at("/total"), nothing)


def log_is_paged(case: Case) -> None:
    """limit and offset page through the log, each event once, and total stays."""
    artist = case.ledger.name("Artist")
    for _ in range(5):
        desk.submit(case, artist_name=artist)
    ids = [row["id"] for row in log(case, artist=artist, limit=100).items("/events")]
    for size in (1, 2, 5):
        visits_everything_once(case, _LOG, size, ids, {"artist": artist})


def report_is_csv(case: Case) -> None:
    """The streaming report is text/csv with upc, title and streams, a row for each live release."""
    answer = case.call("exportStreamingReport")
    judge.status(answer, 200)
    judge.equal("the media type", "text/csv", answer.exchange.media_type, answer)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    judge.equal("the header", ["upc", "title", "streams"], rows[0] if rows else [], answer)
    for row in rows[1:]:
        judge.equal("the number of columns", 3, len(row), answer)
        judge.that(row[2].isdigit(), "streams is no number", answer, received=row)
    live = [row for row in samples.catalog(case) if row["public_id"] in case.fact("live", 0)]
    titles = [row[1] for row in rows[1:]]
    for release in live:
        judge.that(release["name"] in titles, "a live release is missing", answer, expected=release["name"])


def titles_are_quoted(case: Case) -> None:
    """A title with a comma, quotes or letters of any alphabet survives the report."""
    title = f'{case.ledger.name()} "One, Two" Ж'
    with case.own_sandbox(world="empty") as inside:
        desk.submit(inside, release_name=title)
        answer = inside.given(inside.call("exportStreamingReport"), 200)
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        judge.equal("the titles", [title], [row[1] for row in rows[1:]], answer)


def nothing_is_not_exported(case: Case) -> None:
    """An account without releases has nothing to export: 400."""
    with case.own_sandbox(world="empty") as inside:
        judge.status(inside.call("exportStreamingReport"), 400)


CHECKS = (
    check("GARD-143", scope_shows_artist_and_release),
    check("GARD-144", submission_is_logged),
    check("GARD-144", filters_narrow_the_log),
    check("GARD-144", log_is_paged),
    check("GARD-145", report_is_csv),
    check("GARD-145", titles_are_quoted, needs=("control",), required=False),
    check("GARD-146", nothing_is_not_exported),
)
