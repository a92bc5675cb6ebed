"""Turns the bytes of a body into values, by media type, within limits."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, field
from typing import IO, Any

import orjson
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from mockserver.core.failure import Failure
from mockserver.core.message import Body, Request, Upload
from mockserver.pipeline.parameters import coerce, split_query
from specs import Media, Operation, Problem

_DEEPEST = 100
_MOST_PARTS = 1000
_MOST_FORM_TEXT = 8 * 1024 * 1024


@dataclass(slots=True)
class Decoded:
    """A decoded body: its value (JSON value, form fields, or bytes), its files, and what was wrong inside it."""

    value: Any = None
    files: dict[str, list[Upload]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


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
        return _multipart(request, media, limit), media
    data = _plain(request, limit)
    if name == "application/x-www-form-urlencoded":
        return Decoded(_form(data, media)), media
    if name.endswith(("/json", "+json")):
        if not data and not operation.body_required:
            return Decoded(), None
        return Decoded(parse_json(data)), media
    return Decoded(data), media


def _is_empty(body: Body) -> bool:
    return body.length == 0 or (body.length is None and not body.read(0))


def _plain(request: Request, limit: int) -> bytes:
    data = request.body.read(limit)
    encoding = (request.header("content-encoding") or "identity").strip().lower()
    if encoding == "identity":
        return data
    if encoding in ("gzip", "x-gzip"):
        return _gunzip(data, limit)
    text = f"Content-Encoding {encoding!r} is not accepted; valid: gzip, identity."
    raise Failure("unsupported_media", text, got=encoding, valid=["gzip", "identity"])


def _gunzip(data: bytes, limit: int) -> bytes:
    engine = zlib.decompressobj(wbits=31)
    try:
        plain = engine.decompress(data, limit + 1)
        if len(plain) > limit:
            raise Failure("too_large", f"The body unpacks to more than {limit} bytes.", limit=limit)
        plain += engine.flush()
    except zlib.error:
        raise Failure("malformed", "The body is not valid gzip.", place="body", reason="gzip") from None
    if not engine.eof:
        raise Failure("malformed", "The gzip body ends too early.", place="body", reason="gzip")
    return plain


def parse_json(data: bytes) -> Any:
    """Return the JSON value of some bytes; `malformed` says where it ends to make sense."""
    if not data.strip():
        raise Failure("malformed", "A body is required.", place="body", reason="empty")
    if data.count(b"[") + data.count(b"{") > _DEEPEST and _depth(data) > _DEEPEST:
        raise Failure("malformed", f"The body is nested deeper than {_DEEPEST} levels.", place="body", reason="depth")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        reason = "encoding" if "utf-8" in str(error).lower() else "syntax"
        text = f"The body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        raise Failure("malformed", text, place="body", reason=reason) from None


def _depth(data: bytes) -> int:
    """Return how deep brackets nest outside of strings."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in data:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _form(data: bytes, media: Media) -> dict[str, Any]:
    try:
        fields = split_query(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Failure("malformed", "The form is not valid UTF-8.", place="body", reason="encoding") from None
    return {name: _form_value(media, name, texts) for name, texts in fields.items()}


def _form_value(media: Media, name: str, texts: list[str]) -> Any:
    schema = _property(media, name)
    kind = schema.get("type", "string")
    if kind == "array":
        item = schema.get("items", {}).get("type", "string")
        return [coerce(text, item if isinstance(item, str) else "string") for text in texts]
    named = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
    return coerce(texts[-1], named[0] if len(named) == 1 else "string")


def _property(media: Media, name: str) -> dict[str, Any]:
    return media.fields.get(name, {})


def _multipart(request: Request, media: Media, limit: int) -> Decoded:
    body = request.body
    if body.length is not None and body.length > limit:
        raise Failure("too_large", f"The body has {body.length} bytes; at most {limit} are accepted.", limit=limit)
    boundary = _boundary(request.header("content-type") or "")
    stream: Any = _Bounded(body.stream, limit) if body.stream is not None else io.BytesIO(body.read(limit))
    if (request.header("content-encoding") or "identity").strip().lower() != "identity":
        stream = io.BytesIO(_plain(request, limit))
    parser = MultiPartParser(max_form_memory_size=_MOST_FORM_TEXT, max_form_parts=_MOST_PARTS)
    try:
        form, files = parser.parse(stream, boundary, body.length)
    except RequestEntityTooLarge:
        text = f"The form has more than {_MOST_PARTS} parts or more than {_MOST_FORM_TEXT} bytes of text."
        raise Failure("too_large", text, limit=limit) from None
    except ValueError as error:
        raise Failure("malformed", f"The form cannot be read: {error}.", place="body", reason="multipart") from None
    decoded = Decoded({})
    for name in form:
        _read_field(decoded, media, name, form.getlist(name))
    for name in files:
        decoded.files[name] = [_upload(name, file) for file in files.getlist(name)]
        is_list = _property(media, name).get("type") == "array"
        decoded.value[name] = (
            [file.filename for file in decoded.files[name]] if is_list else decoded.files[name][-1].filename
        )
    return decoded


def _boundary(content_type: str) -> bytes:
    from werkzeug.http import parse_options_header

    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary or len(boundary) > 200 or not boundary.isascii():
        raise Failure("malformed", "The form names no usable boundary.", place="body", reason="multipart")
    return boundary.encode("ascii")


def _read_field(decoded: Decoded, media: Media, name: str, texts: list[str]) -> None:
    if _is_file(media, name):
        text = f"{name} must be sent as a file part, with a file name"
        decoded.problems.append(Problem("body", f"/{name}", "file", "a file", texts[-1][:80], text))
    elif name in media.json_fields:
        try:
            decoded.value[name] = parse_json(texts[-1].encode("utf-8", "surrogatepass"))
        except Failure as failure:
            decoded.problems.append(Problem("body", f"/{name}", "json", "JSON", texts[-1][:80], failure.detail))
    else:
        decoded.value[name] = _form_value(media, name, texts)


def _is_file(media: Media, name: str) -> bool:
    schema = _property(media, name)
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema
    return isinstance(inner, dict) and inner.get("format") == "binary"


def _upload(name: str, file: FileStorage) -> Upload:
    file.stream.seek(0, io.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    return Upload(name, file.filename or "", file.mimetype or "application/octet-stream", size, file.stream)


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more bytes than a limit, for bodies of unstated length."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__()
        self._stream, self._left, self._limit = stream, limit, limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(min(65536, self._left + 1) if size is None or size < 0 else min(size, self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise Failure("too_large", f"The body has more than {self._limit} bytes.", limit=self._limit)
        return piece
