"""What holds of every call: address, token, media types, the form of answers."""

from __future__ import annotations

from typing import Any

import pytest

TYPE = "application/vnd.api+json"


@pytest.fixture
def calls(shop: Any) -> list[tuple[str, str]]:
    """The five documented calls, with one product to be about."""
    shop.create()
    return [
        ("GET", "/api/v1/products"), ("POST", "/api/v1/products"), ("GET", "/api/v1/products/1"),
        ("PATCH", "/api/v1/products/1"), ("DELETE", "/api/v1/products/1"),
    ]  # fmt: skip


def body_of(shop: Any, method: str) -> Any:
    return {"POST": shop.document(), "PATCH": shop.change("1", name="New")}.get(method)


def test_every_documented_call_answers_under_its_address(shop: Any, calls: list[tuple[str, str]]) -> None:
    """PR-001, PR-003: with the documented headers on every call, GET and DELETE included."""
    statuses = []
    for method, path in calls:
        document = body_of(shop, method)
        sent = shop.box.send(method, path, document) if document else shop.box.ask(method, path, content_type=TYPE)
        statuses.append(sent.status_code)

    assert statuses == [200, 201, 200, 200, 204]


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", "Basic dTpw", "bearer", "Token abc", "Bearer é"]
)  # fmt: skip
def test_without_a_known_token_nothing_is_answered_and_nothing_changes(
    shop: Any, errors: Any, calls: list[tuple[str, str]], header: str
) -> None:
    """PR-002, PR-007"""
    before = shop.read("1")
    for method, path in calls:
        document = body_of(shop, method)
        headers = {"Authorization": header} if header else {}
        reply = (
            shop.box.send(method, path, document, token=None, headers=headers)
            if document
            else shop.box.ask(method, path, token=None, headers=headers)
        )

        assert reply.status_code == 401
        assert errors(reply) == [("401", "Unauthorized", "Unauthenticated.", None)]
        assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert shop.read("1") == before
    assert shop.ids() == ["1"]


def test_an_expired_token_opens_nothing(shop: Any) -> None:
    """PR-002"""
    assert shop.get(token="expired").status_code == 401
    assert shop.get(token="full").status_code == 200


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", f"{TYPE}; charset=utf-8", ""]
)
def test_a_body_of_another_type_is_415(shop: Any, errors: Any, kind: str) -> None:
    """PR-004: JSON:API 1.0 forbids media type parameters, too."""
    reply = shop.post(shop.document(), content_type=kind)

    assert reply.status_code == 415
    text = "The request entity has a media type which the server or resource does not support."
    assert errors(reply) == [("415", "Unsupported Media Type", text, None)]
    assert shop.ids() == []


def test_calls_without_a_body_need_no_content_type(shop: Any) -> None:
    """PR-004"""
    shop.create()

    assert shop.get("/1").status_code == 200
    assert shop.delete("1").status_code == 204


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        (None, True), ("", True), (TYPE, True), ("*/*", True), ("application/*", True), ("text/html, */*;q=0.1", True),
        (f"text/html, {TYPE}", True), (f"{TYPE};q=0.5", True), (TYPE.upper(), True),
        ("application/json", False), ("text/html", False), (f"{TYPE}; charset=utf-8", False), (f"{TYPE};q=0", False),
        ("*/*;q=0", False), ("nonsense", False), (",", False),
    ],
)  # fmt: skip
def test_an_accept_header_that_leaves_json_api_out_is_406(
    shop: Any, errors: Any, accept: str | None, served: bool
) -> None:
    """PR-007: the 406 is a JSON:API document, whatever was accepted."""
    shop.create()
    headers = {} if accept is None else {"Accept": accept}

    replies = [
        shop.get("/1", headers=headers),
        shop.get("/1/label", headers=headers),
        shop.delete("1", headers=headers),
    ]

    if served:
        assert [reply.status_code for reply in replies] == [200, 200, 204]
    else:
        assert {reply.status_code for reply in replies} == {406}
        assert {errors(reply)[0][:2] for reply in replies} == {("406", "Not Acceptable")}


def test_every_answer_with_a_body_is_a_json_api_document(shop: Any, calls: list[tuple[str, str]]) -> None:
    """PR-005, PR-006: on success and on refusal."""
    replies = [shop.get(), shop.get("/1"), shop.post(shop.document()), shop.patch("1", name="New")]
    replies += [shop.post({}), shop.get("/404"), shop.get("?foo=1"), shop.post(shop.document("name"))]

    for reply in replies:
        assert reply.mimetype == TYPE
        assert reply.headers["Content-Type"] == TYPE
        assert reply.json["jsonapi"] == {"version": "1.0"}


def test_an_unknown_route_and_an_unknown_method_are_json_api_errors(shop: Any, errors: Any) -> None:
    """PR-007"""
    unknown = shop.box.ask("GET", "/api/v1/foobar")
    method = shop.box.ask("PUT", "/api/v1/products")

    assert (unknown.status_code, errors(unknown)) == (
        404, [("404", "Not Found", "The route api/v1/foobar could not be found.", None)],
    )  # fmt: skip
    text = "The PUT method is not supported for route api/v1/products. Supported methods: GET, POST, HEAD."
    assert (method.status_code, errors(method)) == (405, [("405", "Method Not Allowed", text, None)])
    assert method.headers["Allow"] == "GET, POST, HEAD"


def test_links_use_the_host_that_was_called(shop: Any) -> None:
    """PR-105"""
    shop.create()

    reply = shop.get("/1", base_url="https://mock.example:8443")

    assert reply.json["links"]["self"] == "https://mock.example:8443/products/api/v1/products/1"
    text = reply.text
    assert "localhost" not in text
    assert "domain.com" not in text


def test_a_body_over_twenty_mebibytes_is_413(shop: Any, errors: Any) -> None:
    """Our own choice, see NOTES.md."""
    reply = shop.box.ask(
        "POST", "/api/v1/products", content_type=TYPE, environ_overrides={"CONTENT_LENGTH": "20971521"}
    )

    assert (reply.status_code, errors(reply)) == (413, [("413", "Payload Too Large", None, None)])
