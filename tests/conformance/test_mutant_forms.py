"""Operators that read fields of a form or days otherwise, leave out rows, and answer from memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.contract import Contract
from conformance.media import pictures
from conformance.multipart import File, Form, Part
from conformance.mutants import fault  # noqa: F401 - it names the operators
from conformance.mutants.beyond import Beyond
from conformance.mutants.forms import parts
from conformance.mutants.message import Call, Reply, json_reply
from conformance.mutants.operator import make


class Target(Beyond):
    """A target that takes every form but one with a `label` of more than three letters, and keeps what it saw."""

    seen: list[Call]

    def forward(self, call: Call) -> Reply:
        self.seen.append(call)
        long = any(part.name == "label" and len(part.content) > 3 for part in parts(call))
        return json_reply(422 if long else 200, {"names": [part.name for part in parts(call)]})


@pytest.fixture
def target(contract: Contract) -> Iterator[Target]:
    target = Target("http://127.0.0.1:1/base", contract, {})
    target.seen = []
    yield target
    target.close()


def a_form(*fields: Part) -> Call:
    form = Form(fields)
    return Call([("Content-Type", form.media_type)], form.encode(), "POST", "/base/x")


def shown(call: Call) -> list[tuple[str, bytes]]:
    return [(part.name, part.content) for part in parts(call)]


def test_the_parts_of_a_form_are_its_fields_byte_for_byte() -> None:
    content = b"\x00\r\n--\r\nmore\r\n"

    found = shown(a_form(("name", "Ø"), ("cover", File("a.jpg", content, "image/jpeg"))))

    assert found == [("name", "Ø".encode()), ("cover", content)]


def test_another_body_has_no_parts() -> None:
    assert parts(Call([("Content-Type", "application/json")], b'{"a": 1}')) == []


@pytest.mark.parametrize(("value", "expected"), [("x", [("b", b"2"), ("a", b"x")]), (None, [("b", b"2")])])
def test_a_field_is_read_as_another_text_or_not_at_all(
    target: Target, value: str | None, expected: list[tuple[str, bytes]]
) -> None:
    call = a_form(("a", "1"), ("b", "2"))

    make("set-part", {"name": "a", "value": value}).request(call, target)

    assert shown(call) == expected


def test_a_refused_form_is_taken_with_a_better_field(target: Target) -> None:
    call, reply = a_form(("label", "long label"), ("b", "2")), json_reply(422, {})

    make("cure-part", {"name": "label", "value": "ok"}).answer(call, reply, target)

    assert (reply.status, reply.json) == (200, {"names": ["b", "label"]})


def test_a_form_that_stays_bad_stays_refused(target: Target) -> None:
    call, reply = a_form(("label", "long label"), ("b", "2")), json_reply(422, {"code": 422})

    make("cure-part", {"name": "b"}).answer(call, reply, target)

    assert (reply.status, reply.json) == (422, {"code": 422})


def test_a_bad_file_becomes_a_good_one(target: Target) -> None:
    call, reply = a_form(("cover", File("a.gif", b"GIF89a", "image/gif"))), json_reply(422, {})

    make("cure-part", {"name": "cover", "file": "jpeg"}).answer(call, reply, target)

    assert reply.status == 200
    assert shown(target.seen[-1]) == [("cover", pictures.jpeg())]


def test_a_day_is_moved_wherever_it_was_asked_for(target: Target) -> None:
    form = a_form(("release_date", "2026-02-28"), ("name", "2026-02-28"))
    body = Call(query="to=2026-03-01&from=soon", method="POST")
    body.json = {"to": "2026-01-01", "note": "2026-01-01"}

    make("shift-day", {"days": 1, "part": "release_date"}).request(form, target)
    make("shift-day", {"days": -1, "pointer": "/to", "query": "to"}).request(body, target)
    make("shift-day", {"days": -1, "query": "from"}).request(body, target)

    assert shown(form) == [("release_date", b"2026-03-01"), ("name", b"2026-02-28")]
    assert (body.asked("to"), body.asked("from")) == (["2026-02-28"], ["soon"])
    assert body.json == {"to": "2025-12-31", "note": "2026-01-01"}


def test_rows_of_some_kinds_are_left_out(target: Target) -> None:
    reply = json_reply(200, {"rows": [{"s": "a"}, {"s": "b"}, {"s": "c"}, {}]})

    make("omit", {"items": "/rows", "of": "/s", "value": ["a", "c"]}).answer(Call(), reply, target)

    assert reply.json == {"rows": [{"s": "b"}, {}]}


def test_the_same_call_gets_the_first_answer_again(target: Target) -> None:
    once, call = make("once", {}), a_form(("a", "1"))
    once.answer(call, json_reply(200, {"id": 1}), target)

    again, other = once.request(a_form(("a", "1")), target), once.request(a_form(("a", "2")), target)

    assert again is not None
    assert (again.json, other) == ({"id": 1}, None)


def test_what_was_refused_is_asked_again(target: Target) -> None:
    once = make("once", {})

    once.answer(a_form(("a", "1")), json_reply(422, {}), target)

    assert once.request(a_form(("a", "1")), target) is None


def test_ids_are_other_ones_and_lead_back(target: Target) -> None:
    swap = make("swap-letters", {"find": r"\b(rel_)[A-Za-z0-9]{4,}"})
    reply, call = json_reply(200, {"id": "rel_aBc1", "track_id": "rel_no"}), Call(path="/base/rel_AbC1")

    swap.answer(call, reply, target)
    swap.request(call, target)

    assert reply.json == {"id": "rel_AbC1", "track_id": "rel_no"}
    assert call.path == "/base/rel_aBc1"
