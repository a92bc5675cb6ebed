"""What cannot be asked for directly: tenants, products to subscribe to, and things of the catalogue to speak of."""

from __future__ import annotations

from typing import Any

from conformance.case import Case
from conformance.checks.yourmusic import people

_LETTERS = "abcdefghijklmnoprstuvw"
_ARTISTS_LOOKED_AT = 60


def tenants(case: Case) -> list[str]:
    """Return the slugs of the two clients' tenants, the first being that of `full`."""
    accounts = case.session.target.accounts
    names = [accounts[name].get("account") for name in ("full", "second-account") if name in accounts]
    return [str(name) for name in names if name]


def products(case: Case) -> list[str]:
    """Return the product that the document's own example orders; the API lists none."""
    return ["basic"]


def redirects(case: Case) -> list[str]:
    """Return addresses that the configured patterns allow, as far as the control API tells the patterns."""
    if case.session.target.control is None:
        return []
    about = case.control.get("/info").get("providers", [])
    mine: dict[str, Any] = next((entry for entry in about if entry.get("name") == case.contract.provider), {})
    patterns = [str(pattern) for pattern in mine.get("allowed_redirect_patterns", [])]
    return [pattern.replace("*", "conformance") for pattern in patterns if ":*" not in pattern]


def artists(case: Case) -> list[str]:
    """Return ids of artists with releases, those first that have several types of release."""
    rich, plain = [], []
    for entry in _some_artists(case):
        found = case.call(
            "listArtistReleases",
            path={"artist_id": entry["id"]},
            query={"pageSize": 50},
            principal=people.reader(case),
        )
        releases = [item for item in found.items("/releases/releases") if isinstance(item, dict)]
        if len({item.get("type") for item in releases}) > 1:
            rich.append(str(entry["id"]))
        elif releases:
            plain.append(str(entry["id"]))
        if rich and len(rich) + len(plain) >= 3:
            break
    return rich + plain


def _some_artists(case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for letter in _LETTERS:
        answer = case.call("browseArtists", query={"letter": letter}, principal=people.reader(case))
        found += [entry for entry in answer.items("/artists/artist") if isinstance(entry, dict) and "id" in entry]
        found = list({str(entry["id"]): entry for entry in found}.values())
        if len(found) >= _ARTISTS_LOOKED_AT:
            break
    return found[:_ARTISTS_LOOKED_AT]


def releases(case: Case) -> list[str]:
    """Return ids of releases of the known artists."""
    found = []
    for artist in case.fact("artists"):
        answer = case.call("listArtistReleases", path={"artist_id": artist}, principal=people.reader(case))
        found += [str(entry["id"]) for entry in answer.items("/releases/releases") if isinstance(entry, dict)]
    return list(dict.fromkeys(found))


def tracks(case: Case) -> list[str]:
    """Return ids of tracks on the known releases, at least six where there are so many."""
    found: list[str] = []
    for release in case.fact("releases"):
        answer = case.call("listReleaseTracks", path={"release_id": release}, principal=people.reader(case))
        more = (str(entry["id"]) for entry in answer.items("/tracks") if isinstance(entry, dict))
        found = list(dict.fromkeys([*found, *more]))
        if len(found) >= 6:
            break
    return found


FACTS = {
    "tenants": tenants,
    "products": products,
    "redirects": redirects,
    "artists": artists,
    "releases": releases,
    "tracks": tracks,
}
