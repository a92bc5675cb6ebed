"""Same key, same answer, for as long as the provider says, on the sandbox's clock."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest


def create(toy: Any, key: str | None = "k1", name: str = "First", path: str = "/things", **parts: Any) -> Any:
    headers = {} if key is None else {"X-Toy-Key": key}
    return toy.send("POST", path, {"name": name}, headers=headers, **parts)


def test_a_repeated_request_gets_the_same_bytes_and_is_marked(toy: Any) -> None:
    first, again = create(toy), create(toy)

    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert first.headers["Content-Type"] == again.headers["Content-Type"]
    assert "X-Toy-Replay" not in first.headers
    assert again.headers["X-Toy-Replay"] == "true"
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert toy.world.count("things") == 1


def test_requests_without_a_key_are_not_remembered(toy: Any) -> None:
    for key in (None, None, "", ""):
        assert create(toy, key).status_code == 201

    assert toy.world.count("things") == 4


@pytest.mark.parametrize("change", [{"name": "Second"}, {"path": "/things?x=1"}], ids=["another body", "another query"])
def test_a_key_with_another_request_is_refused(toy: Any, change: dict[str, str]) -> None:
    create(toy)

    reply = create(toy, **change)

    assert (reply.status_code, reply.json["error"]) == (409, "idempotency_mismatch")
    assert toy.world.count("things") == 1


def test_a_key_belongs_to_its_account(toy: Any) -> None:
    create(toy)

    other = create(toy, name="Other", token="second-account")

    assert (other.status_code, other.json["name"]) == (201, "Other")


def test_a_key_belongs_to_its_sandbox(toy: Any, toy_house: Any, make_box: Any) -> None:
    create(toy)

    assert create(make_box(toy_house, "toy"), name="Other").json["name"] == "Other"


def test_an_answer_is_remembered_for_a_day_of_the_sandboxs_clock(toy: Any) -> None:
    start = toy.now
    create(toy)

    toy.advance(start + timedelta(hours=24) - timedelta(microseconds=1))
    assert create(toy).headers["X-Toy-Replay"] == "true"
    toy.advance(start + timedelta(hours=24))
    fresh = create(toy, name="Second")
    assert (fresh.status_code, fresh.json["id"]) == (201, "2")
    assert create(toy, name="Second").headers["X-Toy-Replay"] == "true"


def test_a_refusal_is_not_remembered(toy: Any) -> None:
    """What was wrong may be put right under the same key."""
    assert toy.send("POST", "/things", {}, headers={"X-Toy-Key": "k1"}).status_code == 422

    assert create(toy).status_code == 201


def test_a_key_beyond_its_length_is_refused(toy: Any) -> None:
    assert create(toy, "k" * 20).status_code == 201
    reply = create(toy, "k" * 21)

    assert (reply.status_code, reply.json["error"]) == (400, "idempotency_key_too_long")


def test_the_same_requests_at_the_same_time_are_carried_out_once(toy: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: create(toy), range(16)))

    assert len({reply.data for reply in replies}) == 1
    assert sum("X-Toy-Replay" not in reply.headers for reply in replies) == 1
    assert toy.world.count("things") == 1


def upload(toy: Any, boundary: str, cover: bytes = b"picture", title: str = "A") -> Any:
    lines = []
    for head, content in (
        ('name="title"', title.encode()),
        ('name="meta"', b'{"year": 1}'),
        ('name="cover"; filename="a.jpg"', cover),
    ):
        lines += [f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode(), content, b"\r\n"]
    body = b"".join(lines) + f"--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"X-Toy-Key": "k1"}
    return toy.ask("POST", "/upload", token=None, input_stream=io.BytesIO(body), content_type=kind, headers=headers,
                   content_length=len(body))  # fmt: skip


def test_a_form_is_the_same_whatever_its_boundary(toy: Any) -> None:
    """Clients draw a new boundary for each attempt."""
    first, again = upload(toy, "one"), upload(toy, "two")

    assert (first.status_code, first.data) == (200, again.data)
    assert again.headers["X-Toy-Replay"] == "true"


@pytest.mark.parametrize("change", [{"cover": b"another"}, {"title": "B"}])
def test_a_form_with_another_file_or_field_is_another(toy: Any, change: dict[str, Any]) -> None:
    upload(toy, "one")

    assert upload(toy, "one", **change).status_code == 409
