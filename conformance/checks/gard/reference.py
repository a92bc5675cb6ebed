"""GARD-109 to GARD-117: the code lists, as printed and as a submission takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, printed
from conformance.checks.gard.taking import refused, taken
from conformance.judge import NotApplicable, NotTested
from conformance.pointer import MISSING

_LISTS = ("platforms", "countries", "languages", "genres_root")
_PRINTED = {
    "platforms": printed.PLATFORMS,
    "countries": printed.COUNTRIES,
    "languages": printed.LANGUAGES,
    "genres_root": printed.GENRES,
}
_MISSING_TERRITORIES = ("bl", "cw", "mf", "sx")


def snapshot(case: Case) -> Answer:
    """Read the code lists."""
    answer = case.call("getReferenceData")
    judge.status(answer, 200)
    return answer


def rows_are_codes_and_names(case: Case) -> None:
    """The four lists hold rows of code and name, and nothing else; the subgenres a map of such lists."""
    answer = snapshot(case)
    for name in _LISTS:
        rows = answer.items(f"/{name}")
        judge.that(rows, f"{name} is no list", answer, received=answer.at(f"/{name}"))
        _are_rows(rows, name, answer)
    by_parent = answer.at("/subgenres_by_parent_code")
    judge.that(isinstance(by_parent, dict), "subgenres_by_parent_code is no map", answer, received=by_parent)
    roots = {row["code"] for row in answer.items("/genres_root")}
    judge.equal("the parents that are no root genre", [], sorted(set(by_parent) - roots), answer)
    for parent, rows in by_parent.items():
        _are_rows(rows, f"the subgenres of {parent}", answer)


def _are_rows(rows: Any, what: str, answer: Answer) -> None:
    for row in rows:
        judge.equal(f"the members of a row of {what}", ["code", "name"], sorted(row), answer)
        texts = all(isinstance(value, str) and value for value in row.values())
        judge.that(texts, f"a row of {what} holds no texts", answer, received=row)
    codes = [row["code"] for row in rows]
    judge.equal(f"the codes that stand twice in {what}", [], sorted({c for c in codes if codes.count(c) > 1}), answer)


def supplement_is_whole(case: Case) -> None:
    """live_supplement, where it is sent, holds groups, lines and price categories as lists."""
    supplement = snapshot(case).at("/live_supplement")
    if supplement is MISSING or supplement is None:
        raise NotApplicable("the server sends no live_supplement, which it may leave out")
    for name in ("platform_groups", "lines", "price_categories"):
        judge.that(isinstance(supplement.get(name), list), f"{name} is no list", received=supplement)


def snapshot_may_be_cached(case: Case) -> None:
    """Two reads give the same body."""
    first, second = snapshot(case), snapshot(case)
    judge.equal("the second body", first.json, second.json, second)


def printed_codes_are_there(case: Case, name: str) -> None:
    """The lists hold exactly the codes that the document prints."""
    answer = snapshot(case)
    codes = [row.get("code") for row in answer.items(f"/{name}")]
    judge.equal(f"the codes of {name}", sorted(_PRINTED[name]), sorted(codes), answer)


def printed_subgenres_are_there(case: Case) -> None:
    """The 25 printed subgenres of alternative are listed under it."""
    answer = snapshot(case)
    codes = [row.get("code") for row in answer.items("/subgenres_by_parent_code/alternative")]
    judge.equal("the codes", sorted(printed.ALTERNATIVE), sorted(codes), answer)


def stores_have_numbers(case: Case) -> None:
    """The list of stores is bare rows of id, name and platform_name; Spotify is 1 and no row has a code."""
    answer = case.call("listPlatforms")
    judge.status(answer, 200)
    rows = answer.items("")
    judge.that(rows, "there are no stores", answer)
    for row in rows:
        judge.equal("the members", ["id", "name", "platform_name"], sorted(row), answer)
        judge.that(type(row["id"]) is int, "id is no integer", answer, received=row)
    spotify = [row["id"] for row in rows if "Spotify" in (row["name"], row["platform_name"])]
    judge.equal("the number of Spotify", [1], spotify, answer)


def groups_are_a_list(case: Case) -> None:
    """The groups of stores are a bare list, possibly empty."""
    answer = case.call("listPlatformGroups")
    judge.status(answer, 200)
    judge.that(isinstance(answer.json, list), "the answer is no list", answer, received=answer.json)


def codes_are_taken_together(case: Case, name: str) -> None:
    """All stores, and all territories, are taken by their codes in one submission."""
    codes = [row["code"] for row in snapshot(case).items(f"/{name}")]
    taken(case, **{name: codes})


def every_code_is_taken(case: Case, pair: tuple[str, str]) -> None:
    """Every language and every root genre is taken by its code; a genre comes back by its name."""
    field, name = pair
    rows = snapshot(case).items(f"/{name}")
    if not rows:
        raise NotTested(f"{name} is empty")
    for code, label in _pairs(rows):
        release = case.ledger.name(f"{field} {code}")
        taken(case, release_name=release, **{field: code})
        if field == "genre_id":
            judge.equal("genre_name", label, desk.find_release(case, release)["genre_name"])


def every_subgenre_is_taken(case: Case) -> None:
    """A subgenre of each root that has any is taken by its code."""
    by_parent = snapshot(case).at("/subgenres_by_parent_code")
    if not any(by_parent.values()):
        raise NotTested("no genre has a subgenre")
    for parent, rows in by_parent.items():
        for code, _ in _pairs(rows[:1]):
            taken(case, genre_id=parent, sub_genre_id=code)


def _pairs(rows: Sequence[dict[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield row["code"], row["name"]


def territories_are_iso_and_cis(case: Case) -> None:
    """Territories are two lower-case letters, and the group cis; an and xk are kept, four newer ones are missing."""
    answer = snapshot(case)
    codes = {row["code"] for row in answer.items("/countries")}
    odd = sorted(code for code in codes if not (len(code) == 2 and code.isalpha() and code.islower()))
    judge.equal("the codes that are not two lower-case letters", ["cis"], odd, answer)
    judge.equal("the codes that are kept", ["an", "xk"], sorted(codes & {"an", "xk"}), answer)
    judge.equal("the codes that are missing in print", [], sorted(codes & set(_MISSING_TERRITORIES)), answer)


def group_is_a_territory(case: Case) -> None:
    """cis is taken as a territory, one that is missing in print is refused."""
    taken(case, countries=["cis"])
    taken(case, countries=["us", "ru", "an", "xk"])
    for code in _MISSING_TERRITORIES:
        refused(case, countries=[code.upper()])


def electronic_has_its_subgenres(case: Case) -> None:
    """The subgenres of electronic include ambient and bass."""
    answer = snapshot(case)
    codes = {row.get("code") for row in answer.items("/subgenres_by_parent_code/electronic")}
    if not codes:
        raise NotTested("there is no list for electronic")
    judge.that({"ambient", "bass"} <= codes, "ambient or bass is missing", answer, received=sorted(codes))


_MEDIA = ("media", "destructive")

CHECKS = (
    check("GARD-109", rows_are_codes_and_names),
    check("GARD-110", supplement_is_whole),
    check("GARD-111", snapshot_may_be_cached),
    check("GARD-112", printed_codes_are_there, each=_LISTS),
    check("GARD-112", printed_subgenres_are_there),
    check("GARD-113", stores_have_numbers),
    check("GARD-114", groups_are_a_list),
    check("GARD-115", codes_are_taken_together, each=("platforms", "countries")),
    check("GARD-115", every_code_is_taken, each=(("meta_lang", "languages"), ("genre_id", "genres_root"))),
    check("GARD-115", every_subgenre_is_taken),
    check("GARD-116", territories_are_iso_and_cis, needs=()),
    check("GARD-116", group_is_a_territory, needs=_MEDIA),
    check("GARD-117", electronic_has_its_subgenres),
)
