"""PR-020 to PR-025: the list document and its pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.judge import NotTested
from conformance.pointer import MISSING
from conformance.properties import isolation, jsonapi
from conformance.properties.paging import Listing, PageNumbers, visits_everything_once

PRODUCTS = Listing("listProducts", PageNumbers(), total="/meta/page/total")
_FIGURES = ("currentPage", "from", "lastPage", "perPage", "to", "total")


def several(case: Case, count: int) -> tuple[str, list[str]]:
    """Make some products with a common word in their names; the word and the ids."""
    word = f"{case.ledger.MARK} {case.ledger.run} set{case.ledger.serial()}x"
    return word, wares.several(case, *({"name": f"{word} {number}"} for number in range(count)))


def page(case: Case, number: int | None = None, size: int | None = None, **filters: Any) -> Answer:
    """Send a list with page parameters and filters by keyword."""
    query = {f"filter[{name.replace('_', '-')}]": value for name, value in filters.items()}
    query |= {"page[number]": number} if number is not None else {}
    query |= {"page[size]": size} if size is not None else {}
    return case.call("listProducts", query=query)


def list_document(case: Case) -> None:
    """The list has data, meta.page, jsonapi and links, and is a JSON:API document."""
    answer = case.call("listProducts")
    judge.status(answer, 200)
    for member in ("data", "meta", "jsonapi", "links"):
        judge.that(answer.at(f"/{member}") is not MISSING, f"the list has no {member}", answer, expected=member)
    judge.that(isinstance(answer.at("/data"), list), "data is no array", answer, received=answer.at("/data"))
    judge.that(isinstance(answer.at("/meta/page"), dict), "meta has no page", answer, received=answer.at("/meta"))
    jsonapi.document(answer)


def page_figures(case: Case) -> None:
    """meta.page tells six integers, and they are right."""
    answer = page(case, 1, 2)
    figures = answer.at("/meta/page")
    judge.equal("the members of meta.page", sorted(_FIGURES), sorted(figures or ()), answer)
    strange = {name: value for name, value in figures.items() if type(value) is not int}
    judge.equal("the figures that are no integers", {}, strange, answer)
    count = len(answer.items("/data"))
    judge.equal("currentPage", 1, figures["currentPage"], answer)
    judge.equal("perPage", 2, figures["perPage"], answer)
    if count:
        judge.equal("from", 1, figures["from"], answer)
        judge.equal("to", count, figures["to"], answer)
    judge.equal("lastPage", max(1, -(-figures["total"] // 2)), figures["lastPage"], answer)


def total_counts_all_that_match(case: Case) -> None:
    """total is the number of matching products, not of those on the page."""
    word, made = several(case, 5)
    answer = page(case, 2, 2, name=word)
    judge.equal("total", len(made), answer.at("/meta/page/total"), answer)
    judge.equal("from on page 2", 3, answer.at("/meta/page/from"), answer)
    judge.equal("to on page 2", 4, answer.at("/meta/page/to"), answer)
    judge.equal("lastPage", 3, answer.at("/meta/page/lastPage"), answer)


def _query(link: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query) if isinstance(link, str) else {}


def page_links(case: Case) -> None:
    """first and last carry page number and the size in use."""
    answer = page(case, 1, 7)
    for name, number in (("first", "1"), ("last", str(answer.at("/meta/page/lastPage")))):
        found = _query(answer.at(f"/links/{name}"))
        judge.equal(f"page[number] of {name}", [number], found.get("page[number]"), answer)
        judge.equal(f"page[size] of {name}", ["7"], found.get("page[size]"), answer)
    plain = case.call("listProducts")
    size = str(plain.at("/meta/page/perPage"))
    judge.equal("page[size] of first", [size], _query(plain.at("/links/first")).get("page[size]"), plain)


def neighbours_are_linked(case: Case) -> None:
    """prev and next are there only when such a page is, and lead there with the filters kept."""
    word, _ = several(case, 5)
    first, middle, last = (page(case, number, 2, name=word, status="draft") for number in (1, 2, 3))
    for answer, prev, next in ((first, False, True), (middle, True, True), (last, True, False)):
        links = answer.at("/links") or {}
        judge.equal("whether there is a prev", prev, links.get("prev") is not None, answer)
        judge.equal("whether there is a next", next, links.get("next") is not None, answer)
    for link, answer in (("next", first), ("prev", last)):
        kept = _query(answer.at(f"/links/{link}"))
        judge.equal(f"filter[name] in {link}", [word], kept.get("filter[name]"), answer)
        judge.equal(f"filter[status] in {link}", ["draft"], kept.get("filter[status]"), answer)
    followed = case.follow(first.at("/links/next"))
    judge.equal("the products behind next", wares.ids(middle), wares.ids(followed), followed)
    back = case.follow(last.at("/links/prev"))
    judge.equal("the products behind prev", wares.ids(middle), wares.ids(back), back)


def following_next_visits_all(case: Case) -> None:
    """Following next from page to page visits every product once."""
    word, made = several(case, 5)
    answer, seen = page(case, 1, 2, name=word), []
    for _ in range(10):
        seen += wares.ids(answer)
        next = answer.at("/links/next")
        if not isinstance(next, str):
            break
        answer = case.follow(next)
    judge.equal("the products seen on the way", sorted(made), sorted(seen), answer)


def walk_visits_everything_once(case: Case, size: int) -> None:
    """Walking all pages shows each of some products exactly once."""
    word, made = several(case, 5)
    visits_everything_once(case, PRODUCTS, size, made, {"filter[name]": word})


def twenty_by_default(case: Case) -> None:
    """Without parameters the first page of 20 is answered."""
    answer = case.call("listProducts")
    total = answer.at("/meta/page/total")
    if not case.is_read_only and isinstance(total, int):
        several(case, max(0, 21 - total))
        answer = case.call("listProducts")
    judge.equal("currentPage", 1, answer.at("/meta/page/currentPage"), answer)
    judge.equal("perPage", 20, answer.at("/meta/page/perPage"), answer)
    total = answer.at("/meta/page/total")
    if not isinstance(total, int) or total < 21:
        raise NotTested(f"needs at least 21 products, the target has {total}")
    judge.equal("the number of products on the page", 20, len(answer.items("/data")), answer)
    judge.that(answer.at("/meta/page/lastPage") > 1, "there is no second page", answer, expected="lastPage > 1")


def past_the_end(case: Case) -> None:
    """A page past the end is empty, its figures stay."""
    near = page(case, 1, 20)
    beyond = near.at("/meta/page/lastPage") + 7
    answer = page(case, beyond, 20)
    judge.status(answer, 200)
    judge.equal("data", [], answer.at("/data"), answer)
    for name in ("from", "to"):
        judge.among(name, (0, None), answer.at(f"/meta/page/{name}"), answer)
    judge.equal("currentPage", beyond, answer.at("/meta/page/currentPage"), answer)
    judge.equal("lastPage", near.at("/meta/page/lastPage"), answer.at("/meta/page/lastPage"), answer)


def _found_by_id(case: Case, id: str, principal: str) -> tuple[list[str], Answer]:
    answer = wares.listed(case, principal, id=id)
    return wares.ids(answer), answer


CHECKS = (
    check("PR-020", list_document),
    isolation.stranger_lists_nothing("PR-020", wares.make, _found_by_id),
    check("PR-021", page_figures),
    check("PR-021", total_counts_all_that_match, needs=("destructive",)),
    check("PR-022", page_links),
    check("PR-023", neighbours_are_linked, needs=("destructive",)),
    check("PR-023", following_next_visits_all, needs=("destructive",)),
    check("PR-021", walk_visits_everything_once, each=(2, 3, 5), needs=("destructive",)),
    check("PR-024", twenty_by_default),
    check("PR-025", past_the_end),
)
