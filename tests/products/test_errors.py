"""Every refusal of laravel-json-api that this API can meet, word by word."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.failure import MOCK_KINDS, SHARED_KINDS, Failure
from mockserver.core.message import Body, Request
from mockserver.providers.products.errors import refuse

JSON_API = "application/vnd.api+json"


def raw(shop: Any, data: bytes, method: str = "POST", path: str = "") -> Any:
    return shop.box.ask(method, f"/api/v1/products{path}", data=data, content_type=JSON_API)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", {"title": "Invalid JSON", "detail": "Expecting JSON to decode."}),
        (b"  ", {"title": "Invalid JSON", "detail": "Expecting JSON to decode."}),
        (b"[]", {"title": "Invalid JSON", "detail": "Expecting JSON to decode to an object."}),
        (b"3", {"title": "Invalid JSON", "detail": "Expecting JSON to decode to an object."}),
        (b"null", {"title": "Invalid JSON", "detail": "Expecting JSON to decode to an object."}),
        (b'"x"', {"title": "Invalid JSON", "detail": "Expecting JSON to decode to an object."}),
        (b"{", {"title": "Invalid JSON", "detail": "Syntax error", "code": "4"}),
        (b'{"data": }', {"title": "Invalid JSON", "detail": "Syntax error", "code": "4"}),
        (b'{"data": "\xff"}', {
            "title": "Invalid JSON", "detail": "Malformed UTF-8 characters, possibly incorrectly encoded", "code": "5",
        }),
        (b"[" * 200 + b"]" * 200, {"title": "Invalid JSON", "detail": "Maximum stack depth exceeded", "code": "1"}),
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_told_as_php_tells_it(
    shop: Any, data: bytes, expected: dict[str, str]
) -> None:
    """PR-046"""
    reply = raw(shop, data)

    assert reply.status_code == 400
    assert reply.json["errors"] == [{**expected, "status": "400"}]


def non_compliant(detail: str, pointer: str) -> tuple[Any, ...]:
    return ("400", "Non-Compliant JSON:API Document", detail, {"pointer": pointer})


LABEL = "/data/relationships/label"
CASES: dict[str, tuple[Any, int, tuple[Any, ...]]] = {
    "no data": (lambda d: {}, 400, non_compliant("The member data is required.", "/")),
    "data null": (lambda d: {"data": None}, 400, non_compliant("The member data must be an object.", "/data")),
    "data a list": (lambda d: {"data": [d["data"]]}, 400, non_compliant("The member data must be an object.", "/data")),
    "no type": (lambda d: without(d, "type"), 400, non_compliant("The member type is required.", "/data")),
    "type no text": (
        lambda d: having(d, type=3), 400, non_compliant("The member type must be a string.", "/data/type"),
    ),
    "wrong type": (
        lambda d: having(d, type="users"), 409,
        ("409", "Not Supported", "Resource type users is not supported by this endpoint.", {"pointer": "/data/type"}),
    ),
    "client id": (
        lambda d: having(d, id="7"), 403,
        ("403", "Not Supported", "Resource type products does not support client-generated IDs.",
         {"pointer": "/data/id"}),
    ),
    "attributes no object": (
        lambda d: having(d, attributes=[]), 400,
        non_compliant("The member attributes must be an object.", "/data/attributes"),
    ),
    "relationships no object": (
        lambda d: having(d, relationships="x"), 400,
        non_compliant("The member relationships must be an object.", "/data/relationships"),
    ),
    "unknown attribute": (
        lambda d: attribute(d, foo=1), 400,
        non_compliant("The field foo is not a supported attribute.", "/data/attributes"),
    ),
    "unknown relationship": (
        lambda d: relationship(d, foo={"data": None}), 400,
        non_compliant("The field foo is not a supported relationship.", "/data/relationships"),
    ),
    "relationship without data": (
        lambda d: relationship(d, label={}), 400, non_compliant("The member data is required.", LABEL),
    ),
    "relationship no object": (
        lambda d: relationship(d, label=3), 400, non_compliant("The member label must be an object.", LABEL),
    ),
    "to-one sent a list": (
        lambda d: relationship(d, label={"data": [{"type": "labels", "id": "5"}]}), 400,
        non_compliant("The field label must be a to-one relation.", LABEL),
    ),
    "linkage of an unknown type": (
        lambda d: relationship(d, label={"data": {"type": "foo", "id": "5"}}), 400,
        ("400", "Not Supported", "Resource type foo is not recognised.", {"pointer": f"{LABEL}/data/type"}),
    ),
    "linkage of a known but wrong type": (
        lambda d: relationship(d, label={"data": {"type": "tracks", "id": "5"}}), 422,
        ("422", "Unprocessable Entity", "The label field must be a to-one relationship containing labels resources.",
         {"pointer": LABEL}),
    ),
    "linkage without an id": (
        lambda d: relationship(d, label={"data": {"type": "labels"}}), 400,
        non_compliant("The member id is required.", f"{LABEL}/data"),
    ),
    "linkage with an id that is no text": (
        lambda d: relationship(d, label={"data": {"type": "labels", "id": 5}}), 400,
        non_compliant("The member id must be a string.", f"{LABEL}/data/id"),
    ),
    "linkage to nothing": (
        lambda d: relationship(d, label={"data": {"type": "labels", "id": "404"}}), 404,
        ("404", "Not Found", "The related resource does not exist.", {"pointer": LABEL}),
    ),
    "required linkage null": (
        lambda d: relationship(d, label={"data": None}), 422,
        ("422", "Unprocessable Entity", "The label field is required.", {"pointer": LABEL}),
    ),
}  # fmt: skip


def without(document: dict[str, Any], member: str) -> dict[str, Any]:
    return {"data": {name: value for name, value in document["data"].items() if name != member}}


def having(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"data": {**document["data"], **members}}


def attribute(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    return having(document, attributes={**document["data"]["attributes"], **members})


def relationship(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    return having(document, relationships={**document["data"]["relationships"], **members})


@pytest.mark.parametrize("case", CASES)
def test_a_document_that_does_not_comply_is_told_so(shop: Any, errors: Any, case: str) -> None:
    """PR-042, PR-046, PR-047, PR-050"""
    change, status, expected = CASES[case]

    reply = shop.post(change(shop.document()))

    assert errors(reply) == [expected]
    assert reply.status_code == status
    assert shop.ids() == []


def test_members_in_the_librarys_own_order(shop: Any) -> None:
    """PR-042: detail, source, status, title."""
    assert list(shop.post(shop.document("name")).json["errors"][0]) == ["detail", "source", "status", "title"]
    assert list(raw(shop, b"{").json["errors"][0]) == ["code", "detail", "status", "title"]


@pytest.mark.parametrize(
    ("id", "detail"), [(None, "The member id is required."), (3, "The member id must be a string.")]
)
def test_an_update_names_its_resource(shop: Any, errors: Any, id: Any, detail: str) -> None:
    """PR-085"""
    shop.create()
    document = shop.change("1", name="New")
    if id is None:
        del document["data"]["id"]
    else:
        document["data"]["id"] = id

    reply = shop.patch("1", document=document)

    assert errors(reply) == [non_compliant(detail, "/data" if id is None else "/data/id")]


def test_missing_members_stand_for_all_that_they_should_hold(shop: Any, errors: Any) -> None:
    """PR-042: see NOTES.md."""
    told = errors(shop.post({"data": {"type": "products"}}))

    assert [source["pointer"].rpartition("/")[2] for *_, source in told] == [
        "name", "upc-code", "copyright-line", "production-line", "production-year", "status", "artist", "label",
        "language",
    ]  # fmt: skip


def test_problems_of_different_statuses_are_400_together(shop: Any, errors: Any) -> None:
    """PR-046: each with its own status inside."""
    document = attribute(having(shop.document(), type="users", id="7"), foo=1)

    reply = shop.post(document)

    assert reply.status_code == 400
    assert {status for status, *_ in errors(reply)} == {"400", "403", "409"}


def test_what_breaks_the_document_is_told_before_any_field(shop: Any, errors: Any) -> None:
    """PR-042, PR-046"""
    told = errors(shop.post(attribute(shop.document("name"), foo=1)))

    assert told == [non_compliant("The field foo is not a supported attribute.", "/data/attributes")]


def test_the_body_is_told_before_the_query(shop: Any, errors: Any) -> None:
    """PR-035"""
    assert errors(shop.post(shop.document("name"), "?include=foo"))[0][0] == "422"
    reply = shop.post(shop.document(), "?include=foo")
    assert (reply.status_code, errors(reply)[0][1]) == (400, "Invalid Query Parameter")
    assert shop.ids() == []


def test_names_with_signs_are_told_as_they_are(shop: Any, errors: Any) -> None:
    """PR-046"""
    told = errors(shop.post(attribute(shop.document(), **{"a/b~c": 1, "é\u0000": 2})))

    assert {detail for _, _, detail, _ in told} == {
        "The field a/b~c is not a supported attribute.", "The field é\u0000 is not a supported attribute.",
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SHARED_KINDS | MOCK_KINDS))
def test_no_kind_of_refusal_leaves_the_flat_speechless(kind: str) -> None:
    """PR-007: kinds that this API does not know by itself are answered with their usual status all the same."""
    usual = {
        "route_unknown": 404, "method_unknown": 405, "malformed": 400, "too_large": 413, "unsupported_media": 415,
        "not_acceptable": 406, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "illegal_transition": 422,
        "rate_limited": 429, "unavailable": 503, "not_offered": 501, "internal": 500, "bad_preference": 400,
        "bad_sandbox": 400, "unknown_world": 400, "idempotency_mismatch": 422, "idempotency_key_too_long": 400,
    }  # fmt: skip
    request = Request("1", "GET", "/api/v1/products", "", {}, Body(None, 0), "", "default", "products", "http://x")
    facts = {"place": "body", "reason": "syntax", "retry_after": 3}

    reply = refuse(Failure(kind, "A detail.", headers={"Allow": "GET"}, **facts), request, None)

    assert reply.body["jsonapi"] == {"version": "1.0"}
    if kind != "invalid":
        assert reply.status == usual[kind]
        assert reply.body["errors"][0]["status"] == str(usual[kind])
