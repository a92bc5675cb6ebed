"""Pages of users and playlists: the paginator's figures and links, as the document prints them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from mockserver.call import Call
from mockserver.paging import PageNumbers

PER_PAGE = 15


def page_document(call: Call, page: PageNumbers, data: list[Any]) -> dict[str, Any]:
    """Return the envelope of a page: data, links and meta (YM-114)."""
    path = f"{call.base_url}{call.request.path}"
    kept = [pair for pair in parse_qsl(call.request.query, keep_blank_values=True) if pair[0] != "page"]

    def link(number: int) -> str:
        return f"{path}?{urlencode([*kept, ('page', str(number))])}"

    return {
        "data": data,
        "links": {
            "first": link(1),
            "last": link(page.last),
            "prev": link(page.number - 1) if page.number > 1 else None,
            "next": link(page.number + 1) if page.has_next else None,
        },
        "meta": {
            "current_page": page.number,
            "from": page.start + 1 if page.shown else None,
            "last_page": page.last,
            "path": path,
            "per_page": page.size,
            "to": page.start + page.shown if page.shown else None,
            "total": page.total,
        },
    }
