"""TG-085 and TG-086: artist profiles."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.properties import echo
from conformance.properties.readback import unchanged

FIELDS = (
    echo.Field("name", "Rema"),
    echo.Field("country", "NG"),
    echo.Field("apple_artist_id", "1234567890"),
    echo.Field("spotify_artist_id", "46pWGuE3dSwY3bMMXGBvVS"),
    echo.Field("biography", "Afrobeats from Benin City."),
)


def _read(case: Case, artist: str) -> Answer:
    return case.call("getArtist", path={"uuid": artist})


def list_is_alphabetical(case: Case) -> None:
    """Artists are listed by name, and the total is theirs."""
    with case.own_sandbox(world="empty") as inside:
        for name in ("Burna Boy", "Adekunle Gold", "Davido", "Ckay"):
            wares.make_artist(inside, name=name)
        answer = inside.call("listArtists")
        judge.status(answer, 200)
        names = [artist.get("name") for artist in answer.items("/artists")]
        judge.equal("the names", ["Adekunle Gold", "Burna Boy", "Ckay", "Davido"], names, answer)
        judge.equal("total", 4, answer.at("/total"), answer)


def new_artist_takes_its_place(case: Case) -> None:
    """A new artist stands in the list, and the total grows."""
    before = case.given(case.call("listArtists"), 200)
    artist = wares.make_artist(case)
    after = case.call("listArtists")
    judge.status(after, 200)
    grown = after.at("/total") > before.at("/total")
    judge.that(grown, "total did not grow", after, expected=f"> {before.at('/total')}", received=after.at("/total"))
    shown = [str(entry.get("uuid")) for entry in after.items("/artists")]
    if len(shown) == after.at("/total"):
        judge.that(artist in shown, "the new artist is not listed", after, expected=artist)


def name_is_enough(case: Case) -> None:
    """A name alone makes an artist, and the rest is empty."""
    answer = case.call("createArtist", json={"name": "Rema"})
    judge.status(answer, 201)
    again = _read(case, str(answer.at("/artist/uuid")))
    judge.status(again, 200)
    judge.equal("name", "Rema", again.at("/artist/name"), again)
    for field in FIELDS[1:]:
        judge.equal(field.name, None, again.at(f"/artist/{field.name}"), again)


def name_is_needed(case: Case, body: dict[str, Any]) -> None:
    """Without a name there is no artist."""
    wares.invalid(case.call("createArtist", json=body), "name")


def what_is_sent_is_kept(case: Case) -> None:
    """Every member comes back as it was sent."""
    answer = case.call("createArtist", json={field.name: field.sent for field in FIELDS})
    judge.status(answer, 201)
    echo.shows(_read(case, str(answer.at("/artist/uuid"))), list(FIELDS), "/artist")


def one_field_at_a_time(case: Case, field: echo.Field) -> None:
    """An update changes what it sends and leaves the rest."""
    artist = wares.make_artist(case, country="GH", biography="Before.")
    before = _read(case, artist).at("/artist")
    judge.status(case.call("updateArtist", path={"uuid": artist}, json={field.name: field.sent}), 200)
    after = _read(case, artist)
    echo.shows(after, [field], "/artist")
    echo.changed_only(before, after.at("/artist"), [field], ("updated_at",), after)


def other_countries_are_refused(case: Case, country: Any) -> None:
    """A country is two letters of ISO 3166-1, on creation and on update."""
    body = {"name": "Rema", "country": country}
    wares.invalid(case.call("createArtist", json=body), "country")
    artist = wares.make_artist(case)
    with unchanged(lambda: _read(case, artist), "/artist", "the artist"):
        wares.invalid(case.call("updateArtist", path={"uuid": artist}, json=body), "country")


CHECKS = (
    check("TG-085", list_is_alphabetical, needs=("control",)),
    check("TG-085", new_artist_takes_its_place),
    check("TG-086", name_is_enough),
    check("TG-086", name_is_needed, each=({}, {"country": "NG"}, {"name": ""})),
    check("TG-086", what_is_sent_is_kept),
    check("TG-086", one_field_at_a_time, each=FIELDS),
    check("TG-086", other_countries_are_refused, each=("NGA", "ng", "N", "")),
)
