"""The front door: which sandbox, which provider, which address, whatever a client writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client, EnvironBuilder


def open_at(toy: Any, path: str, **parts: Any) -> Any:
    return Client(toy.house.wsgi).open(path, **parts)


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/~{box}/toy/slash/", {}, "http://localhost/~{box}/toy"),
        ("/toy/slash/", {"X-Sandbox": "{box}"}, "http://localhost/toy"),
        ("/toy/v1/slash/", {"X-Sandbox": "{box}"}, "http://localhost/toy/v1"),
        ("/~{box}/toy/v1/slash/", {"X-Sandbox": "another"}, "http://localhost/~{box}/toy/v1"),
        ("/slash/", {"X-Sandbox": "{box}", "Host": "toy.example"}, "http://toy.example"),
        ("/slash/", {"X-Sandbox": "{box}", "Host": "TOY.example:8080"}, "http://TOY.example:8080"),
        ("/~{box}/slash/", {"Host": "toy.example"}, "http://toy.example/~{box}"),
        ("/v1/slash/", {"X-Sandbox": "{box}", "Host": "toy.example"}, "http://toy.example/v1"),
        ("/toy/slash/", {"X-Sandbox": "{box}", "Host": "127.0.0.1:4010"}, "http://127.0.0.1:4010/toy"),
        ("/toy/slash/", {"X-Sandbox": "{box}", "Host": "[::1]:4010"}, "http://[::1]:4010/toy"),
        ("/toy/slash/", {"X-Sandbox": "{box}", "Host": 'evil"><script>'}, "http://localhost:80/toy"),
        ("/toy/slash/", {"X-Sandbox": "{box}", "Host": "a b"}, "http://localhost:80/toy"),
    ],
)
def test_an_address_leads_to_a_sandbox_and_back(toy: Any, path: str, headers: dict[str, str], expected: str) -> None:
    headers = {name: value.format(box=toy.name) for name, value in headers.items()}

    reply = open_at(toy, path.format(box=toy.name), headers=headers)

    assert reply.status_code == 200
    assert reply.text == "base " + expected.format(box=toy.name)
    assert reply.headers["X-Sandbox"] == toy.name


def test_https_is_repeated_in_links(toy: Any) -> None:
    reply = open_at(toy, "/toy/slash/", base_url="https://mock.example", headers={"X-Sandbox": toy.name})

    assert reply.text == "base https://mock.example/toy"


def test_without_a_name_it_is_the_default_sandbox(toy: Any) -> None:
    assert open_at(toy, "/toy/slash/").headers["X-Sandbox"] == "default"
    assert open_at(toy, "/toy/slash/", headers={"X-Sandbox": ""}).headers["X-Sandbox"] == "default"


@pytest.mark.parametrize(
    "name", ["UPPER", "-a", "_a", "a.b", "a b", "é", "a" * 64, "../x", "@toy", "a/b", "%41", "", "~"]
)
def test_a_bad_sandbox_name_is_refused_in_the_providers_own_shape(toy: Any, name: str) -> None:
    before = toy.house.store.spaces()
    replies = [open_at(toy, f"/~{name.replace('/', '%5C')}/toy/slash/")]
    if name:
        replies.append(open_at(toy, "/toy/slash/", headers={"X-Sandbox": name}))

    for reply in replies:
        assert (reply.status_code, reply.json["error"]) == (400, "bad_sandbox")
        assert reply.headers["X-Sandbox"] == "default"
        assert reply.headers["X-Request-Id"]
    assert [space for space in toy.house.store.spaces() if space not in before] == []


@pytest.mark.parametrize("name", ["a", "0", "qa-1_x", "a" * 63])
def test_a_sandbox_comes_to_life_at_first_use(toy: Any, name: str) -> None:
    assert not toy.house.sandboxes.exists(name)

    assert open_at(toy, f"/~{name}/toy/slash/").headers["X-Sandbox"] == name

    assert toy.house.sandboxes.exists(name)
    toy.house.sandboxes.drop(name)


def test_trailing_slashes_are_part_of_a_path(toy: Any) -> None:
    assert toy.ask("GET", "/slash/", token=None).status_code == 200
    assert toy.ask("GET", "/slash", token=None).status_code == 404
    assert toy.ask("GET", "/things").status_code == 200
    assert toy.ask("GET", "/things/").status_code == 404


def test_static_paths_and_parts_of_segments_are_found(toy: Any) -> None:
    assert toy.ask("GET", "/things/count").json == {"count": 0}
    assert toy.ask("GET", "/files/a.b.xml", token=None).json["path"] == {"name": "a", "kind": "b.xml"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/files/%C3%A9%20.txt", "é "),
        ("/files/%F0%9F%98%80.txt", "😀"),
        ("/files/%FF.txt", "�"),
        ("/files/a%2Fb.txt", None),
    ],
)
def test_paths_are_decoded_as_utf_8(toy: Any, path: str, name: str | None) -> None:
    reply = toy.ask("GET", path, token=None)

    assert (reply.json["path"]["name"] if reply.status_code == 200 else None) == name


@pytest.mark.parametrize("query", ["tag=é".encode().decode("latin-1"), "tag=日", "tag=%C3%A9"])
def test_a_query_in_plain_utf_8_is_read_like_an_escaped_one(toy: Any, query: str) -> None:
    """Servers hand it over as Latin-1 or decoded; links repeat it escaped."""
    headers = {"X-Sandbox": toy.name, "Authorization": f"Bearer {toy.credential('full')['value']}"}
    environ = {**EnvironBuilder("/toy/things", headers=headers).get_environ(), "QUERY_STRING": query}

    body = b"".join(toy.house.wsgi(environ, lambda *answer: None))

    assert json.loads(body)["query"]["tag"] == ["日" if "日" in query else "é"]
    assert toy.journal[0]["query"] == ("tag=%E6%97%A5" if "日" in query else "tag=%C3%A9")


def test_a_query_in_no_utf_8_is_refused(toy: Any) -> None:
    for query in ("tag=%FF", "tag=\xff", "%C3=1"):
        reply = toy.ask("GET", "/things", environ_overrides={"QUERY_STRING": query})

        assert (reply.status_code, reply.json["facts"]["reason"]) == (400, "encoding")


@pytest.mark.parametrize("given", ["mine", "a.b:c-d_e", "x" * 128])
def test_a_request_id_is_taken_over(toy: Any, given: str) -> None:
    assert toy.ask("GET", "/things", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "é", "<script>"])
def test_a_request_id_that_is_none_is_replaced(toy: Any, given: str) -> None:
    assert toy.ask("GET", "/things", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


def test_browsers_may_call_from_any_page(toy: Any) -> None:
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, x-toy-key",
    }

    preflight = toy.ask("OPTIONS", "/things", token=None, headers=headers)
    reply = toy.ask("GET", "/things", headers={"Origin": "https://app.example"})

    assert (preflight.status_code, preflight.data) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization, x-toy-key"
    assert preflight.headers["X-Sandbox"] == toy.name
    assert preflight.headers["X-Request-Id"]
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in toy.ask("GET", "/things").headers


def test_options_without_a_question_is_a_method_like_others(toy: Any) -> None:
    assert toy.ask("OPTIONS", "/things", token=None).status_code == 405


def test_a_provider_that_is_not_here_is_not_found(toy: Any) -> None:
    assert open_at(toy, "/gard/api/v1/keys").status_code == 404
