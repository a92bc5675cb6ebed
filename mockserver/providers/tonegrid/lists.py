"""Lists in the two documented modes: by page number, or by a cursor whose cost does not grow with the depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.paging import BadCursor, PageNumbers, read_cursor, write_cursor
from mockserver.world import World

Printer = Callable[[Record], Any]
MOST_LIMIT = 200


class Source(Protocol):
    """A list of records, the newest (highest `number`) first."""

    def total(self) -> int:
        """Return how many there are."""

    def cut(self, start: int, size: int) -> Sequence[Record]:
        """Return a piece."""

    def place_below(self, number: int) -> int:
        """Return the place of the first record whose number is lower."""


class Whole:
    """A list that had to be put together, for instance because of filters."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = sorted(records, key=lambda record: int(record["number"]), reverse=True)

    def total(self) -> int:
        return len(self._records)

    def cut(self, start: int, size: int) -> Sequence[Record]:
        return self._records[start : start + size]

    def place_below(self, number: int) -> int:
        return sum(1 for record in self._records if record["number"] >= number)


class Indexed:
    """All records with one value of an indexed member, in order of their numbers."""

    def __init__(self, world: World, collection: str, member: str, value: str) -> None:
        self._world, self._at = world, (collection, member, value)

    def total(self) -> int:
        return self._world.count_by(*self._at)

    def cut(self, start: int, size: int) -> Sequence[Record]:
        return self._world.slice_by(*self._at, start, size, reverse=True)

    def place_below(self, number: int) -> int:
        low, high = 0, self.total()
        while low < high:
            middle = (low + high) // 2
            if self.cut(middle, 1)[0]["number"] < number:
                high = middle
            else:
                low = middle + 1
        return low


def listed(call: Call, source: Source, show: Printer, most: int = 100, **members: Any) -> Reply:
    """Return one page as `{success, data, meta}` (L86-117); `members` stand beside them."""
    size = _size(call, most)
    if "cursor" in call.query:
        return _by_cursor(call, source, show, size, members)
    page = PageNumbers(call.query["page"], size, source.total())
    items = source.cut(page.start, size)
    meta: dict[str, Any] = {
        "mode": "offset",
        "total": page.total,
        "per_page": size,
        "current_page": page.number,
        "last_page": page.last,
    }
    reply = Reply(200, {"success": True, "data": [show(item) for item in items], "meta": meta, **members})
    if "page" not in dict(_asked(call)):
        has_more = page.has_next
        meta |= {"next_cursor": _cursor(items[-1]["number"]) if has_more else None, "has_more": has_more}
        _link(call, reply, meta["next_cursor"])
    return reply


def _size(call: Call, most: int) -> int:
    limit = call.query.get("limit")
    return int(min(limit, max(most, MOST_LIMIT)) if limit is not None else min(call.query["per_page"], most))


def _by_cursor(call: Call, source: Source, show: Printer, size: int, members: dict[str, Any]) -> Reply:
    start = source.place_below(_position(call.query["cursor"])) if call.query["cursor"] else 0
    items = source.cut(start, size + 1)
    has_more, items = len(items) > size, items[:size]
    following = _cursor(items[-1]["number"]) if has_more else None
    body = {
        "success": True,
        "data": [show(item) for item in items],
        "meta": {"mode": "cursor", "per_page": size, "next_cursor": following, "has_more": has_more},
        "cursor": {"next": following, "prev": _previous(source, start, size)},
        **members,
    }
    reply = Reply(200, body)
    _link(call, reply, following)
    return reply


def _position(cursor: str) -> int:
    try:
        number = read_cursor(cursor).get("id")
    except BadCursor:
        raise Failure("bad_cursor") from None
    if not isinstance(number, int) or isinstance(number, bool):
        raise Failure("bad_cursor")
    return number


def _previous(source: Source, start: int, size: int) -> str | None:
    """Return the cursor of the page before, None for the first page."""
    if start == 0:
        return None
    first = source.cut(max(0, start - size), 1)
    return _cursor(first[0]["number"] + 1) if first else None


def _cursor(number: int) -> str:
    return write_cursor({"id": number})


def _link(call: Call, reply: Reply, cursor: str | None) -> None:
    if cursor is None:
        return
    kept = [(name, text) for name, text in _asked(call) if name not in ("cursor", "page")]
    query = urlencode([*kept, ("cursor", cursor)])
    reply.headers["Link"] = f'<{call.base_url}{call.request.path}?{query}>; rel="next"'


def _asked(call: Call) -> list[tuple[str, str]]:
    return parse_qsl(call.request.query, keep_blank_values=True)


def numbered(call: Call, records: Sequence[Record], show: Printer, total: int) -> dict[str, Any]:
    """Return a page as Releases and Transfers print it: `{data, total, page, per_page}` (L235)."""
    return {
        "data": [show(record) for record in records],
        "total": total,
        "page": call.query["page"],
        "per_page": page_size(call),
    }


def page_size(call: Call) -> int:
    """Return how many make a page of Releases or Transfers."""
    return min(int(call.query["per_page"]), 100)
