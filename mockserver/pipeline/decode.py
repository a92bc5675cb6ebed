"""Turns the bytes of a body into values, by media type, within limits."""

from __future__ import annotations

import zlib
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import Body, Request
from mockserver.pipeline.parameters import split_query
from mockserver.pipeline.texts import Decoded, form_value, not_utf8, parse_json
from specs import Media, Operation


def decode(request: Request, operation: Operation, limit: int) -> tuple[Decoded, Media | None]:
    """Return the decoded body and the media type's promise; `unsupported_media`, `too_large`, `malformed` otherwise."""
    if not operation.body:
        return Decoded(), None
    name = request.media_type
    media = operation.body.get(name)
    if media is None:
        if not _is_empty(request.body):
            valid = ", ".join(operation.body)
            text = f"A body of type {name or 'none'} is not accepted; valid: {valid}."
            raise Failure("unsupported_media", text, got=name, valid=list(operation.body))
        if operation.body_required:
            raise Failure("malformed", "A body is required.", place="body", reason="empty")
        return Decoded(), None
    limit = operation.max_bytes or limit
    if name == "multipart/form-data":
        unpacked = None if _encoding(request) == "identity" else _plain(request, limit)
        from mockserver.pipeline.multipart import read_multipart  # werkzeug: 40 ms that most servers never need

        return read_multipart(request, media, limit, unpacked), media
    data = _plain(request, limit)
    if name == "application/x-www-form-urlencoded":
        return Decoded(_form(data, media)), media
    if name.endswith(("/json", "+json")):
        if not data and not operation.body_required:
            return Decoded(), None
        return Decoded(parse_json(data)), media
    return Decoded(data), media


def _is_empty(body: Body) -> bool:
    if body.length is not None:
        return body.length == 0
    try:
        return not body.read(0)
    except Failure:  # of unstated length, and there is something
        return False


def _encoding(request: Request) -> str:
    return (request.header("content-encoding") or "identity").strip().lower()


def _plain(request: Request, limit: int) -> bytes:
    """Return the bytes of a body, unpacked."""
    encoding = _encoding(request)
    if encoding == "identity":
        return request.body.read(limit)
    if encoding in ("gzip", "x-gzip"):
        return _gunzip(request.body.read(limit), limit)
    text = f"Content-Encoding {encoding!r} is not accepted; valid: gzip, identity."
    raise Failure("unsupported_media", text, got=encoding, valid=["gzip", "identity"])


def _gunzip(data: bytes, limit: int) -> bytes:
    """Return what gzip members one after the other unpack to, never more than `limit` bytes."""
    pieces: list[bytes] = []
    size, rest = 0, data
    while rest or not pieces:
        engine = zlib.decompressobj(wbits=31)
        try:
            piece = engine.decompress(rest, limit - size + 1)
        except zlib.error:
            raise Failure("malformed", "The body is not valid gzip.", place="body", reason="gzip") from None
        size += len(piece)
        if size > limit:
            raise Failure("too_large", f"The body unpacks to more than {limit} bytes.", limit=limit)
        if not engine.eof:
            raise Failure("malformed", "The gzip body ends too early.", place="body", reason="gzip")
        pieces.append(piece)
        rest = engine.unused_data
    return b"".join(pieces)


def _form(data: bytes, media: Media) -> dict[str, Any]:
    try:
        fields = split_query(data.decode("utf-8"), "body")
    except UnicodeDecodeError:
        raise not_utf8() from None
    return {name: form_value(media, name, texts) for name, texts in fields.items()}
