"""Bodies of every kind, good and bad: what is understood, what is refused and how it is told."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from mockserver.web.inflow import MOST_DRAINED, MOST_UNSTATED

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def post_json(toy: Any, data: bytes, **parts: Any) -> TestResponse:
    kind = parts.pop("content_type", JSON)
    return toy.ask("POST", "/things", data=data, content_type=kind, **parts)


def refusal(reply: TestResponse) -> tuple[int, str, str]:
    """Return status, kind and reason of a refusal."""
    told = reply.json
    assert set(told) == {"error", "detail", "problems", "facts"}
    return reply.status_code, told["error"], told["facts"].get("reason", "")


def chunked(toy: Any, path: str, data: bytes, kind: str) -> TestResponse:
    """Send a body of unstated length, as it arrives when sent in chunks."""
    environ = {"wsgi.input": io.BytesIO(data), "HTTP_TRANSFER_ENCODING": "chunked"}
    return toy.ask("POST", path, content_type=kind, environ_overrides=environ)


# JSON


def test_json_is_read(toy: Any) -> None:
    reply = post_json(toy, '{"name": "é 😀", "size": 3}'.encode())

    assert reply.status_code == 201
    assert reply.json == {"id": "1", "name": "é 😀", "size": 3, "status": "draft"}


def test_parameters_of_the_media_type_do_not_matter(toy: Any) -> None:
    assert post_json(toy, b'{"name": "a"}', content_type="Application/JSON; charset=utf-8").status_code == 201


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"{", "syntax"),
        (b'{"name": "a",}', "syntax"),
        (b"{'name': 'a'}", "syntax"),
        (b'{"name": "a"} x', "syntax"),
        (b'{"name": NaN}', "syntax"),
        (b'{"size": Infinity}', "syntax"),
        (b'{"size": 1e999}', "syntax"),
        (b'{"size": ' + b"9" * 1_000_000 + b"}", "syntax"),
        (b'{"name": "\xff"}', "encoding"),
        (b'{"name": "\xed\xa0\x80"}', "encoding"),
        (b'{"name": "\\ud800"}', "syntax"),
        (b'\xef\xbb\xbf{"name": "a"}', "encoding"),
        (b"\xff\xfe{\x00}\x00", "encoding"),
        (b'{"name": "a\x00b"}', "syntax"),
        (b"[" * 101 + b"]" * 101, "depth"),
        (b"[" * 100_000 + b"]" * 100_000, "depth"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "depth"),
        (b"[" * 100_000, "depth"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_json_is_refused_with_the_reason(toy: Any, data: bytes, reason: str) -> None:
    assert refusal(post_json(toy, data)) == (400, "malformed", reason)
    assert toy.world.count("things") == 0


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100 + b"]" * 100,
        b'{"name": "' + b"[" * 5000 + b'"}',
        b"[" + b"[],{}," * 5000 + b"0]",
        b"3",
        b"null",
        b'"text"',
    ],
    ids=lambda value: repr(value)[:30],
)
def test_other_json_is_understood_and_held_against_the_schema(toy: Any, data: bytes) -> None:
    """A hundred levels are fine, brackets in texts and side by side are no levels."""
    assert post_json(toy, data).status_code in (201, 422)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"size": 18446744073709551615}', "required"),
        (b'{"name": "a", "size": 2.5}', "type"),
        (b'{"name": "a", "size": -1}', "minimum"),
        (b'{"name": true}', "type"),
        (b'{"name": ""}', "minLength"),
        (b'{"name": "a", "surprise": 1}', "additionalProperties"),
    ],
)
def test_what_breaks_the_schema_is_told_with_its_rule(toy: Any, data: bytes, rule: str) -> None:
    reply = post_json(toy, data)

    assert refusal(reply)[:2] == (422, "invalid")
    assert [(problem["in"], problem["rule"]) for problem in reply.json["problems"]] == [("body", rule)]


def test_huge_numbers_are_kept_as_what_they_are(toy: Any) -> None:
    largest = post_json(toy, b'{"name": "a", "size": 18446744073709551615}').json
    beyond = post_json(toy, b'{"name": "a", "size": 1' + b"0" * 60 + b"}").json

    assert largest["size"] == 2**64 - 1
    assert beyond["size"] == 1e60


def test_of_a_doubled_key_the_last_one_counts(toy: Any) -> None:
    assert post_json(toy, b'{"name": "a", "name": "b"}').json["name"] == "b"


def test_a_body_that_may_be_left_out_may_be_empty(toy: Any) -> None:
    post_json(toy, b'{"name": "a"}')

    assert toy.ask("PATCH", "/things/1", content_type=JSON).status_code == 200
    assert toy.ask("PATCH", "/things/1").status_code == 200
    assert toy.send("PATCH", "/things/1", {"name": "b"}).json["name"] == "b"


# media types and sizes


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/jsonx", "json", "", "/;", "é"])
def test_another_media_type_is_refused_by_name(toy: Any, kind: str) -> None:
    reply = post_json(toy, b'{"name": "a"}', content_type=kind)

    assert refusal(reply)[:2] == (415, "unsupported_media")
    assert reply.json["facts"]["valid"] == [JSON]


def test_a_body_of_unstated_length_and_another_type_is_415_too(toy: Any) -> None:
    assert refusal(chunked(toy, "/things", b"x" * 10, "text/plain"))[:2] == (415, "unsupported_media")


def test_no_body_at_all_is_missing_and_not_of_a_wrong_type(toy: Any) -> None:
    assert refusal(toy.ask("POST", "/things")) == (400, "malformed", "empty")
    assert refusal(chunked(toy, "/things", b"", "text/plain")) == (400, "malformed", "empty")


def test_a_body_over_the_limit_is_refused_before_it_is_read(toy: Any) -> None:
    class Untouchable(io.BytesIO):
        def read(self, *size: Any) -> bytes:
            raise AssertionError("nobody may read this")

    limit = toy.house.settings.max_body
    environ = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": str(MOST_DRAINED + 1)}

    reply = toy.ask("POST", "/things", content_type=JSON, environ_overrides=environ)

    assert refusal(reply)[:2] == (413, "too_large")
    assert reply.json["facts"]["limit"] == limit
    assert reply.headers["Connection"] == "close"


def test_a_body_a_little_over_the_limit_is_let_in_and_dropped_so_that_its_sender_hears_the_refusal(toy: Any) -> None:
    limit = toy.house.settings.max_body
    stream = io.BytesIO(b" " * (limit + 1))
    environ = {"wsgi.input": stream, "CONTENT_LENGTH": str(limit + 1)}

    reply = toy.ask("POST", "/things", content_type=JSON, environ_overrides=environ)

    assert refusal(reply)[:2] == (413, "too_large")
    assert stream.read() == b""
    assert "Connection" not in reply.headers


def test_a_body_of_unstated_length_is_read_up_to_the_limit_and_no_further(toy: Any) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b" " * size

    stream = Endless()
    environ = {"wsgi.input": stream, "HTTP_TRANSFER_ENCODING": "chunked"}

    reply = toy.ask("POST", "/things", content_type=JSON, environ_overrides=environ)

    assert refusal(reply)[:2] == (413, "too_large")
    assert stream.given <= toy.house.settings.max_body + MOST_UNSTATED + 65_536


def test_the_operations_own_limit_counts(toy: Any) -> None:
    """`x-max-bytes` of the upload is 3 MiB."""
    head = 'Content-Disposition: form-data; name="cover"; filename="c.jpg"'

    assert refusal(upload(toy, TITLE, META, (head, b"x" * 3_145_728)))[:2] == (413, "too_large")
    assert upload(toy, TITLE, META, (head, b"x" * 3_000_000)).status_code == 200


@pytest.mark.parametrize("length", ["abc", "-5", "²", "9" * 5000, "1 "])
def test_a_length_that_is_none_is_no_body(toy: Any, length: str) -> None:
    reply = toy.ask("POST", "/things", content_type=JSON, environ_overrides={"CONTENT_LENGTH": length})

    assert refusal(reply) == (400, "malformed", "empty")


def test_a_body_that_ends_before_its_length_is_what_came(toy: Any) -> None:
    environ = {"wsgi.input": io.BytesIO(b'{"name": "a"'), "CONTENT_LENGTH": "500"}

    assert refusal(toy.ask("POST", "/things", content_type=JSON, environ_overrides=environ)) == (
        400, "malformed", "syntax",
    )  # fmt: skip


# gzip


def packed(toy: Any, data: bytes, encoding: str = "gzip") -> TestResponse:
    return post_json(toy, data, headers={"Content-Encoding": encoding})


def test_a_gzip_body_is_unpacked(toy: Any) -> None:
    assert packed(toy, gzip.compress(b'{"name": "packed"}')).json["name"] == "packed"


def test_gzip_members_follow_one_another(toy: Any) -> None:
    assert packed(toy, gzip.compress(b'{"name": ') + gzip.compress(b'"two"}')).json["name"] == "two"


@pytest.mark.parametrize(
    "data",
    [
        b'{"name": "a"}',
        gzip.compress(b'{"name": "a"}')[:-4],
        gzip.compress(b'{"name": "a"}') + b"rest",
        zlib.compress(b'{"name": "a"}'),
        b"\x1f\x8b",
        b"",
    ],
    ids=["plain", "cut off", "with a rest", "zlib", "two bytes", "nothing"],
)
def test_damaged_gzip_is_refused(toy: Any, data: bytes) -> None:
    assert refusal(packed(toy, data)) == (400, "malformed", "gzip")


def test_a_gzip_bomb_is_refused_without_being_unpacked(toy: Any) -> None:
    bomb = gzip.compress(b"0" * (toy.house.settings.max_body + 1))
    assert len(bomb) < 100_000

    assert refusal(packed(toy, bomb))[:2] == (413, "too_large")
    assert refusal(packed(toy, gzip.compress(b" " * 20_000_000) * 2))[:2] == (413, "too_large")


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "x"])
def test_another_encoding_is_refused_by_name(toy: Any, encoding: str) -> None:
    reply = packed(toy, b'{"name": "a"}', encoding)

    assert refusal(reply)[:2] == (415, "unsupported_media")
    assert reply.json["facts"]["valid"] == ["gzip", "identity"]


# forms


def send_form(toy: Any, data: bytes) -> TestResponse:
    return toy.ask("POST", "/form", token=None, data=data, content_type=FORM)


def test_form_fields_become_what_their_schema_says(toy: Any) -> None:
    reply = send_form(toy, b"name=a%20+b&size=3&ratio=2.50&flag=true&tags=1&tags=2&other=x")

    assert reply.json["body"] == {
        "name": "a  b", "size": 3, "ratio": 2.5, "flag": True, "tags": [1, 2], "other": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "pointer", "rule"),
    [
        (b"", "/name", "required"),
        (b"name=a&size=many", "/size", "type"),
        (b"name=a&size=1e3", "/size", "type"),
        (b"name=a&flag=yes", "/flag", "type"),
        (b"name=a&tags=1&tags=x", "/tags/1", "type"),
        (b"name=a&ratio=", "/ratio", "type"),
    ],
)
def test_a_form_that_breaks_its_schema_is_told_by_field(toy: Any, data: bytes, pointer: str, rule: str) -> None:
    reply = send_form(toy, data)

    assert reply.status_code == 422
    assert [(problem["pointer"], problem["rule"]) for problem in reply.json["problems"]] == [(pointer, rule)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"name=%ff", "encoding"), (b"name=\xff", "encoding"), (b"&".join(b"a=1" for _ in range(1001)), "fields")],
    ids=["escaped", "plain", "a thousand and one"],
)
def test_a_form_that_cannot_be_read_is_refused(toy: Any, data: bytes, reason: str) -> None:
    reply = send_form(toy, data)

    assert refusal(reply) == (400, "malformed", reason)
    assert reply.json["facts"]["place"] == "body"


# multipart


def upload(toy: Any, *parts: tuple[str, bytes], boundary: str = "bound", end: bytes = b"--bound--\r\n") -> TestResponse:
    """Send parts, each as its header lines and its content."""
    body = b"".join(b"--bound\r\n" + head.encode("utf-8") + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    kind = f"multipart/form-data; boundary={boundary}" if boundary else "multipart/form-data"
    return toy.ask("POST", "/upload", token=None, data=body + end, content_type=kind)


def field(name: str, content: str) -> tuple[str, bytes]:
    return f'Content-Disposition: form-data; name="{name}"', content.encode()


TITLE, META = field("title", "A title"), field("meta", '{"year": 2026}')


def test_texts_json_and_files_come_together(toy: Any) -> None:
    picture = bytes(range(256)) * 10
    reply = upload(
        toy, TITLE, META, field("size", "3"), field("labels", "a"), field("labels", "b"),
        ('Content-Disposition: form-data; name="cover"; filename="a.jpg"\r\nContent-Type: image/jpeg', picture),
        ('Content-Disposition: form-data; name="tracks"; filename="1.wav"', b"one"),
        ('Content-Disposition: form-data; name="tracks"; filename="2.wav"', b""),
    )  # fmt: skip

    assert reply.json["body"] == {
        "title": "A title", "meta": {"year": 2026}, "size": 3, "labels": ["a", "b"], "cover": "a.jpg",
        "tracks": ["1.wav", "2.wav"],
    }  # fmt: skip
    cover = reply.json["files"]["cover"][0]
    assert (cover["name"], cover["type"], cover["size"]) == ("a.jpg", "image/jpeg", 2560)
    assert cover["md5"] == hashlib.md5(picture).hexdigest()
    assert [(one["size"], one["type"]) for one in reply.json["files"]["tracks"]] == [
        (3, "application/octet-stream"),
        (0, "application/octet-stream"),
    ]


def test_a_large_file_lies_on_disk(toy: Any) -> None:
    data = b"0123456789" * 100_000
    head = 'Content-Disposition: form-data; name="cover"; filename="big.jpg"'

    cover = upload(toy, TITLE, META, (head, data)).json["files"]["cover"][0]

    assert cover["on_disk"]
    assert (cover["size"], cover["md5"]) == (1_000_000, hashlib.md5(data).hexdigest())


def test_json_may_come_as_a_blob(toy: Any) -> None:
    """Browsers give a Blob in a form a file name; the field is JSON all the same."""
    head = 'Content-Disposition: form-data; name="meta"; filename="blob"\r\nContent-Type: application/json'

    reply = upload(toy, TITLE, (head, b'{"year": 1999}'))

    assert reply.json["body"]["meta"] == {"year": 1999}
    assert reply.json["files"] == {}


@pytest.mark.parametrize(
    ("parts", "pointer", "rule"),
    [
        ([TITLE], "/meta", "required"),
        ([META, field("title", "")], "/title", "minLength"),
        ([TITLE, field("meta", "{")], "/meta", "json"),
        ([TITLE, field("meta", "")], "/meta", "json"),
        ([TITLE, field("meta", '{"year": "x"}')], "/meta/year", "type"),
        ([TITLE, META, field("size", "x")], "/size", "type"),
        ([TITLE, META, field("cover", "no file")], "/cover", "file"),
        ([TITLE, META, field("tracks", "no file")], "/tracks", "file"),
    ],
)
def test_a_form_of_parts_that_breaks_its_schema_is_told_by_field(
    toy: Any, parts: list[tuple[str, bytes]], pointer: str, rule: str
) -> None:
    reply = upload(toy, *parts)

    assert reply.status_code == 422
    assert [(problem["pointer"], problem["rule"]) for problem in reply.json["problems"]] == [(pointer, rule)]


@pytest.mark.parametrize(
    ("parts", "extra", "reason"),
    [
        ([TITLE, META], {"end": b""}, "multipart"),
        ([TITLE, META], {"boundary": ""}, "multipart"),
        ([TITLE, META], {"boundary": "other"}, "multipart"),
        ([TITLE, META], {"boundary": "é"}, "multipart"),
        ([TITLE, META], {"boundary": "b" * 300}, "multipart"),
        ([TITLE, META, ("Content-Disposition: form-data", b"x")], {}, "multipart"),
        ([TITLE, META, ('Content-Disposition: form-data; filename="x"', b"x")], {}, "multipart"),
        ([TITLE, META, ("Content-Type: text/plain", b"x")], {}, "multipart"),
        ([META, ('Content-Disposition: form-data; name="title"', b"\xff\xfe")], {}, "encoding"),
        ([TITLE, ('Content-Disposition: form-data; name="meta"; filename="b"', b"\xff")], {}, "encoding"),
    ],
)
def test_a_form_of_parts_that_cannot_be_read_is_refused(
    toy: Any, parts: list[tuple[str, bytes]], extra: dict[str, Any], reason: str
) -> None:
    reply = upload(toy, *parts, **extra)

    assert refusal(reply) == (400, "malformed", reason)


def test_a_thousand_and_one_parts_are_too_many(toy: Any) -> None:
    assert refusal(upload(toy, *[field(f"f{number}", "x") for number in range(1001)]))[:2] == (413, "too_large")


def test_a_form_of_unstated_length_is_bounded(toy: Any) -> None:
    head = b'--bound\r\nContent-Disposition: form-data; name="cover"; filename="a.jpg"\r\n\r\n'

    reply = chunked(toy, "/upload", head + b"x" * 4_000_000, "multipart/form-data; boundary=bound")

    assert refusal(reply)[:2] == (413, "too_large")


def test_a_gzip_form_of_parts_is_unpacked(toy: Any) -> None:
    head = b'--bound\r\nContent-Disposition: form-data; name="title"\r\n\r\nPacked\r\n'
    data = gzip.compress(head + head.replace(b"title", b"meta").replace(b"Packed", b'{"year": 1}') + b"--bound--\r\n")

    reply = toy.ask(
        "POST", "/upload", token=None, data=data, content_type="multipart/form-data; boundary=bound",
        headers={"Content-Encoding": "gzip"},
    )  # fmt: skip

    assert reply.json["body"] == {"title": "Packed", "meta": {"year": 1}}


# bytes


def test_a_type_of_no_structure_comes_as_bytes(toy: Any) -> None:
    data = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;\xff</a>'

    reply = toy.ask("POST", "/bytes", token=None, data=data, content_type="application/xml")

    assert reply.json["body"].encode("latin-1") == data


# whatever comes


_PIECES = [
    b'{"name": ', b'"a"', b"}", b"[", b"]", b",", b"1e99", b"\xff", b"\x00", b"\\ud800", b"null", b"&a=b", b"%", b"=",
    b"--x", b"\r\n", b'Content-Disposition: form-data; name="title"', b'; filename="a"', b"\x1f\x8b\x08", b"<a/>",
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.sampled_from(_PIECES), max_size=12).map(b"".join),
    kind=st.sampled_from([JSON, FORM, "multipart/form-data; boundary=x", "application/xml", "text/plain", ""]),
    path=st.sampled_from(["/things", "/form", "/upload", "/bytes"]),
    encoding=st.sampled_from(["", "gzip", "identity"]),
)
def test_no_bytes_bring_the_house_down(toy: Any, data: bytes, kind: str, path: str, encoding: str) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}

    reply = toy.ask("POST", path, data=data, content_type=kind, headers=headers)

    assert reply.status_code < 500
    assert reply.json is not None
