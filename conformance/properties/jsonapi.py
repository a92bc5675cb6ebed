"""JSON:API 1.0 documents: the official schema and the rules that a schema cannot say."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance import judge
from conformance.answer import Answer
from conformance.pointer import MISSING, join

MEDIA_TYPE = "application/vnd.api+json"
_SCHEMA = Path(__file__).with_name("jsonapi-1.0.schema.json")


@lru_cache(maxsize=1)
def _validator() -> Any:
    # jsonschema-rs takes the schema as published; Python's jsonschema would need its empty pattern "" rewritten.
    return jsonschema_rs.Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))


def problems(document: Any) -> list[str]:
    """Return what makes a value no JSON:API 1.0 response document."""
    found = [
        f"{join(*error.instance_path) or '/'}: {_short(error.message)}" for error in _validator().iter_errors(document)
    ]
    data = document.get("data") if isinstance(document, dict) else None
    resources = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    names = [(entry.get("type"), entry.get("id")) for entry in resources]
    found += [f"/data: {name[0]} {name[1]} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    return found


def document(answer: Answer) -> None:
    """Judge that an answer is a JSON:API document."""
    judge.that(answer.json is not MISSING, "the body is no JSON", answer, expected="a JSON:API document")
    found = problems(answer.json)
    judge.that(not found, "the body is no JSON:API 1.0 document", answer, expected="none", received=found[:5])


def media_type(answer: Answer) -> None:
    """Judge the media type of an answer with a body."""
    judge.equal("the media type", MEDIA_TYPE, answer.exchange.media_type, answer)


def errors(answer: Answer) -> list[dict[str, Any]]:
    """Return the error objects of an answer."""
    return [entry for entry in answer.items("/errors") if isinstance(entry, dict)]


def pointers(answer: Answer) -> list[str]:
    """Return the source pointers of the errors, in order; '' where an error has none."""
    sources = [entry.get("source") for entry in errors(answer)]
    return [str(source.get("pointer", "")) if isinstance(source, dict) else "" for source in sources]


def refused_at(answer: Answer, status: int, pointer: str) -> None:
    """Judge a refusal with one error that points at the broken place and repeats the status as text."""
    judge.status(answer, status)
    found = pointers(answer)
    judge.that(pointer in found, "no error points at the broken place", answer, expected=pointer, received=found)
    judge.equal("the places that the errors point at", [pointer], sorted(set(found)), answer)
    for entry in errors(answer):
        judge.equal("an error's status", str(status), entry.get("status", MISSING), answer)


def refused_for_parameter(answer: Answer, status: int, parameter: str) -> None:
    """Judge a refusal whose errors name a query parameter, whole (`page[size]`) or by its family (`page`)."""
    judge.status(answer, status)
    sources = [entry.get("source") for entry in errors(answer)]
    found = [str(source.get("parameter", "")) for source in sources if isinstance(source, dict)]
    allowed = {parameter, parameter.partition("[")[0], parameter.replace("[", ".").replace("]", "")}
    judge.that(set(found) & allowed, "no error names the query parameter", answer, expected=parameter, received=found)


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"
