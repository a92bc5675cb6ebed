"""Reads credentials out of request headers: bearer, API key, basic."""

from __future__ import annotations

import base64
import binascii

from mockserver.core.message import Request


def bearer_of(request: Request) -> str | None:
    """Return the token of `Authorization: Bearer ...` (the scheme in any case), or None."""
    scheme, _, token = (request.header("authorization") or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def api_key_of(request: Request, header: str) -> str | None:
    """Return the value of an API key header, or None."""
    value = (request.header(header.lower()) or "").strip()
    return value or None


def basic_of(request: Request) -> tuple[str, str] | None:
    """Return user and password of `Authorization: Basic ...`, or None."""
    scheme, _, coded = (request.header("authorization") or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, separator, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (user, password) if separator else None
