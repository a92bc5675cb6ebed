"""Addresses of this server that the API hands out: pictures, streams, payment pages."""

from __future__ import annotations

from mockserver.core.message import Request

DEFAULT_SANDBOX = "default"
IMAGE_SIZES = (33, 50, 100, 180, 182, 200, 350, 500, 800)
USUAL_IMAGE_SIZE = 350


def public_base(request: Request) -> str:
    """Return the provider's address with the sandbox in it: who opens a link in a browser sends no X-Sandbox."""
    base = request.base_url
    if request.sandbox == DEFAULT_SANDBOX or "/~" in base:
        return base
    scheme, _, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}/~{request.sandbox}{slash}{path}"


def image_url(base: str, kind: str, id: str, size: int | None) -> str:
    """Return the address of a picture; its name ends in the size (YM-172)."""
    return f"{base}/images/{kind}/{id}_{size or USUAL_IMAGE_SIZE}.jpg"


def manifest_url(base: str, stream_id: str) -> str:
    """Return the address of a stream's manifest."""
    return f"{base}/stream/{stream_id}/manifest.m3u8"


def checkout_url(base: str, session_id: str) -> str:
    """Return the address of a payment page."""
    return f"{base}/checkout/{session_id}"
