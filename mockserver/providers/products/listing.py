"""Pages of products and of related resources: filters, order, figures and links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.paging import PageNumbers
from mockserver.providers.products.records import JSONAPI
from mockserver.world import World

Test = Callable[[Record, Any], bool]

FILTERS: dict[str, Test] = {
    "filter[name]": lambda record, wanted: wanted.casefold() in record["name"].casefold(),
    "filter[status]": lambda record, wanted: bool(record["status"] == wanted),
    "filter[id]": lambda record, wanted: bool(record["id"] == str(wanted)),
    "filter[label-id]": lambda record, wanted: bool(record["label_id"] == str(wanted)),
    "filter[upc-code]": lambda record, wanted: bool(record["upc_code"] == wanted),
    # A day includes its first and last instant (PR-032); instants begin with their day.
    "filter[created-at-gte]": lambda record, wanted: bool(record["created_at"][:10] >= wanted),
    "filter[created-at-lte]": lambda record, wanted: bool(record["created_at"][:10] <= wanted),
    "filter[has-send-tasks]": lambda record, wanted: bool(record["has_send_tasks"] == wanted),
}
_PAGE_ALONE = {"page[number]", "page[size]"}
_ORDERS: dict[str, Callable[[Record], Any]] = {
    "name": lambda record: record["name"].casefold(),
    "release-date": lambda record: record["release_date"] or "",
    "createdAt": lambda record: record["created_at"],
    "updatedAt": lambda record: record["updated_at"],
}


def plain_page(call: Call, world: World) -> tuple[list[str], PageNumbers] | None:
    """Return the stored texts of the asked page where nothing but a page was asked for: the common question."""
    if not call.query.keys() <= _PAGE_ALONE:
        return None
    page = PageNumbers(
        call.query["page[number]"], call.query["page[size]"], world.count_by("products", "company_id", call.account)
    )
    return world.texts_by("products", "company_id", call.account, page.start, page.size), page


def find_page(call: Call, world: World) -> tuple[list[Record], PageNumbers]:
    """Return the records of the asked page and its figures; without filter and order its cost is the page's alone."""
    number, size = call.query["page[number]"], call.query["page[size]"]
    wishes = [(FILTERS[name], value) for name, value in call.query.items() if name in FILTERS]
    order = call.query.get("sort")
    if not wishes and not order:
        page = PageNumbers(number, size, world.count_by("products", "company_id", call.account))
        return world.slice_by("products", "company_id", call.account, page.start, page.size), page
    found = [
        record
        for record in world.slice_by("products", "company_id", call.account)
        if all(holds(record, value) for holds, value in wishes)
    ]
    for field in reversed(order or ()):
        found.sort(key=_ORDERS[field.removeprefix("-")], reverse=field.startswith("-"))
    page = PageNumbers(number, size, len(found))
    return list(page.cut(found)), page


def page_document(call: Call, page: PageNumbers, data: list[Any], **links: str) -> dict[str, Any]:
    """Return a list document: data, meta.page, jsonapi and the links of first, last and neighbouring pages."""
    return {
        "data": data,
        "meta": {"page": page_meta(page)},
        "jsonapi": JSONAPI,
        "links": {**links, **page_links(call, page)},
    }


def page_meta(page: PageNumbers) -> dict[str, int]:
    """Return the figures of a page; past the end `from` and `to` are 0 (PR-025)."""
    return {
        "currentPage": page.number,
        "from": page.start + 1 if page.shown else 0,
        "lastPage": page.last,
        "perPage": page.size,
        "to": page.start + page.shown if page.shown else 0,
        "total": page.total,
    }


def page_links(call: Call, page: PageNumbers) -> dict[str, str]:
    """Return first, prev, next and last; prev and next only where such a page exists (PR-023)."""
    kept = kept_query(call.request.query) if call.request.query else ""
    start = f"{call.base_url}{call.request.path}?{kept}page[number]="
    end = f"&page[size]={page.size}"
    links = {"first": f"{start}1{end}"}
    if page.has_previous:
        links["prev"] = f"{start}{page.number - 1}{end}"
    if page.has_next:
        links["next"] = f"{start}{page.number + 1}{end}"
    links["last"] = f"{start}{page.last}{end}"
    return links


def kept_query(query: str) -> str:
    """Return what a page's neighbours keep of the query, brackets plain as in the document's sample."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not name.startswith("page[")]
    return "".join(f"{quote(name, safe='[]')}={quote(value, safe=',')}&" for name, value in kept)
