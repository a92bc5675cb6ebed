"""What each operator does to a call or an answer; the target behind is a small server made for this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from conformance.contract import Contract
from conformance.mutants import fault  # noqa: F401 - it names the operators
from conformance.mutants.beyond import Beyond
from conformance.mutants.message import Call, Reply, json_reply, places
from conformance.mutants.operator import OPERATORS, make


class Behind(BaseHTTPRequestHandler):
    """Answers 422 to a name of `bad`, 401 without a token, 409 to another content type; else says what it got."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(sent) if sent else {}
        status = 200
        if self.headers.get("Authorization") is None:
            status = 401
        elif self.headers.get("X-Version") == "old" or "sort=odd" in self.path:
            status = 409
        elif body.get("name") == "bad":
            status = 422
        said = json.dumps({"path": self.path, "sent": body, "who": self.headers.get("Authorization")}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST

    def log_message(self, format: str, *arguments: object) -> None:
        return


@pytest.fixture(scope="module")
def behind() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def beyond(behind: str, contract: Contract) -> Iterator[Beyond]:
    beyond = Beyond(f"{behind}/base", contract, {"full": {"Authorization": "Bearer full"}})
    yield beyond
    beyond.close()


def a_call(body: Any = None, **more: Any) -> Call:
    call = Call(**{"headers": [("Authorization", "Bearer full")], "method": "POST", "path": "/base/x", **more})
    if body is not None:
        call.json = body
    return call


BODY = {"id": 7, "name": "Aé", "tags": ["a", "b"], "at": "2026-01-02T03:04:05.678Z", "price": "10.10", "n": {"x": 1}}


@pytest.mark.parametrize(
    ("operator", "options", "expected"),
    [
        ("drop", {"pointer": "/n/x"}, {"n": {}}),
        ("drop", {"pointer": "/tags/*"}, {"tags": []}),
        ("put", {"pointer": "/n/y", "value": 2}, {"n": {"x": 1, "y": 2}}),
        ("put", {"pointer": "/tags/*", "value": "z"}, {"tags": ["z", "z"]}),
        ("retype", {"pointer": "/id"}, {"id": "7"}),
        ("retype", {"pointer": "/price"}, {"price": 10.1}),
        ("recase", {"pointer": "/name"}, {"name": "aÉ"}),
        ("copy", {"source": "/id", "to": "/name", "both": True}, {"id": "Aé", "name": 7}),
        ("shorten", {"pointer": "/tags"}, {"tags": ["a"]}),
        ("shorten", {"pointer": "/tags", "end": "first"}, {"tags": ["b"]}),
        ("repeat", {"pointer": "/tags"}, {"tags": ["a", "b", "b"]}),
        ("reverse", {"pointer": "/tags"}, {"tags": ["b", "a"]}),
        ("shift", {"pointer": "/price", "by": 0.01}, {"price": "10.11"}),
        ("shift", {"pointer": "/id", "by": 1}, {"id": 8}),
        ("count", {"pointer": "/id", "items": "/tags"}, {"id": 2}),
        ("shift-time", {"pointer": "/at", "seconds": 60}, {"at": "2026-01-02T03:05:05.678Z"}),
        ("text", {"find": '"a"', "by": '"c"'}, {"tags": ["c", "b"]}),
        ("recode", {}, {"name": "AÃ©"}),
        ("body", {"json": {"id": 1}}, {"id": 1}),
    ],
)
def test_an_answer_is_edited_where_it_should_be(
    operator: str, options: dict[str, Any], expected: dict[str, Any], beyond: Beyond
) -> None:
    reply = json_reply(200, BODY)

    make(operator, options).answer(a_call(), reply, beyond)

    kept = {} if operator == "body" else {key: value for key, value in BODY.items() if key not in expected}
    assert reply.json == kept | expected


@pytest.mark.parametrize("operator", ["drop", "put", "retype", "shift", "reverse", "count"])
def test_what_is_no_json_is_left_alone(operator: str, beyond: Beyond) -> None:
    options = {"pointer": "/a", "value": 1, "by": 1, "items": "/b"}
    known = {name: value for name, value in options.items() if name in OPERATORS[operator].__dataclass_fields__}
    reply = Reply(body=b"<xml/>")

    make(operator, known).answer(a_call(), reply, beyond)

    assert reply.body == b"<xml/>"


def test_status_and_header_are_edited(beyond: Beyond) -> None:
    reply = json_reply(200, BODY)

    make("status", {"to": 404, "body": "null"}).answer(a_call(), reply, beyond)
    make("header", {"name": "content-TYPE", "value": "text/html"}).answer(a_call(), reply, beyond)

    assert (reply.status, reply.json, reply.headers) == (404, None, [("content-TYPE", "text/html")])


@pytest.mark.parametrize(
    ("operator", "options", "query", "body"),
    [
        ("forget-query", {"name": "a"}, "b=2", {"name": "x"}),
        ("set-query", {"name": "a", "value": "9"}, "b=2&a=9", {"name": "x"}),
        ("set-query", {"name": "c", "value": "9"}, "a=1&b=2", {"name": "x"}),
        ("forget-member", {"pointer": "/name"}, "a=1&b=2", {}),
        ("set-member", {"pointer": "/name", "value": "y"}, "a=1&b=2", {"name": "y"}),
        ("set-member", {"pointer": "/more", "value": "y"}, "a=1&b=2", {"name": "x"}),
        ("set-member", {"pointer": "/more", "value": 1, "always": True}, "a=1&b=2", {"name": "x", "more": 1}),
        ("rewrite", {"find": '"x"', "by": '"é"'}, "a=1&b=2", None),
    ],
)
def test_a_request_is_edited_on_its_way_in(
    operator: str, options: dict[str, Any], query: str, body: Any, beyond: Beyond
) -> None:
    call = a_call({"name": "x"}, query="a=1&b=2")

    forged = make(operator, options).request(call, beyond)

    assert forged is None
    assert call.query == query
    assert call.body == b'{"name":"\xe9"}' if body is None else call.json == body


def test_a_refused_value_is_taken_and_written_back(beyond: Beyond) -> None:
    call = a_call({"name": "bad"})
    reply = beyond.forward(call)

    make("cure", {"pointer": "/name", "value": "good", "echo": "/sent/name"}).answer(call, reply, beyond)

    assert (reply.status, reply.json["sent"]) == (200, {"name": "bad"})


def test_a_refused_query_and_a_refused_header_are_taken(beyond: Beyond) -> None:
    asked = a_call({}, query="sort=odd")
    told = a_call({})
    told.set_header("X-Version", "old")
    answers = [beyond.forward(asked), beyond.forward(told)]
    before = [answer.status for answer in answers]

    make("cure-query", {"name": "sort", "status": [409]}).answer(asked, answers[0], beyond)
    make("cure-header", {"name": "X-Version"}).answer(told, answers[1], beyond)

    assert before == [409, 409]
    assert [answer.status for answer in answers] == [200, 200]


def test_a_caller_without_a_credential_gets_one_that_worked(beyond: Beyond) -> None:
    beyond.forward(a_call({}, operation="listProducts"))
    stranger = a_call({}, headers=[], who="none")
    reply = beyond.forward(stranger)

    make("lend", {"to": ["unknown"]}).answer(stranger, reply, beyond)
    untouched = reply.status
    make("lend", {"to": ["none"]}).answer(stranger, reply, beyond)

    assert (untouched, reply.status, reply.json["who"]) == (401, 200, "Bearer full")


def test_a_principal_is_known_by_its_headers(beyond: Beyond) -> None:
    calls = [a_call(), a_call(headers=[]), a_call(headers=[("Authorization", "Bearer x")])]

    assert [beyond.who(call) for call in calls] == ["full", "none", "unknown"]


def test_a_read_shows_what_was_there_before_the_write(beyond: Beyond) -> None:
    unsaved = make("unsaved", {"read": "getProduct"})
    write = a_call({}, method="PATCH", values={"id": "5"})
    read = a_call(method="GET", path="/base/api/v1/products/5")
    unsaved.request(write, beyond)
    unsaved.answer(write, Reply(status=200), beyond)
    reply = json_reply(200, {"new": True})

    unsaved.witness(read, reply, beyond)

    assert reply.json["path"] == "/base/api/v1/products/5"


def test_what_was_made_is_asked_for_under_another_id(beyond: Beyond) -> None:
    vanish = make("vanish", {"pointer": "/id", "unknown": "0"})
    vanish.answer(a_call(), json_reply(201, {"id": 31}), beyond)
    reply = json_reply(200, {})

    vanish.witness(a_call(method="GET", path="/base/x/31", values={"id": "31"}), reply, beyond)

    assert reply.json["path"] == "/base/x/0"


def test_a_border_loses_or_repeats_an_item(beyond: Beyond) -> None:
    seen = {}
    for how in ("skip", "repeat"):
        border = make("border", {"items": "", "page": "page", "how": how})
        pages = [json_reply(200, [1, 2]), json_reply(200, [3, 4])]
        for number, page in enumerate(pages, 1):
            border.answer(a_call(query=f"page={number}"), page, beyond)
        seen[how] = [page.json for page in pages]

    assert seen == {"skip": [[1, 2], [4]], "repeat": [[1, 2], [2, 3, 4]]}


def test_the_first_value_and_the_first_answer_stay(beyond: Beyond) -> None:
    sticky, stale = make("sticky", {"pointer": "/n"}), make("stale", {})
    replies = [[json_reply(200, {"n": 1}), json_reply(200, {"n": 2})] for _ in range(2)]

    for operator, pair in zip((sticky, stale), replies, strict=True):
        for reply in pair:
            operator.answer(a_call(), reply, beyond)

    assert [[reply.json for reply in pair] for pair in replies] == [[{"n": 1}, {"n": 1}]] * 2


def test_a_key_is_answered_otherwise_the_second_time_and_across_accounts(beyond: Beyond) -> None:
    call, other = a_call(who="full"), a_call(who="second-account")
    for one in (call, other):
        one.set_header("Idempotency-Key", "k")
    plain, shared = (
        make("replay", {"header": "Idempotency-Key", "status": 202}),
        make("replay", {"header": "Idempotency-Key", "shared": True}),
    )
    replies = [json_reply(201, {"id": 1}), json_reply(201, {"id": 1})]
    for reply in replies:
        plain.answer(call, reply, beyond)
    shared.answer(call, json_reply(201, {"id": 1}), beyond)

    leaked = shared.request(other, beyond)

    assert [reply.status for reply in replies] == [201, 202]
    assert leaked is not None
    assert leaked.json == {"id": 1}
    assert shared.request(call, beyond) is None


def test_a_webhook_is_lost_doubled_edited_or_answered_otherwise(beyond: Beyond) -> None:
    parcel = a_call({"type": "ping"}, headers=[("X-Signature", "t=1,v1=ab")])

    def went(operator: str, **options: Any) -> list[Call]:
        return make(operator, options).parcels(parcel.copy())

    assert went("hook-lose", only="ping") == []
    assert went("hook-lose", only="pong") == [parcel]
    assert len(went("hook-twice")) == 2
    assert went("hook-header", name="X-Signature", find="ab", by="cd")[0].header("X-Signature") == "t=1,v1=cd"
    assert went("hook-header", name="X-Signature")[0].header("X-Signature") is None
    assert went("hook-text", find="ping", by="pong")[0].json == {"type": "pong"}
    assert went("hook-drop", pointer="/type")[0].json == {}
    told = Reply(status=500)
    make("hook-answer", {"status": 200}).receipt(parcel, told)
    assert told.status == 200


def test_harmless_variants_say_the_same(beyond: Beyond) -> None:
    for operator, options in (("reorder", {}), ("reprint", {"indent": 1}), ("reprint", {"ascii": True})):
        reply = json_reply(200, BODY)
        before = reply.body
        make(operator, options).answer(a_call(), reply, beyond)
        assert reply.json == BODY
        assert reply.body != before


def test_other_ids_are_turned_back_on_the_way_in(beyond: Beyond) -> None:
    id = "a1b2c3d4-0000-4000-8000-000000000000"
    reply, operator = json_reply(200, {"id": id}), make("other-ids", {})

    operator.answer(a_call(), reply, beyond)
    shown = reply.json["id"]
    call = a_call({"id": shown}, path=f"/base/{shown}", query=f"id={shown}")
    operator.request(call, beyond)

    assert shown != id
    assert (call.path, call.query, call.json) == (f"/base/{id}", f"id={id}", {"id": id})


def test_a_pattern_means_every_place_that_it_fits() -> None:
    value = {"a": [{"b": 1}, {"b": 2}], "c/d": {"e": 3}}

    assert places(value, "/a/*/b") == ["/a/0/b", "/a/1/b"]
    assert places(value, "/a/-/b") == ["/a/1/b"]
    assert places(value, "/c~1d/*") == ["/c~1d/e"]
    assert places(value, "/x/*") == []
    assert places(value, "") == [""]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("droop", {}, "unknown operator 'droop'; valid: "),
        ("drop", {}, "operator drop needs \\['pointer'\\]"),
        ("drop", {"pointer": "", "x": 1}, "operator drop has no option \\['x'\\]; valid: pointer"),
    ],
)
def test_a_misspelt_operator_is_refused_with_the_valid_ones(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make(name, options)
