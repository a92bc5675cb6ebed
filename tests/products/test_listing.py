"""Lists: pages, figures, links, every filter, order, and refusals of what is not known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


@pytest.fixture
def many(shop: Any) -> Any:
    """A shop with 25 products."""
    for number in range(25):
        shop.create(name=f"Title {number}")
    return shop


def page(reply: Any) -> dict[str, int]:
    return dict(reply.json["meta"]["page"])


def follow(shop: Any, url: str) -> Any:
    """Ask for a link exactly as it was printed."""
    return shop.get(url.removeprefix(shop.base))


def test_a_list_has_data_figures_version_and_links(many: Any) -> None:
    """PR-020"""
    assert set(many.get().json) == {"data", "meta", "jsonapi", "links"}
    assert set(many.get().json["meta"]) == {"page"}


def test_figures_tell_where_the_page_lies(many: Any) -> None:
    """PR-021"""
    assert page(many.get("?page[number]=2&page[size]=10")) == {
        "currentPage": 2, "from": 11, "lastPage": 3, "perPage": 10, "to": 20, "total": 25,
    }  # fmt: skip
    assert page(many.get("?page[number]=3&page[size]=10"))["to"] == 25


def test_links_name_number_and_size(many: Any) -> None:
    """PR-022"""
    links = many.get("?page[size]=10").json["links"]

    assert links["first"] == f"{many.base}?page[number]=1&page[size]=10"
    assert links["last"] == f"{many.base}?page[number]=3&page[size]=10"


def test_neighbours_are_linked_where_they_exist_and_keep_the_filters(many: Any) -> None:
    """PR-023"""
    first, second, third = (many.get(f"?page[number]={n}&page[size]=10").json["links"] for n in (1, 2, 3))

    assert (set(first), set(second), set(third)) == (
        {"first", "next", "last"}, {"first", "prev", "next", "last"}, {"first", "prev", "last"},
    )  # fmt: skip
    query = "?filter[name]=a %26 b&sort=-name,createdAt&page[size]=1&fields[labels]=name"
    for name in ("a & b", "a & b again"):
        many.create(name=name)
    link = many.get(query).json["links"]["next"]
    kept = dict(parse_qsl(urlsplit(link).query))
    assert kept == {
        "filter[name]": "a & b", "sort": "-name,createdAt", "fields[labels]": "name", "page[number]": "2",
        "page[size]": "1",
    }  # fmt: skip
    assert " " not in link


@pytest.mark.parametrize(
    "query", ["?page[size]=10", "?page[size]=7&filter[name]=title", "?page[size]=25", "?page[size]=100"]
)
def test_following_next_visits_every_product_once(many: Any, query: str) -> None:
    """PR-023"""
    reply, seen = many.get(query), []
    while True:
        seen += [one["id"] for one in reply.json["data"]]
        link = reply.json["links"].get("next")
        if link is None:
            break
        reply = follow(many, link)

    assert seen == [str(number) for number in range(1, 26)]


def test_the_first_twenty_come_without_parameters(many: Any) -> None:
    """PR-024"""
    reply = many.get()

    assert len(reply.json["data"]) == 20
    assert page(reply) == {"currentPage": 1, "from": 1, "lastPage": 2, "perPage": 20, "to": 20, "total": 25}


@pytest.mark.parametrize("number", [4, 99, 10**17, 999_999_999_999_999_999])
@pytest.mark.parametrize("query", ["", "&filter[name]=title", "&sort=name"])
def test_a_page_past_the_end_is_empty(many: Any, number: int, query: str) -> None:
    """PR-025"""
    reply = many.get(f"?page[number]={number}&page[size]=10{query}")

    assert (reply.status_code, reply.json["data"]) == (200, [])
    assert page(reply) == {"currentPage": number, "from": 0, "lastPage": 3, "perPage": 10, "to": 0, "total": 25}
    assert "next" not in reply.json["links"]
    assert ("prev" in reply.json["links"]) is (number == 4)


def test_an_empty_list_has_one_empty_page(shop: Any) -> None:
    """PR-021"""
    assert page(shop.get()) == {"currentPage": 1, "from": 0, "lastPage": 1, "perPage": 20, "to": 0, "total": 0}
    assert set(shop.get().json["links"]) == {"first", "last"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Product title", ["1", "2"]),
        ("product TIT", ["1", "2"]),
        ("Other", ["3"]),
        ("ÜBER", ["4"]),
        ("nothing", []),
        ("", ["1", "2", "3", "4"]),
    ],
)
def test_products_are_found_by_a_part_of_their_name(shop: Any, wanted: str, found: list[str]) -> None:
    """PR-026, PR-036"""
    for name in ("Product title", "A product title more", "Another", "Straße über"):
        shop.create(name=name)

    assert shop.ids(f"?filter[name]={wanted}") == found


def test_products_are_found_by_status(shop: Any) -> None:
    """PR-027"""
    for status in ("draft", "active", "archived"):
        shop.update(shop.create()["id"], status=status)

    assert [shop.ids(f"?filter[status]={status}") for status in ("draft", "active", "archived")] == [
        ["1"],
        ["2"],
        ["3"],
    ]


def test_a_product_is_found_by_id(shop: Any) -> None:
    """PR-028"""
    shop.create()
    shop.create()

    assert shop.ids("?filter[id]=2") == ["2"]
    assert shop.ids("?filter[id]=999999") == []


def test_products_are_found_by_label(shop: Any) -> None:
    """PR-029"""
    shop.create(label=("labels", "1"))
    shop.create(label=("labels", "5"))

    assert shop.ids("?filter[label-id]=5") == ["2"]
    assert shop.ids("?filter[label-id]=9") == []


def test_a_product_is_found_by_its_whole_upc(shop: Any) -> None:
    """PR-030"""
    shop.create(upc_code="0012345678905")
    shop.create(upc_code="8088111222333")

    assert shop.ids("?filter[upc-code]=0012345678905") == ["1"]
    assert shop.ids("?filter[upc-code]=12345678905") == []
    assert shop.ids("?filter[upc-code]=808811122233") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gte]=2026-03-02", ["2", "3"]),
        ("gte]=2026-03-04", []),
        ("lte]=2026-02-28", []),
        ("lte]=2026-03-02", ["1", "2"]),
        ("gte]=2026-03-02&filter[created-at-lte]=2026-03-02", ["2"]),
    ],
)
def test_products_are_found_by_day_of_creation_both_days_included(shop: Any, query: str, found: list[str]) -> None:
    """PR-031, PR-032: the sandbox begins on 2026-03-01 at ten; the others come at the very ends of the next days."""
    shop.create()
    shop.box.advance(shop.box.now.replace(day=2, hour=23, minute=59, second=59, microsecond=999_999))
    shop.create()
    shop.box.advance(shop.box.now + timedelta(microseconds=1))
    shop.create()

    assert shop.ids(f"?filter[created-at-{query}") == found


def test_products_are_found_by_their_send_tasks(shop: Any) -> None:
    """PR-033, PR-Q03, PR-Q10: a fact that only seed data or the control API sets."""
    shop.create()
    shop.create()
    record = shop.box.world.require("products", "2")
    shop.box.world.put("products", {**record, "has_send_tasks": True})

    assert shop.ids("?filter[has-send-tasks]=true") == ["2"]
    assert shop.ids("?filter[has-send-tasks]=false") == ["1"]


def test_filters_hold_all_at_once(shop: Any) -> None:
    """PR-034"""
    for label, status in (("1", "draft"), ("5", "draft"), ("5", "active")):
        shop.update(shop.create(label=("labels", label))["id"], status=status)

    reply = shop.get("?filter[status]=draft&filter[label-id]=5")
    assert [one["id"] for one in reply.json["data"]] == ["2"]
    assert page(reply)["total"] == 1


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("filter[foo]=1", "filter", "Filter parameter foo is not allowed."),
        ("filter[foo]=1&filter[bar]=2", "filter", "Filter parameters foo, bar are not allowed."),
        ("page[foo]=1", "page", "Page parameter foo is not allowed."),
        ("sort=foo", "sort", "Sort parameter foo is not allowed."),
        ("sort=-foo", "sort", "Sort parameter foo is not allowed."),
        ("include=foo", "include", "Include path foo is not allowed."),
        ("include=label.company", "include", "Include path label.company is not allowed."),
        ("fields[products]=foo", "fields", "Sparse field set products.foo is not allowed."),
        ("fields[bananas]=foo", "fields", "Resource type bananas is not recognised."),
        ("foo=1", "foo", "Parameter foo is not allowed."),
        ("foo/bar~=1", "foo/bar~", "Parameter foo/bar~ is not allowed."),
        ("filter=1", "filter", "Parameter filter is not allowed."),
        ("filter[status]=live", "filter.status", "The selected filter.status is invalid."),
        ("filter[id]=abc", "filter.id", "The filter.id must be an integer."),
        ("filter[label-id]=", "filter.label-id", "The filter.label-id must be an integer."),
        (
            "filter[created-at-gte]=2026-02-30",
            "filter.created-at-gte",
            "The filter.created-at-gte is not a valid date.",
        ),
        ("filter[has-send-tasks]=1", "filter.has-send-tasks", "The filter.has-send-tasks must be true or false."),
        ("page[size]=101", "page.size", "The page.size must not be greater than 100."),
        ("page[size]=0", "page.size", "The page.size must be at least 1."),
        ("page[number]=0", "page.number", "The page.number must be at least 1."),
        ("page[number]=x", "page.number", "The page.number must be an integer."),
        ("page[size]=", "page.size", "The page.size must be an integer."),
        ("filter[a/b]=1", "filter", "Filter parameter a/b is not allowed."),
    ],
)
def test_what_a_query_may_not_say_is_400_with_the_parameter(
    shop: Any, errors: Any, query: str, parameter: str, detail: str
) -> None:
    """PR-035, PR-Q05"""
    reply = shop.get(f"?{query}")

    assert reply.status_code == 400
    assert errors(reply) == [("400", "Invalid Query Parameter", detail, {"parameter": parameter})]


@pytest.mark.parametrize(
    "query", ["=1", "=&=", "[]=1", "filter[]=1", "fields[]=a", "sort=,", "include=,", "%00=1", "a[b=1"]
)
def test_odd_names_are_400_too(shop: Any, errors: Any, query: str) -> None:
    """PR-035"""
    reply = shop.get(f"?{query}")

    assert reply.status_code == 400
    assert errors(reply)


def test_a_query_that_is_no_utf_8_is_400(shop: Any, errors: Any) -> None:
    """PR-035"""
    reply = shop.get("?filter[name]=%ff")

    assert (reply.status_code, errors(reply)[0][1]) == (400, "Invalid Query Parameter")


def test_several_mistakes_are_told_together(shop: Any, errors: Any) -> None:
    """PR-035"""
    told = errors(shop.get("?page[size]=0&filter[status]=live&sort=foo"))

    assert sorted(source["parameter"] for _, _, _, source in told) == ["filter.status", "page.size", "sort"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("sort=name", ["2", "3", "1"]),
        ("sort=-name", ["1", "2", "3"]),
        ("sort=release-date,-name", ["1", "3", "2"]),
        ("sort=-createdAt", ["3", "2", "1"]),
        ("sort=-updatedAt", ["1", "3", "2"]),
        ("", ["1", "2", "3"]),
    ],
)
def test_an_order_that_is_asked_for_is_obeyed(shop: Any, query: str, ids: list[str]) -> None:
    """PR-035, PR-Q09: known ones are obeyed; without one it is by id upwards."""
    for name, day in (("b", None), ("A", "2024-01-02"), ("a", "2024-01-01")):
        shop.create(name=name, release_date=day)
        shop.box.advance(shop.box.now + timedelta(seconds=1))
    shop.update("1", subtitle="later")

    assert shop.ids(f"?{query}") == ids


def test_a_long_list_is_cut_by_the_store(full_shop: Any) -> None:
    """PR-021: three hundred products in the demo world."""
    assert page(full_shop.get())["total"] == 300
    assert page(full_shop.get(token="second-account"))["total"] == 12
    assert len(full_shop.ids("?page[size]=100&page[number]=3")) == 100
