"""Walking a list page by page: nothing lost, nothing doubled, it ends, and its figures are right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance import judge, pointer
from conformance.answer import Answer
from conformance.case import Case

_MOST_PAGES = 500


class Style(Protocol):
    """How a list is cut into pages; queries are what goes into the address."""

    def first(self, size: int) -> dict[str, Any]:
        """Return the query of the first page."""

    def following(self, query: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
        """Return the query of the page after this answer, or None at the end."""


@dataclass(frozen=True)
class PageNumbers:
    """Pages counted from 1; the answer tells the last page's number."""

    number: str = "page[number]"
    size: str = "page[size]"
    last: str = "/meta/page/lastPage"

    def first(self, size: int) -> dict[str, Any]:
        """Return the query of page 1."""
        return {self.number: 1, self.size: size}

    def following(self, query: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
        """Return the query of the next number, until the last."""
        last = answer.at(self.last)
        judge.that(isinstance(last, int), f"{self.last} is no integer", answer, expected="an integer", received=last)
        number = int(query[self.number])
        return {**query, self.number: number + 1} if number < last else None


@dataclass(frozen=True)
class Offsets:
    """A window of `limit` items from `offset`; the answer tells the total."""

    offset: str = "offset"
    limit: str = "limit"
    total: str = "/total"

    def first(self, size: int) -> dict[str, Any]:
        """Return the query of the first window."""
        return {self.offset: 0, self.limit: size}

    def following(self, query: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
        """Return the query of the next window, until the total is reached."""
        total = answer.at(self.total)
        judge.that(isinstance(total, int), f"{self.total} is no integer", answer, expected="an integer", received=total)
        start = int(query[self.offset]) + int(query[self.limit])
        return {**query, self.offset: start} if start < total else None


@dataclass(frozen=True)
class Cursors:
    """Each answer carries an opaque cursor of the next page, null or absent on the last one."""

    cursor: str = "cursor"
    size: str = "limit"
    next: str = "/next_cursor"

    def first(self, size: int) -> dict[str, Any]:
        """Return the query without a cursor."""
        return {self.size: size}

    def following(self, query: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
        """Return the query with the answer's cursor."""
        cursor = answer.at(self.next)
        return {**query, self.cursor: cursor} if cursor not in (None, pointer.MISSING, "") else None


@dataclass(frozen=True)
class Listing:
    """A paged operation: where its items stand, what identifies one, where it tells the total (if it does)."""

    operation: str
    style: Style
    items: str = "/data"
    identity: str = "/id"
    total: str | None = None
    path: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Walk:
    """All pages of one walk and the identities in order."""

    pages: list[Answer] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)


def walk(case: Case, listing: Listing, size: int, query: Mapping[str, Any] | None = None) -> Walk:
    """Read every page; judges that each is a 200, none is longer than asked for, and that the walk ends."""
    found = Walk()
    asked: dict[str, Any] | None = {**(query or {}), **listing.style.first(size)}
    while asked is not None:
        answer = case.call(listing.operation, path=listing.path, query=asked)
        judge.status(answer, 200)
        here = [pointer.read(item, listing.identity) for item in answer.items(listing.items)]
        judge.that(len(here) <= size, "a page is longer than asked for", answer, expected=size, received=len(here))
        found.pages.append(answer)
        found.ids.extend(here)
        judge.that(len(found.pages) < _MOST_PAGES, "the walk does not end", answer, received=f"{_MOST_PAGES} pages")
        asked = listing.style.following(asked, answer)
    return found


def visits_everything_once(
    case: Case, listing: Listing, size: int, mine: Collection[Any], query: Mapping[str, Any] | None = None
) -> Walk:
    """Judge a whole walk: each thing at most once, mine among them, full pages but the last, the total as counted."""
    found = walk(case, listing, size, query)
    last = found.pages[-1]
    doubled = sorted({str(id) for id in found.ids if found.ids.count(id) > 1})
    judge.that(not doubled, "the walk visits some items twice", last, expected="each once", received=doubled)
    lost = sorted(str(id) for id in mine if id not in found.ids)
    judge.that(not lost, "the walk misses items that exist", last, expected=sorted(map(str, mine)), received=lost)
    for page in found.pages[:-1]:
        count = len(page.items(listing.items))
        judge.equal("the number of items on a page that is not the last", size, count, page)
    if listing.total is not None:
        for page in found.pages:
            judge.equal("the total", len(found.ids), page.at(listing.total), page)
    return found
