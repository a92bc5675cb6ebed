"""Turns a reply into bytes and holds it against the spec before it leaves."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.core.message import Reply
from mockserver.pipeline.parameters import coerce
from specs import Operation, Problem, Promise, Schemas
from specs.operation import json_kind

_JSON = orjson.OPT_NON_STR_KEYS


def write(reply: Reply, media_type: str) -> None:
    """Fill in the payload and media type of a reply; a JSON value becomes compact UTF-8 JSON."""
    body = reply.body
    if body is None:
        reply.payload = b""
        return
    if not reply.media_type:
        reply.media_type = media_type
    if isinstance(body, bytes):
        reply.payload = body
    elif isinstance(body, str) and "json" not in reply.media_type:
        reply.payload = body.encode()
    else:
        reply.payload = orjson.dumps(body, option=_JSON)


def find_broken(reply: Reply, operation: Operation, schemas: Schemas) -> list[Problem]:
    """Return what a written reply breaks of its operation's promise: status, media type, body, headers."""
    promise = operation.promises.get(reply.status)
    if promise is not None and not promise.headers and reply.media_type in promise.content:
        validator = schemas.validator(promise.content[reply.media_type].schema)
        body = reply.body
        if body is not None and not isinstance(body, bytes) and validator.holds_for(body, reply.payload):
            return []  # the usual answer, by the shortest way
    if promise is None:
        known = sorted(operation.promises)
        text = f"{operation.id} does not promise status {reply.status}; promised: {known}"
        return [Problem("response", "", "status", known, reply.status, text)]
    problems = _header_problems(reply, promise, schemas)
    if not promise.content:
        if reply.payload:
            text = f"{operation.id} promises no body with {reply.status}"
            problems.append(Problem("response", "", "body", "no body", f"{len(reply.payload)} bytes", text))
        return problems
    media = promise.content.get(reply.media_type.partition(";")[0])
    if media is None:
        text = f"{operation.id} does not promise {reply.media_type or 'an empty body'} with {reply.status}"
        return [*problems, Problem("response", "", "media", list(promise.content), reply.media_type, text)]
    if "json" in media.name and media.schema:
        validator = schemas.validator(media.schema)
        body = orjson.loads(reply.payload) if isinstance(reply.body, bytes) else reply.body
        if not validator.holds(body):
            problems += validator.find_problems(body, "response")
    return problems


def _header_problems(reply: Reply, promise: Promise, schemas: Schemas) -> list[Problem]:
    if not promise.headers:
        return []
    sent = {name.lower(): value for name, value in reply.headers.items()}
    problems: list[Problem] = []
    for name, (required, schema) in promise.headers.items():
        value: Any = sent.get(name.lower())
        if value is None:
            if required:
                text = f"header {name} is promised with every {promise.status}"
                problems.append(Problem("response", f"/headers/{name}", "required", "present", None, text))
            continue
        typed = coerce(value, json_kind(schema))
        if schema and not schemas.validator(schema).holds(typed):
            found = schemas.validator(schema).find_problems(typed, "response")
            problems += [
                Problem("response", f"/headers/{name}", one.rule, one.expected, value, f"header {name}: {one.text}")
                for one in found
            ]
    return problems
