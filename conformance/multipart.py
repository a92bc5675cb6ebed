"""Forms as a browser sends them (multipart/form-data): texts and files, in order, repeated where asked."""

from __future__ import annotations

from dataclasses import dataclass

FORM = "multipart/form-data"
_BOUNDARY = "conformance-7MA4YWxkTrZu0gW"


@dataclass(frozen=True)
class File:
    """A file part: its name as the client tells it, its bytes, and the media type that it claims."""

    name: str
    content: bytes
    type: str = "application/octet-stream"


Part = tuple[str, str | File]


@dataclass(frozen=True)
class Form:
    """The parts of a form in their order; a call takes it in place of a JSON value."""

    parts: tuple[Part, ...]

    @property
    def media_type(self) -> str:
        """Return the Content-Type with its boundary."""
        return f"{FORM}; boundary={_BOUNDARY}"

    def encode(self) -> bytes:
        """Return the body. File names go out as UTF-8, as browsers send them."""
        built = []
        for name, value in self.parts:
            head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            if isinstance(value, File):
                head += f'; filename="{value.name}"\r\nContent-Type: {value.type}'
            content = value.content if isinstance(value, File) else value.encode()
            built += [head.encode(), b"\r\n\r\n", content, b"\r\n"]
        return b"".join((*built, f"--{_BOUNDARY}--\r\n".encode()))
