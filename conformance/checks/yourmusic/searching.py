"""YM-157 to YM-160 and YM-175: what a search finds, in which envelope and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.catalogue import PAGED, SEARCHES, ask, items, term
from conformance.judge import NotTested
from conformance.pointer import MISSING

_ENVELOPE = ("estimatedTotalItems", "page", "expectedPageSize", "results")
# Words that some title or name of any catalogue is likely to have.
WORDS = ("the", "love", "night", "light", "a", "of", "you", "river", "day", "o", "e", "an")


def popular(case: Case, operation: str, fits: Callable[[Answer], bool], what: str, **query: Any) -> str:
    """Return search terms whose answer fits, or end the check as not tested."""
    for word in WORDS:
        if fits(ask(case, operation, q=word, pageSize=50, **query)):
            return word
    raise NotTested(f"no search of {', '.join(WORDS)} finds {what}")


def explicit_items_are_left_out(case: Case, operation: str) -> None:
    """excludeExplicitContent=true leaves explicit items out and the others in; false leaves nothing out."""

    def has_both(answer: Answer) -> bool:
        return len({item.get("explicitContent") for item in items(answer)}) == 2

    word = popular(case, operation, has_both, "explicit and other items together")
    everything = ask(case, operation, q=word, pageSize=50)
    answer = ask(case, operation, q=word, pageSize=50, excludeExplicitContent=True)
    judge.status(answer, 200)
    explicit = [item["id"] for item in items(answer) if item.get("explicitContent")]
    judge.equal("the explicit items", [], explicit, answer)
    wanted = {item["id"] for item in items(everything) if not item["explicitContent"]}
    lost = wanted - {item["id"] for item in items(answer)}
    judge.that(not lost, "items that are not explicit are left out too", answer, expected=sorted(wanted))
    kept = ask(case, operation, q=word, pageSize=50, excludeExplicitContent=False)
    judge.equal("the items with excludeExplicitContent=false", everything.at("/results"), kept.at("/results"), kept)


def artist_restricts(case: Case, operation: str) -> None:
    """artistId leaves items of that artist only, and those that the search finds without it."""
    reader = people.reader(case)
    if operation == "searchReleases":
        known = case.call("getRelease", path={"release_id": case.fact("releases")[0]}, principal=reader).at("/release")
    else:
        known = case.call("getTrack", path={"track_id": case.fact("tracks")[0]}, principal=reader).at("/track")
    answer = ask(case, operation, q=known["title"], pageSize=50, artistId=known["artist"]["id"])
    judge.status(answer, 200)
    artists = sorted({item["artist"]["id"] for item in items(answer)})
    judge.equal("the artists of the items found", [known["artist"]["id"]], artists, answer)
    found = [item["id"] for item in items(answer)]
    judge.that(known["id"] in found, "the artist's own item is not found", answer, expected=known["id"], received=found)
    others = [id for id in case.fact("artists", at_least=2) if id != str(known["artist"]["id"])]
    other = others[0]
    answer = ask(case, operation, q=known["title"], pageSize=50, artistId=other)
    judge.status(answer, 200)
    strange = [item["artist"]["id"] for item in items(answer) if str(item["artist"]["id"]) != other]
    judge.equal("the other artists in a search restricted to one", [], strange, answer)


def envelope(case: Case, operation: str) -> None:
    """A search answers with its four members, three of them counters."""
    answer = ask(case, operation)
    judge.status(answer, 200)
    judge.equal("what the body lacks", [], people.lacking(answer.json, _ENVELOPE), answer)
    for name in _ENVELOPE[:3]:
        judge.that(type(answer.at(f"/{name}")) is int, f"{name} is no integer", answer, received=answer.at(f"/{name}"))
    judge.that(isinstance(answer.at("/results"), list), "results is no array", answer, received=answer.at("/results"))


def envelope_is_kept_without_results(case: Case, operation: str) -> None:
    """A search that finds nothing has the same members and no results."""
    answer = ask(case, operation, q=f"zqx{case.ledger.run}")
    judge.status(answer, 200)
    judge.equal("what the body lacks", [], people.lacking(answer.json, _ENVELOPE), answer)
    judge.equal("results", [], answer.at("/results"), answer)
    judge.equal("estimatedTotalItems", 0, answer.at("/estimatedTotalItems"), answer)


def pages_do_not_overlap(case: Case, operation: str) -> None:
    """Pages say their number and size as asked for, are full until the last, and show each item once."""
    query: dict[str, Any] = {}
    if operation in SEARCHES:
        total = "/estimatedTotalItems"

        def has_two_pages(answer: Answer) -> bool:
            count = answer.at(total)
            return isinstance(count, int) and count > 10

        query["q"] = popular(case, operation, has_two_pages, "more than one page")
    number, size = ("/page", "/expectedPageSize") if query else ("/releases/page", "/releases/pageSize")
    first, second = (ask(case, operation, page=page, pageSize=10, **query) for page in (1, 2))
    for page, answer in ((1, first), (2, second)):
        judge.status(answer, 200)
        judge.equal("the page's number", page, answer.at(number), answer)
        judge.equal("the page's size", 10, answer.at(size), answer)
        judge.that(len(items(answer)) <= 10, "a page is longer than asked for", answer, received=len(items(answer)))
    both = {item["id"] for item in items(first)} & {item["id"] for item in items(second)}
    judge.equal("the items on both pages", [], sorted(both), second)
    whole = ask(case, operation, page=1, pageSize=50, **query)
    shown = [item["id"] for item in (*items(first), *items(second))]
    judge.equal("the items of two pages", [item["id"] for item in items(whole)][:20], shown, second)


def _title(item: dict[str, Any]) -> str:
    return str(item.get("name", item.get("title")))


def search_relates_to_its_terms(case: Case, operation: str) -> None:
    """A name finds its thing in any case of its letters."""
    whole = term(case, operation)
    answer = ask(case, operation, q=whole)
    judge.that(whole in [_title(item) for item in items(answer)], "the whole name does not find it", answer)
    for part in (whole.upper(), whole.lower()):
        other = ask(case, operation, q=part)
        judge.equal(f"what {part!r} finds", answer.at("/results"), other.at("/results"), other)


def best_comes_first(case: Case, operation: str) -> None:
    """Scores do not rise from one result to the next, nor from one page to the next."""

    def has_two_scores(answer: Answer) -> bool:
        return len({item.get("score") for item in items(answer)}) > 1

    word = popular(case, operation, has_two_scores, "results of different scores")
    for size in (50, 10):
        answer = ask(case, operation, q=word, pageSize=size)
        shown = items(answer)
        if size == len(shown) == 10:
            answer = ask(case, operation, q=word, pageSize=size, page=2)
            shown += items(answer)
        scores = [item["score"] for item in shown]
        numbers = all(isinstance(score, int | float) for score in scores)
        judge.that(numbers, "a score is no number", answer, expected="numbers", received=scores)
        judge.equal("the scores in order", sorted(scores, reverse=True), scores, answer)


def results_without_relation_are_absent(case: Case) -> None:
    """Every artist found by a rare word has it in the name, and nonsense finds none."""
    nonsense = ask(case, "searchArtists", q=f"zqx{case.ledger.run}")
    judge.equal("the artists found by nonsense", [], nonsense.at("/results"), nonsense)
    whole = term(case, "searchArtists")
    word = max(whole.split(), key=len)
    answer = ask(case, "searchArtists", q=word)
    strange = [_title(item) for item in items(answer) if word.lower() not in _title(item).lower()]
    judge.equal(f"the artists found by {word!r} without it in their names", [], strange, answer)


def results_carry_a_score(case: Case, operation: str) -> None:
    """Artist and release results carry popularity and score."""
    answer = ask(case, operation)
    for item in items(answer):
        missing = [name for name in ("popularity", "score") if item.get(name, MISSING) is MISSING]
        judge.equal("the figures that a result lacks", [], missing, answer)


CHECKS = (
    check("YM-157", explicit_items_are_left_out, each=("searchReleases", "searchTracks")),
    check("YM-158", artist_restricts, each=("searchReleases", "searchTracks")),
    check("YM-159", envelope, each=SEARCHES),
    check("YM-159", envelope_is_kept_without_results, each=SEARCHES),
    check("YM-160", pages_do_not_overlap, each=PAGED),
    check("YM-169", results_carry_a_score, each=("searchArtists", "searchReleases")),
    check("YM-175", search_relates_to_its_terms, each=SEARCHES[:2]),
    check("YM-175", best_comes_first, each=SEARCHES[:2]),
    check("YM-175", results_without_relation_are_absent),
)
