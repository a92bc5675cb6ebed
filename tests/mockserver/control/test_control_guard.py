"""Who may speak to the control API, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import App

TOKEN = "s3same"


@pytest.fixture(scope="module")
def locked(build_house: Callable[..., App]) -> App:
    """A house that asks for a token, bound to a name of its own."""
    return build_house(control_token=TOKEN, host="mock.lan")


def _asked(app: App, headers: dict[str, str], path: str = "/_control/health") -> Any:
    from werkzeug.test import Client

    return Client(app.wsgi).get(path, headers=headers)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:4010",
        "LOCALHOST",
        "qa.localhost:80",
        "127.0.0.1:4010",
        "127.8.9.1",
        "[::1]:4010",
        "localhost.",
    ],
)
def test_names_of_this_machine_are_served(house: App, host: str) -> None:
    answer = _asked(house, {"Host": host})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:4010",
        "192.168.1.5:4010",
        "127.0.0.1.nip.io",
        "a b",
        "@",
        "[::2]",
    ],
)
def test_a_name_that_somebody_pointed_here_is_refused(house: App, host: str) -> None:
    answer = _asked(house, {"Host": host})

    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"
    assert host[:20] in answer.json["detail"]


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:4010", "https://[::1]"])
def test_pages_of_this_machine_may_read_the_answer(house: App, origin: str) -> None:
    answer = _asked(house, {"Origin": origin})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://", "http://[", ""]
)
def test_a_foreign_origin_is_refused(house: App, origin: str) -> None:
    answer = _asked(house, {"Origin": origin})

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_foreign_origin_moves_nothing(tester: Any) -> None:
    answer = tester.control("POST", "clock/advance", {"by": "PT1H"}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert tester.get("clock")["now"] == "2026-01-15T09:00:00Z"


def test_a_browser_asks_beforehand_and_is_told(house: App) -> None:
    from werkzeug.test import Client

    question = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-sandbox"}
    own = Client(house.wsgi).options("/_control/clock", headers={**question, "Origin": "http://localhost:3000"})
    foreign = Client(house.wsgi).options("/_control/clock", headers={**question, "Origin": "https://evil.example"})

    assert own.status_code == 204
    assert "PUT" in own.headers["Access-Control-Allow-Methods"]
    assert own.headers["Access-Control-Allow-Headers"] == "x-sandbox"
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"},
     {"Authorization": "Bearer s3sam\u00e9"}, {"Authorization": "Bearer "}],
)  # fmt: skip
def test_without_the_token_nothing_is_told(locked: App, headers: dict[str, str]) -> None:
    answer = _asked(locked, headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["title"] == "Unauthorized"


def test_with_the_token_any_name_is_served(locked: App) -> None:
    answer = _asked(locked, {"Authorization": f"bearer {TOKEN}", "Host": "mockserver:4010"})

    assert answer.status_code == 200


def test_with_the_token_a_foreign_origin_is_still_refused(locked: App) -> None:
    own = {"Authorization": f"Bearer {TOKEN}", "Host": "mockserver:4010"}

    assert _asked(locked, {**own, "Origin": "https://evil.example"}).status_code == 403
    assert _asked(locked, {**own, "Origin": "http://mockserver:4010"}).status_code == 200


def test_the_token_is_never_shown(locked: App) -> None:
    answer = _asked(locked, {"Authorization": f"Bearer {TOKEN}"}, "/_control/info")

    assert answer.status_code == 200
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "reset"), ("PUT", "clock"), ("PATCH", "state/parcels/parcels/1"), ("DELETE", "requests"),
     ("POST", "deliveries/run")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_write_that_is_not_json_is_refused(tester: Any, method: str, path: str, kind: str) -> None:
    answer = tester.control(method, path, data=b'{"mode": "running"}', content_type=kind)

    assert answer.status_code == 415
    assert "application/json" in answer.json["detail"]
    assert tester.violations() == []


def test_a_write_without_any_body_is_fine(tester: Any) -> None:
    assert tester.control("POST", "reset").status_code == 200
    assert tester.control("POST", "deliveries/run").status_code == 200
    assert tester.control("DELETE", "faults").status_code == 204


def test_a_body_of_bytes_without_end_in_sight_needs_a_type_too(house: App) -> None:
    from io import BytesIO

    from werkzeug.test import Client

    answer = Client(house.wsgi).post(
        "/_control/reset", input_stream=BytesIO(b"x"), headers={"Transfer-Encoding": "chunked"}, content_length=None
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("body", [b"", b"   ", b"{", b"nonsense", b'{"mode": "\xff"}', b"[" * 200, b"[]", b'"text"'])
def test_a_body_that_is_no_json_object_is_unprocessable(tester: Any, body: bytes) -> None:
    answer = tester.control("PUT", "clock", data=body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json["detail"]


def test_an_unknown_member_is_named(tester: Any) -> None:
    answer = tester.control("PUT", "clock", {"mode": "frozen", "sped": 2})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/sped"
    assert "/sped" in answer.json["detail"]


def test_an_unknown_query_parameter_is_named(tester: Any) -> None:
    answer = tester.control("GET", "requests?operaton=x")

    assert answer.status_code == 422
    assert "operaton" in answer.json["detail"]
    assert "operation" in answer.json["detail"]


def test_a_body_beyond_the_limit_is_not_read(tester: Any) -> None:
    answer = tester.control("PUT", "clock", {"mode": "frozen"}, environ_overrides={"CONTENT_LENGTH": str(2**40)})

    assert answer.status_code == 413


def test_unknown_paths_and_methods_are_problem_documents(tester: Any) -> None:
    nowhere = tester.control("GET", "nowhere")
    wrong = tester.control("PATCH", "clock", {})

    assert nowhere.status_code == 404
    assert wrong.status_code == 405
    assert wrong.headers["Allow"] == "GET, PUT, HEAD"
    assert {nowhere.content_type, wrong.content_type} == {"application/problem+json"}


@pytest.mark.parametrize("path", ["/_control", "/_control/", "/_control//x", "/_control/state/parcels/parcels/"])
def test_addresses_that_lead_nowhere_are_not_found(tester: Any, path: str) -> None:
    answer = tester.ask("GET", path)

    assert answer.status_code == 404
    assert answer.json["status"] == 404


def test_head_is_get_without_a_body(tester: Any) -> None:
    answer = tester.control("HEAD", "clock")

    assert answer.status_code == 200
    assert answer.data == b""
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    "path", ["/_control/health", "/_control/nowhere", "/", "/nowhere", "/_docs/", "/parcels/openapi.json"]
)
def test_every_answer_names_sandbox_and_request(tester: Any, path: str) -> None:
    answer = tester.ask("GET", path)

    assert answer.headers.getlist("X-Sandbox") == [tester.sandbox]
    assert len(answer.headers.getlist("X-Request-Id")) == 1


def test_a_request_id_that_was_sent_is_kept(tester: Any) -> None:
    answer = tester.control("GET", "clock", headers={"X-Request-Id": "mine-1"})

    assert answer.headers["X-Request-Id"] == "mine-1"


@pytest.mark.parametrize("name", ["QA1", "-qa", "a" * 64, "a b", "ä", "a/b"])
def test_a_sandbox_name_that_cannot_be_is_unprocessable(tester: Any, name: str) -> None:
    answer = tester.ask("GET", "/_control/clock", headers={"X-Sandbox": name})

    assert answer.status_code == 422
    assert answer.headers["X-Sandbox"] == "default"


def test_the_prefix_chooses_the_sandbox_as_the_header_does(tester: Any) -> None:
    answer = tester.ask("GET", f"/~{tester.sandbox}/_control/clock", headers={"X-Sandbox": "another"})

    assert answer.headers["X-Sandbox"] == tester.sandbox
    assert answer.json["now"] == "2026-01-15T09:00:00Z"


def test_the_journal_faults_and_limits_leave_the_control_api_alone(tester: Any) -> None:
    tester.do("POST", "faults", {"effect": {"status": 503}})

    for _ in range(10):
        assert tester.control("GET", "clock").status_code == 200

    assert tester.get("requests")["requests"] == []


def test_an_own_answer_that_breaks_the_spec_is_our_own_500(build_house: Callable[..., App], caplog: Any) -> None:
    from dataclasses import replace

    from werkzeug.test import Client

    app = build_house()
    broken = {
        **app.govern._desk.operations,
        "getClock": lambda call, house: app.govern._desk.operations["getHealth"](call, house),
    }
    app.govern._desk = replace(app.govern._desk, operations=broken)

    answer = Client(app.wsgi).get("/_control/clock")

    assert answer.status_code == 500
    assert [entry["operation"] for entry in Client(app.wsgi).get("/_control/violations").json] == ["getClock"]
    assert "violation: getClock" in caplog.text


def test_a_bug_of_our_own_is_a_problem_document_too(build_house: Callable[..., App], caplog: Any) -> None:
    from dataclasses import replace

    from werkzeug.test import Client

    def stumble(call: Any, house: Any) -> Any:
        raise RuntimeError("oops")

    app = build_house()
    app.govern._desk = replace(app.govern._desk, operations={**app.govern._desk.operations, "getClock": stumble})

    answer = Client(app.wsgi).get("/_control/clock")

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "oops" not in answer.text
    assert "oops" in caplog.text
