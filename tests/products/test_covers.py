"""Covers: a base64 picture becomes a file at an address with its hash; what is no picture is refused."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import struct
import zlib
from functools import lru_cache
from typing import Any

import pytest

from mockserver.media.pictures import jpeg, png

ADDRESS = re.compile(
    r"http://localhost/products/storage/covers/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.(jpg|png)"
)


def uri(data: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@lru_cache(maxsize=4)
def small_jpeg(shade: int = 0) -> bytes:
    return jpeg(40, 40, (shade, 90, 120))


@lru_cache(maxsize=1)
def small_png() -> bytes:
    return png(40, 40, (200, 90, 120))


def fetch(shop: Any, url: str, **parts: Any) -> Any:
    return shop.box.ask("GET", url.removeprefix("http://localhost/products"), token=None, **parts)


@pytest.mark.parametrize(
    ("data", "kind", "extension"),
    [(small_jpeg(), "image/jpeg", "jpg"), (small_jpeg(), "image/jpg", "jpg"), (small_png(), "image/png", "png")],
    ids=["jpeg", "jpg", "png"],
)
def test_a_cover_gets_an_address_and_a_hash_and_is_never_echoed(
    shop: Any, data: bytes, kind: str, extension: str
) -> None:
    """PR-070, PR-071, PR-072"""
    attributes = shop.create(front_cover=uri(data, kind))["attributes"]

    found = ADDRESS.fullmatch(attributes["cover-url"])
    assert found is not None
    assert found.group(1) == extension
    assert attributes["front-cover-md5"] == hashlib.md5(data).hexdigest()
    assert "front-cover" not in attributes


@pytest.mark.parametrize(("data", "kind"), [(small_jpeg(), "image/jpeg"), (small_png(), "image/png")])
def test_its_address_serves_the_very_bytes_without_a_token(shop: Any, data: bytes, kind: str) -> None:
    """PR-106"""
    made = shop.create(front_cover=uri(data, kind))["attributes"]

    reply = fetch(shop, made["cover-url"], headers={"Accept": "image/*"})

    assert (reply.status_code, reply.mimetype, reply.data) == (200, kind, data)
    assert hashlib.md5(reply.data).hexdigest() == made["front-cover-md5"]


def test_without_a_cover_there_is_neither(shop: Any) -> None:
    """PR-073"""
    attributes = shop.create()["attributes"]

    assert (attributes["cover-url"], attributes["front-cover-md5"]) == (None, None)


def test_a_new_cover_replaces_address_and_hash(shop: Any) -> None:
    """PR-074"""
    first = shop.create(front_cover=uri(small_jpeg()))["attributes"]

    second = shop.update("1", front_cover=uri(small_jpeg(200)))["attributes"]

    assert first["cover-url"] != second["cover-url"]
    assert first["front-cover-md5"] != second["front-cover-md5"]
    assert fetch(shop, first["cover-url"]).status_code == 404
    assert fetch(shop, second["cover-url"]).data == small_jpeg(200)


def test_the_same_picture_again_gets_an_address_of_its_own(shop: Any) -> None:
    """PR-074: file names are random."""
    urls = {shop.create(front_cover=uri(small_jpeg()))["attributes"]["cover-url"] for _ in range(3)}

    assert len(urls) == 3


def test_null_takes_the_cover_away_and_silence_leaves_it(shop: Any) -> None:
    """PR-073, PR-080"""
    made = shop.create(front_cover=uri(small_jpeg()))["attributes"]

    assert shop.update("1", name="New")["attributes"]["cover-url"] == made["cover-url"]
    cleared = shop.update("1", front_cover=None)["attributes"]
    assert (cleared["cover-url"], cleared["front-cover-md5"]) == (None, None)
    assert fetch(shop, made["cover-url"]).status_code == 404


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 30,000 by 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (10, 10)).save(file, "GIF")
    return file.getvalue()


@pytest.mark.parametrize(
    "sent",
    [
        "hello", "", "data:image/jpeg;base64,", "data:image/jpeg;base64,AAAA", "data:image/jpeg;base64,@@@@",
        "data:image/jpeg;base64,/9j/4AAQ", "data:image/jpeg,abc", "data:text/plain;base64,aGVsbG8=",
        "data:image/jpeg;base64,AAAAA", "data:image/jpeg;base64,AAAA====", 3, True, [], {},
        "https://example.com/cover.jpg", uri(small_png(), "image/jpeg"), uri(small_jpeg(), "image/png"),
        uri(small_jpeg()[:-20]), uri(small_png()[:-40], "image/png"), uri(small_jpeg()[: len(small_jpeg()) // 2]),
        uri(b"\xff\xd8\xff" + b"\0" * 100), uri(bomb(), "image/png"), uri(gif(), "image/png"), uri(gif(), "image/gif"),
        uri(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), uri(small_jpeg()) + "\n",
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_is_no_whole_picture_of_its_kind_is_refused(shop: Any, errors: Any, sent: Any) -> None:
    """PR-075"""
    reply = shop.post(shop.document(front_cover=sent))

    assert reply.status_code == 422
    text = "The front-cover field must be an image."
    assert errors(reply) == [("422", "Unprocessable Entity", text, {"pointer": "/data/attributes/front-cover"})]
    assert shop.ids() == []
    assert shop.box.world.count("covers") == 0


def test_a_refused_cover_leaves_the_old_one(shop: Any) -> None:
    """PR-075"""
    made = shop.create(front_cover=uri(small_jpeg()))

    assert shop.patch("1", front_cover="hello").status_code == 422
    assert shop.patch("1", front_cover=uri(small_png(), "image/png"), label=("labels", "404")).status_code == 404

    assert shop.read("1") == made
    assert fetch(shop, made["attributes"]["cover-url"]).data == small_jpeg()


def test_a_large_cover_is_taken(shop: Any) -> None:
    """PR-070: three thousand pixels square, as shops ask for."""
    data = jpeg(3000, 3000, (10, 20, 30))

    made = shop.create(front_cover=uri(data))["attributes"]

    assert made["front-cover-md5"] == hashlib.md5(data).hexdigest()


@pytest.mark.parametrize(
    "name",
    ["0adc8b96-be2d-4b9c-a35b-5d27230736e7.jpg", "x.jpg", "0adc8b96-be2d-4b9c-a35b-5d27230736e7.gif"],
)
def test_another_file_name_names_nothing(shop: Any, errors: Any, name: str) -> None:
    """PR-106"""
    reply = fetch(shop, f"/storage/covers/{name}")

    assert (reply.status_code, errors(reply)) == (404, [("404", "Not Found", None, None)])


def test_the_demo_worlds_covers_can_be_fetched(full_shop: Any) -> None:
    """PR-106"""
    shown = [one["attributes"] for one in full_shop.get("?filter[status]=active&page[size]=10").json["data"]]

    assert shown
    for attributes in shown:
        assert hashlib.md5(fetch(full_shop, attributes["cover-url"]).data).hexdigest() == attributes["front-cover-md5"]
