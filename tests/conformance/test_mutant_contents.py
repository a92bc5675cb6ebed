"""Operators that keep what they falsify consistent: checksums, echoes, claims, keys, walks and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from conformance.mutants import fault  # noqa: F401 - it names the operators
from conformance.mutants.beyond import Beyond
from conformance.mutants.message import Call, Reply, json_reply
from conformance.mutants.operator import make

MESSAGE = {"text": "/xml", "sha256": "/sum", "bytes": "/size"}


@dataclass
class Behind:
    """Stands in for the target: answers every call with the same and keeps what came."""

    says: Reply = field(default_factory=lambda: json_reply(200, {}))
    principals: dict[str, dict[str, str]] = field(default_factory=lambda: {"full": {"Authorization": "Bearer full"}})
    came: list[Call] = field(default_factory=list)

    def forward(self, call: Call) -> Reply:
        self.came.append(call)
        return self.says

    def fetch(self, method: str, path: str, like: Call, sent: Any = None, who: str = "") -> Reply:
        return self.forward(Call(method=method, path=path))

    def path_of(self, operation: str, values: dict[str, str]) -> str:
        return f"/{operation}/{values['id']}"

    def example(self, operation: str, status: int) -> Reply:
        return json_reply(status, {"error": "reused"})


def behind(**more: Any) -> Beyond:
    return cast(Beyond, Behind(**more))


def a_call(body: Any = None, **more: Any) -> Call:
    call = Call(**{"headers": [("Authorization", "Bearer full")], "method": "POST", "path": "/x", **more})
    if body is not None:
        call.json = body
    return call


def token_of(claims: dict[str, Any]) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJh.{middle}.c2ln"


def test_a_document_inside_an_answer_is_edited_with_all_that_is_said_about_it() -> None:
    reply = json_reply(200, {"xml": "<a>é</a>", "sum": "0", "size": 1, "other": "é"})

    make("inner", {"find": "<a>.*</a>", "by": "<b>ọ</b>", "place": MESSAGE}).answer(a_call(), reply, behind())

    raw = "<b>ọ</b>".encode()
    assert reply.json == {"xml": "<b>ọ</b>", "sum": hashlib.sha256(raw).hexdigest(), "size": len(raw), "other": "é"}


def test_an_answer_that_is_the_document_itself_is_edited() -> None:
    reply = Reply(body=b"<a>1</a>")

    make("inner", {"find": "1", "by": "2", "place": MESSAGE}).answer(a_call(), reply, behind())

    assert reply.body == b"<a>2</a>"


def test_a_total_adds_up_the_page_and_a_member_says_what_was_sent() -> None:
    reply = json_reply(200, {"rows": [{"n": 2}, {"n": 3}], "total": 99, "token": "new"})
    call = a_call({"old": "kept"})

    make("page-sum", {"pointer": "/total", "items": "/rows", "of": "/n"}).answer(call, reply, behind())
    make("reflect", {"source": "/old", "to": "/token"}).answer(call, reply, behind())

    assert (reply.json["total"], reply.json["token"]) == (5, "kept")


def test_a_header_has_a_text_replaced() -> None:
    reply = Reply([("Link", "</x?per_page=2&cursor=c>; rel=next")])

    make("header-text", {"name": "link", "find": r"per_page=\d+&", "by": ""}).answer(a_call(), reply, behind())

    assert reply.header("Link") == "</x?cursor=c>; rel=next"


@pytest.mark.parametrize(("value", "seen"), [(None, {}), (["*"], {"events": ["*"]})])
def test_a_member_is_said_to_be_taken_in_and_is_not(value: Any, seen: dict[str, Any]) -> None:
    pretend = make("pretend", {"pointer": "/events", "echo": "/data/events", "value": value})
    call, reply = a_call({"events": ["a"]}), json_reply(200, {"data": {"events": []}})

    pretend.request(call, behind())
    pretend.answer(call, reply, behind())

    assert (call.json, reply.json) == (seen, {"data": {"events": ["a"]}})


def test_a_token_claims_something_else_and_is_as_good_as_before() -> None:
    claim = make("claim", {"pointer": "/token", "name": "on_behalf_of"})
    real = token_of({"acting_as": True, "on_behalf_of": "parent"})
    reply = json_reply(200, {"token": real})

    claim.answer(a_call(), reply, behind())
    edited = str(reply.json["token"])
    later = a_call(headers=[("Authorization", f"Bearer {edited}")])
    claim.request(later, behind())

    middle = edited.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))) == {"acting_as": True}
    assert later.header("Authorization") == f"Bearer {real}"


def test_a_key_is_remembered_for_ever() -> None:
    keep = make("keep-key", {"header": "Idempotency-Key", "status": 422, "mark": "X-Replay"})
    calls = [a_call({"a": number}) for number in (1, 1, 2)]
    for call in calls:
        call.set_header("Idempotency-Key", "k")
    keep.answer(calls[0], json_reply(201, {"id": 1}), behind())

    again, other = keep.request(calls[1], behind()), keep.request(calls[2], behind())

    assert again is not None
    assert other is not None
    assert (again.status, again.json, again.header("X-Replay")) == (201, {"id": 1}, "true")
    assert (other.status, other.json) == (422, {"error": "reused"})


def test_a_cursor_counts_places() -> None:
    drift = make("drift", {"items": "/data", "cursor": "cursor", "page": "page", "next": "/next"})
    target = Behind(says=json_reply(200, {"data": ["shifted"]}))
    first, second = json_reply(200, {"data": ["a"], "next": "c1"}), json_reply(200, {"data": ["b"], "next": None})

    drift.answer(a_call(), first, cast(Beyond, target))
    drift.answer(a_call(query="cursor=c1&per_page=1"), second, cast(Beyond, target))

    assert (first.json["data"], second.json["data"]) == (["a"], ["shifted"])
    assert [call.query for call in target.came] == ["per_page=1&page=2"]


def test_a_map_is_laid_over_the_one_that_is_there() -> None:
    merge = make("merge", {"pointer": "/titles", "read": "getThing", "at": "/thing/titles"})
    call = a_call({"titles": {"en": "New"}}, values={"id": "7"})

    merge.request(call, behind(says=json_reply(200, {"thing": {"titles": {"en": "Old", "fr": "Ancien"}}})))

    assert call.json == {"titles": {"en": "New", "fr": "Ancien"}}


def test_a_call_is_made_for_somebody_else() -> None:
    call = a_call(headers=[("Authorization", "Bearer child")])

    make("act-as", {"of": "full"}).request(call, behind())

    assert call.header("Authorization") == "Bearer full"


def test_a_text_is_spelled_in_another_way_and_back() -> None:
    respell = make("respell", {"find": "del-", "by": "del-Z", "back": "del-Z", "again": "del-"})
    reply, call = json_reply(200, {"id": "del-1"}), a_call({"id": "del-Z1"}, path="/x/del-Z1")

    respell.answer(call, reply, behind())
    respell.request(call, behind())

    assert (reply.json, call.json, call.path) == ({"id": "del-Z1"}, {"id": "del-1"}, "/x/del-1")


@pytest.mark.parametrize("stamp", ["", "1767225600."])
def test_a_webhook_is_edited_before_it_is_signed(stamp: str) -> None:
    signed = make("hook-signed", {"pointer": "/data/more"})
    signed.witness(a_call(), json_reply(201, {"data": {"secret": "s3"}}), behind())

    def signature(body: bytes) -> str:
        return hmac.new(b"s3", stamp.encode() + body, hashlib.sha256).hexdigest()

    parcel = a_call({"data": {"more": 1, "id": 2}})
    parcel.headers = [("X-Signature", f"t={stamp.rstrip('.') or 0},v1={signature(parcel.body)}")]

    [going] = signed.parcels(parcel)

    assert going.json == {"data": {"id": 2}}
    assert (going.header("X-Signature") or "").endswith(f"v1={signature(going.body)}")


def test_each_webhook_of_a_kind_has_a_number_of_its_own() -> None:
    signed = make("hook-signed", {"find": '("id":"[^"]*)', "by": r"\g<1>-{n}"})

    bodies = [signed.parcels(a_call({"id": "e"}))[0].json for _ in range(2)]

    assert bodies == [{"id": "e-1"}, {"id": "e-2"}]


def test_a_lent_credential_can_be_named() -> None:
    target = Behind()
    target.__dict__["credentials"] = lambda call: []
    stranger, reply = a_call(headers=[], who="token-7"), json_reply(401, {})

    make("lend", {"to": ["token-*"], "of": "full"}).answer(stranger, reply, cast(Beyond, target))

    assert (reply.status, target.came[0].header("Authorization")) == (200, "Bearer full")
