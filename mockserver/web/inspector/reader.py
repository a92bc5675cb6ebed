"""Asks the control API on behalf of a page, so that people and scripts see the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import orjson
from flask import abort

from mockserver.core.message import Body, Reply
from mockserver.pipeline.govern import Govern
from mockserver.settings import Settings
from mockserver.web.control import asked_of_us


class Reader:
    """Reads places of the control API in the sandbox at hand, as somebody who was let in already."""

    def __init__(self, govern: Govern, settings: Settings) -> None:
        self._govern = govern
        self._settings = settings

    def get(self, *place: str, **query: Any) -> Any:
        """Return what stands at a place (its parts, unquoted); the page is 404 or 422 where the place is."""
        reply = self._ask(place, query)
        if reply.status >= 400:
            abort(reply.status)
        return orjson.loads(reply.payload)

    def text(self, *place: str, **query: Any) -> str:
        """Return the text at a place."""
        return self._ask(place, query).payload.decode()

    def _ask(self, place: tuple[str, ...], query: dict[str, Any]) -> Reply:
        given = {name: value for name, value in query.items() if value not in (None, "")}
        asked = asked_of_us("GET", "/_control/" + "/".join(place), urlencode(given, quote_via=quote))
        asked.body = Body(None, 0)
        asked.headers = {"host": asked.headers.get("host", "")}
        if self._settings.control_token:
            asked.headers["authorization"] = f"Bearer {self._settings.control_token}"
        return self._govern.answer(asked)
