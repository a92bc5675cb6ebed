"""Queries, headers and path texts as the typed values that a spec promises."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.failure import Failure
from mockserver.pipeline.parameters import coerce, split_query


def query(toy: Any, text: str) -> Any:
    return toy.ask("GET", f"/things?{text}")


def understood(toy: Any, text: str) -> dict[str, Any]:
    reply = query(toy, text)
    assert reply.status_code == 200, reply.text
    return {name: value for name, value in reply.json["query"].items() if name != "limit"}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3", "integer", 3),
        ("-3", "integer", -3),
        ("007", "integer", 7),
        ("+3", "integer", "+3"),
        ("3.0", "integer", "3.0"),
        ("٣", "integer", "٣"),
        ("1" * 19, "integer", "1" * 19),
        ("", "integer", ""),
        (" 3", "integer", " 3"),
        ("3", "number", 3),
        ("2.5", "number", 2.5),
        ("1e3", "number", 1000.0),
        ("1e999", "number", "1e999"),
        ("NaN", "number", "NaN"),
        (".5", "number", ".5"),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("TRUE", "boolean", "TRUE"),
        ("1", "boolean", "1"),
        ("3", "string", "3"),
        ("true", "string", "true"),
    ],
)
def test_a_text_becomes_its_type_or_stays_text(text: str, kind: str, value: Any) -> None:
    read = coerce(text, kind)

    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("tag=a", {"tag": ["a"]}),
        ("tag=a&tag=b", {"tag": ["a", "b"]}),
        ("tag=a,b", {"tag": ["a,b"]}),
        ("ids=1,2,3", {"ids": [1, 2, 3]}),
        ("ids=1&ids=2", {"ids": [1, 2]}),
        ("ids=", {"ids": []}),
        ("flag=true", {"flag": True}),
        ("ratio=0.25", {"ratio": 0.25}),
        ("flag=true&flag=false", {"flag": False}),
        ("filter[colour]=red", {"filter": {"colour": "red"}}),
        ("filter[colour]=red&filter[size]=3", {"filter": {"colour": "red", "size": 3}}),
        ("filter%5Bsize%5D=3", {"filter": {"size": 3}}),
        ("tag=%26%3D%20+%C3%A9", {"tag": ["&=  é"]}),
        ("tag=%zz", {"tag": ["%zz"]}),
        ("tag", {"tag": [""]}),
        ("unknown=1&unknown[x]=2", {}),
        ("&&tag=a&&", {"tag": ["a"]}),
    ],
)
def test_a_query_is_read_by_style(toy: Any, text: str, expected: dict[str, Any]) -> None:
    assert understood(toy, text) == expected


@pytest.mark.parametrize(
    ("text", "pointer", "rule", "got"),
    [
        ("limit=0", "/limit", "minimum", 0),
        ("limit=51", "/limit", "maximum", 51),
        ("limit=ten", "/limit", "type", "ten"),
        ("limit=", "/limit", "type", ""),
        ("limit=" + "9" * 5000, "/limit", "type", None),
        ("ids=1,x", "/ids/1", "type", "x"),
        ("ids=,", "/ids/0", "type", ""),
        ("flag=yes", "/flag", "type", "yes"),
        ("filter[colour]=green", "/filter/colour", "enum", "green"),
        ("filter[size]=x", "/filter/size", "type", "x"),
        ("filter[weight]=1", "/filter/weight", "additionalProperties", "1"),
        ("filter=x", "/filter", "type", "x"),
    ],
)
def test_a_wrong_value_is_told_by_parameter(toy: Any, text: str, pointer: str, rule: str, got: Any) -> None:
    reply = query(toy, text)

    assert reply.status_code == 422
    problem = reply.json["problems"][0]
    assert (problem["in"], problem["pointer"], problem["rule"]) == ("query", pointer, rule)
    assert got is None or problem["got"] == got


def test_every_wrong_value_is_told(toy: Any) -> None:
    problems = query(toy, "limit=0&flag=x&ratio=y").json["problems"]

    assert sorted(problem["pointer"] for problem in problems) == ["/flag", "/limit", "/ratio"]


def test_defaults_are_in_place_and_nobody_changes_them(toy: Any) -> None:
    for text in ("", "limit=20", "tag=a"):
        query(toy, text)

    assert query(toy, "").json["query"] == {"limit": 10}
    assert query(toy, "tag=a").json["query"]["limit"] == 10


def test_headers_are_typed_and_checked_too(toy: Any) -> None:
    fine = toy.ask("GET", "/things", headers={"x-level": "3"})
    wrong = toy.ask("GET", "/things", headers={"X-Level": "10"})

    assert fine.json["headers"] == {"X-Level": 3}
    assert [(one["in"], one["pointer"]) for one in wrong.json["problems"]] == [("header", "/X-Level")]


def test_a_thousand_fields_are_enough(toy: Any) -> None:
    assert query(toy, "&".join(f"tag={number}" for number in range(1000))).status_code == 200
    reply = query(toy, "&".join(f"tag={number}" for number in range(1001)))

    assert (reply.status_code, reply.json["facts"]["reason"], reply.json["facts"]["place"]) == (400, "fields", "query")


def test_unknown_names_are_refused_where_a_provider_does(products: Any) -> None:
    assert products.ask("GET", "/api/v1/products?colour=red").status_code == 400


def test_a_query_keeps_its_order_and_its_doubles() -> None:
    assert split_query("b=1&a=2&b=3&c") == {"b": ["1", "3"], "a": ["2"], "c": [""]}


@pytest.mark.parametrize("text", ["a=%ff", "%ff=a", "a=\udcff"])
def test_a_query_in_no_utf_8_is_refused(text: str) -> None:
    with pytest.raises(Failure) as caught:
        split_query(text if text.isascii() else "a=%ED%B3%BF")

    assert (caught.value.kind, caught.value.facts["reason"]) == ("malformed", "encoding")
