"""Reads multipart forms: texts, JSON in a field, files that lie on disk when they are large."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser, default_stream_factory
from werkzeug.http import parse_options_header

from mockserver.core.failure import Failure
from mockserver.core.message import Request, Upload
from mockserver.pipeline.texts import Decoded, form_value, not_utf8, parse_json
from specs import Media, Problem

_MOST_PARTS = 1000
_MOST_FORM_TEXT = 8 * 1024 * 1024


def read_multipart(request: Request, media: Media, limit: int, unpacked: bytes | None) -> Decoded:
    """Return fields and files; `unpacked` are the bytes of a body that came compressed."""
    body = request.body
    boundary = _boundary(request.header("content-type") or "")
    stream: Any
    if unpacked is not None:
        stream = io.BytesIO(unpacked)
    elif body.stream is None:
        stream = io.BytesIO(body.read(limit))
    else:
        if body.length is not None and body.length > limit:
            text = f"The body has {body.length} bytes; at most {limit} are accepted."
            raise Failure("too_large", text, limit=limit)
        is_chunked = "transfer-encoding" in request.headers  # a length beside it says nothing
        stream = _Bounded(body.stream, limit, None if is_chunked else body.length)
    opened: list[IO[bytes]] = []
    parser = MultiPartParser(_noting(opened), max_form_memory_size=_MOST_FORM_TEXT, max_form_parts=_MOST_PARTS)
    try:
        form, files = parser.parse(stream, boundary, body.length)
        return _Reader(media, limit).read(form, files)
    except BaseException as error:
        for file in opened:
            file.close()
        if isinstance(error, RequestEntityTooLarge):
            text = f"The form has more than {_MOST_PARTS} parts or more than {_MOST_FORM_TEXT} bytes of text."
            raise Failure("too_large", text, limit=limit) from None
        if isinstance(error, ValueError):
            text = f"The form cannot be read: {error}."
            raise Failure("malformed", text, place="body", reason="multipart") from None
        raise


def _noting(opened: list[IO[bytes]]) -> Callable[..., IO[bytes]]:
    """Return a maker of places for files that notes what it made, so that a broken form leaves nothing open."""

    def make(**facts: Any) -> IO[bytes]:
        file = default_stream_factory(**facts)
        opened.append(file)
        return file

    return make


def _boundary(content_type: str) -> bytes:
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary or len(boundary) > 200 or not boundary.isascii():
        raise Failure("malformed", "The form names no usable boundary.", place="body", reason="multipart")
    return boundary.encode("ascii")


class _Reader:
    """Sorts the parts of one form by what its schema makes of them."""

    def __init__(self, media: Media, limit: int) -> None:
        self._media = media
        self._limit = limit
        self._decoded = Decoded({})

    def read(self, form: Any, files: Any) -> Decoded:
        """Return the decoded form."""
        names = [*form, *files]
        if None in names:
            raise Failure("malformed", "The form has a part without a name.", place="body", reason="multipart")
        # the parser puts U+FFFD in place of what is no UTF-8
        if any("\ufffd" in text for name in form for text in (name, *form.getlist(name))):
            raise not_utf8()
        for name in form:
            self._read_texts(name, form.getlist(name))
        for name in files:
            if name in self._media.fields and not self._is_file(name):
                # as browsers send a Blob of JSON: a part with a file name for a field that is none
                self._read_texts(name, [self._text_of(file) for file in files.getlist(name)])
            else:
                self._keep_files(name, files.getlist(name))
        return self._decoded

    def _read_texts(self, name: str, texts: list[str]) -> None:
        if self._is_file(name):
            text = f"{name} must be sent as a file part, with a file name"
            self._wrong(name, "file", "a file", texts, text)
        elif name in self._media.json_fields:
            try:
                self._decoded.value[name] = parse_json(texts[-1].encode("utf-8", "surrogatepass"))
            except Failure as failure:
                self._wrong(name, "json", "JSON", texts, failure.detail)
        else:
            self._decoded.value[name] = form_value(self._media, name, texts)

    def _wrong(self, name: str, rule: str, expected: str, texts: list[str], text: str) -> None:
        pointer = f"/{name.replace('~', '~0').replace('/', '~1')}"
        self._decoded.problems.append(Problem("body", pointer, rule, expected, texts[-1][:80], text))

    def _is_file(self, name: str) -> bool:
        schema = self._media.fields.get(name, {})
        inner = schema.get("items", {}) if schema.get("type") == "array" else schema
        return isinstance(inner, dict) and inner.get("format") == "binary"

    def _text_of(self, file: FileStorage) -> str:
        with file.stream:
            data = file.stream.read(self._limit)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise not_utf8() from None

    def _keep_files(self, name: str, files: list[FileStorage]) -> None:
        uploads = self._decoded.files[name] = [_upload(name, file) for file in files]
        names = [upload.filename for upload in uploads]
        self._decoded.value[name] = names if self._media.fields.get(name, {}).get("type") == "array" else names[-1]


def _upload(name: str, file: FileStorage) -> Upload:
    file.stream.seek(0, io.SEEK_END)
    size = file.stream.tell()
    file.stream.seek(0)
    return Upload(name, file.filename or "", file.mimetype or "application/octet-stream", size, file.stream)


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more bytes than a limit, for bodies of unstated length.

    One of stated length ends there: some servers would wait for the client to say more.
    """

    def __init__(self, stream: IO[bytes], limit: int, length: int | None) -> None:
        super().__init__()
        self._stream, self._left, self._limit = stream, limit, limit
        self._owed = length

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = min(65536 if size is None or size < 0 else size, self._left + 1)
        piece = self._stream.read(wanted if self._owed is None else min(wanted, self._owed))
        self._left -= len(piece)
        if self._owed is not None:
            self._owed -= len(piece)
        if self._left < 0:
            raise Failure("too_large", f"The body has more than {self._limit} bytes.", limit=self._limit)
        return piece
