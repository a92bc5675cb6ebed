"""Says which field is at fault: the entries of `details`, from broken schemas and from the rules' own words."""

from __future__ import annotations

import re
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Request
from specs import Operation, Problem, open_book

STEP_NUMBERS = {"1": "basics", "2": "artwork", "3": "tracks", "4": "rights", "5": "distribution"}
_CODES = {
    "required": ("required", "This field is required."),
    "additionalProperties": ("unknown_field", "This field does not belong here."),
    "type": ("wrong_type", ""),
    "enum": ("not_allowed", ""),
    "const": ("not_allowed", ""),
    "pattern": ("wrong_format", ""),
    "format": ("wrong_format", ""),
    "minLength": ("too_short", ""),
    "maxLength": ("too_long", ""),
    "minimum": ("too_small", ""),
    "exclusiveMinimum": ("too_small", ""),
    "maximum": ("too_large", ""),
    "exclusiveMaximum": ("too_large", ""),
    "minItems": ("too_few", ""),
    "maxItems": ("too_many", ""),
    "uniqueItems": ("duplicate", "The same value stands here twice."),
    "minProperties": ("too_few", "Send at least one field."),
    "maxProperties": ("too_many", "Send one of these fields, not several."),
    "file": ("not_a_file", ""),
}


def entry(code: str, message: str, field: str | None = None) -> Record:
    """Return one entry of `details`."""
    return {"code": code, **({"field": field} if field else {}), "message": message}


def refuse_field(code: str, field: str, message: str, text: str = "") -> Failure:
    """Return the failure of one field that its schema cannot refuse; `text` is the sentence about the whole."""
    return Failure("refused_field", text or message, details=[entry(code, message, field)])


def explain(failure: Failure, request: Request, operation: Operation | None) -> list[Record]:
    """Return an entry for each fault that can be named."""
    if "details" in failure.facts:
        return list(failure.facts["details"])
    found: dict[tuple[str, str], Record] = {}
    for problem in failure.problems:
        for one in _expand(problem, request, operation):
            told = _tell(one) if isinstance(one, Problem) else one
            field = told.get("field", "")
            if told["code"] == "required" and any(known == field for known, _ in found):
                continue  # it was sent, and what is wrong with it has been told
            found.setdefault((field, told["code"]), told)
    return list(found.values())


def _tell(problem: Problem) -> Record:
    code, message = _CODES.get(problem.rule, ("invalid", ""))
    return entry(code, message or _sentence(problem.text), field_of(problem))


def _sentence(text: str) -> str:
    return text if len(text) <= 300 else text[:300] + "…"


def field_of(problem: Problem) -> str:
    """Return a pointer as people write it: /shares/1/percentage is shares[1].percentage."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in problem.pointer.split("/")[1:]]
    joined = "".join(f"[{token}]" if re.fullmatch("[0-9]+", token) else f".{token}" for token in tokens)
    return joined.removeprefix(".")


def _expand(problem: Problem, request: Request, operation: Operation | None) -> list[Any]:
    """Return what is really wrong where a schema offers alternatives, of which none or too many fit."""
    if problem.rule not in ("anyOf", "oneOf") or problem.pointer or operation is None:
        return [problem]
    told = _ALTERNATIVES.get(operation.id)
    return told(problem, request) if told else [problem]


def _of_step(problem: Problem, request: Request) -> list[Any]:
    """A step's body has to fit the schema of the step that the path names (OG-062)."""
    return find_step_problems(request.path.rsplit("/", 1)[-1], problem.got) or [problem]


def find_step_problems(step: str, body: Any) -> list[Problem]:
    """Return what a body breaks of one step's schema."""
    name = STEP_NUMBERS.get(step, step).capitalize() + "Step"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return open_book("og_records").schemas.validator(schema).find_problems(body, "body")


def _of_split(problem: Problem, request: Request) -> list[Any]:
    text = "A split is for a release or for a track: name one of the two."
    return [entry("one_target", text, "release_id"), entry("one_target", text, "track_id")]


def _of_person(problem: Problem, request: Request) -> list[Any]:
    return [entry("required", "An invitation needs an e-mail address.", "email")]


def _of_upload(problem: Problem, request: Request) -> list[Any]:
    sent = problem.got if isinstance(problem.got, dict) else {}
    names = ("audio_file",) if "track_id" in sent else ("release_id", "title")
    return [entry("required", "This field is required.", name) for name in names if name not in sent]


_ALTERNATIVES = {
    "updateReleaseStep": _of_step,
    "createSplit": _of_split,
    "createPerson": _of_person,
    "createTrack": _of_upload,
}
