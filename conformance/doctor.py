"""Stage 0: is this target testable at all? A report about a wrong address or a wrong token would be a lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.answer import Answer
from conformance.exchange import Exchange
from conformance.failure import TransportError
from conformance.judge import NotTested
from conformance.verdict import Verdict
from specs.load import resolve

if TYPE_CHECKING:
    from conformance.session import Session

_NOWHERE = "/conformance-no-such-address"
_WRONG_PLACE = "this is not the API: check the base URL"


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at. One that is not `good` and `vital` makes the target untestable."""

    name: str
    good: bool
    detail: str
    advice: str = ""
    vital: bool = True

    def as_json(self) -> dict[str, object]:
        """Return the diagnosis as a JSON object."""
        return {"name": self.name, "good": self.good, "detail": self.detail, "advice": self.advice, "vital": self.vital}


def examine(session: Session) -> list[Diagnosis]:
    """Look at address, control API and each principal, stopping at the first vital trouble."""
    target, found = session.target, []
    found.append(_address(session))
    if not found[0].good:
        return found
    where = f"sandbox {target.sandbox} at {target.control.url}" if target.control else f"none: {target.why_no_control}"
    found.append(Diagnosis("control API", target.control is not None, where, vital=False))
    for name in session.suite.probe.expected:
        if name in target.credentials:
            found.append(_principal(session, name))
        elif name != "full":
            found.append(Diagnosis(f"principal {name}", False, "not configured", vital=False))
    if target.credentials.get("full") == target.credentials.get("second-account"):
        advice = "give the credential of another account"
        found.append(Diagnosis("two accounts", False, "full and second-account are the same credential", advice))
    return found


def trouble(found: list[Diagnosis]) -> Diagnosis | None:
    """Return the first diagnosis that makes the target untestable."""
    return next((diagnosis for diagnosis in found if diagnosis.vital and not diagnosis.good), None)


def _address(session: Session) -> Diagnosis:
    try:
        answer = _probe(session, "full")
        bad = _not_the_api(session, answer)
        if bad is None and answer.is_success and _answers_anything(session, answer):
            bad = Diagnosis("address", False, f"{_NOWHERE} is answered like {answer.exchange.url}", _WRONG_PLACE)
    except TransportError as error:
        advice = "is the server running, is the base URL right, is its certificate trusted?"
        return Diagnosis("address", False, str(error), advice)
    except NotTested:
        detail = "the target gives the client of 'full' no token"
        return Diagnosis("principal full", False, detail, "check the base URL, client_id and client_secret")
    return bad or Diagnosis("address", True, f"{session.target.base_url} answers")


def _not_the_api(session: Session, answer: Answer) -> Diagnosis | None:
    """Return why an answer to the probe shows that something else stands at this address, or that the API is down."""
    seen = f"{answer.exchange.url} answers {answer.status} {answer.exchange.media_type or 'without a type'}"
    if 300 <= answer.status < 400:
        return Diagnosis("address", False, f"{seen} and leads to {answer.header('Location')}", _WRONG_PLACE)
    if answer.status == 404 or answer.content.lstrip()[:1] == b"<":
        return Diagnosis("address", False, seen, _WRONG_PLACE)
    if answer.status >= 500:
        return Diagnosis("address", False, seen, "the server fails on the simplest read; look into its log")
    if answer.is_success and not _is_documented(session, answer):
        return Diagnosis("address", False, f"{seen} with nothing in it that the document tells of", _WRONG_PLACE)
    return None


def _is_documented(session: Session, answer: Answer) -> bool:
    """Say whether the body of a success is at all of the documented kind: an array, or an object with known members."""
    promise = session.contract.operations[session.suite.probe.operation].promises.get(answer.status)
    if promise is None or not promise.content:
        return True
    members = [_members(session.contract.document, media.schema) for media in promise.content.values()]
    if isinstance(answer.json, dict):
        return any(set(known) & set(answer.json) for known in members)
    return isinstance(answer.json, list) and not all(members)


def _members(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """Return the names of the members that an object of a schema may have at its top; none for an array."""
    if "$ref" in schema:
        return _members(document, resolve(document, schema["$ref"]))
    inner = [name for part in schema.get("allOf", []) for name in _members(document, part)]
    return [*schema.get("properties", {}), *inner]


def _answers_anything(session: Session, answer: Answer) -> bool:
    """Say whether an address that no API has is answered with the very same success."""
    try:
        other = session.client.send("GET", session.client.url(_NOWHERE))
    except TransportError:
        return False  # whatever this is, it does not say yes to anything
    return other.is_success and other.content == answer.content


def _principal(session: Session, name: str) -> Diagnosis:
    expected = session.suite.probe.expected[name]
    try:
        answer = _probe(session, name)
    except TransportError as error:
        return Diagnosis(f"principal {name}", False, str(error))
    detail = f"answered with {answer.status}, expected {expected}"
    good = answer.status == expected or _is_the_targets_fault(answer, expected)
    advice = "" if good else f"check the credential of {name!r}"
    return Diagnosis(f"principal {name}", good, detail, advice)


def _is_the_targets_fault(answer: Answer, expected: int) -> bool:
    """Say whether one who is to be kept out is let in, or kept out in another way: the checks will tell of that."""
    return expected in (401, 403) and (answer.is_success or (expected == 401 and answer.status == 403))


def is_doubtful(verdict: Verdict, exchanges: Sequence[Exchange]) -> bool:
    """Say whether the target should be asked again if it is still there, still itself, and still knows us.

    That is so after trouble on the wire, after any answer that breaks the document, and where a check found something
    broken, or could not be set up, among answers of the kind that a proxy, a restart or an expired credential gives.
    """
    if verdict is Verdict.ERROR or any(exchange.breaches for exchange in exchanges):
        return True
    return verdict in (Verdict.FAIL, Verdict.NOT_TESTED) and any(_is_strange(exchange) for exchange in exchanges)


def _is_strange(exchange: Exchange) -> bool:
    kept_out = exchange.status in (401, 403, 429) and exchange.principal is not None
    return kept_out or exchange.status >= 500 or 300 <= exchange.status < 400


def lost(session: Session, exchanges: Sequence[Exchange] = ()) -> str:
    """Say why the target can no longer be judged, or nothing where it still can.

    `exchanges` name the principals that were kept out and must be looked at too.
    """
    kept_out = {exchange.principal for exchange in exchanges if exchange.status in (401, 403)}
    for name, expected in session.suite.probe.expected.items():
        if name == "full" or (name in kept_out and name in session.target.credentials):
            why = _lost(session, name, expected)
            if why:
                return why
    return ""


def _lost(session: Session, name: str, expected: int) -> str:
    try:
        answer = _probe(session, name)
    except TransportError as error:
        return str(error)
    bad = _not_the_api(session, answer)
    if bad is not None:
        return bad.detail
    if answer.status in (401, 403) and answer.status != expected:
        return f"the credential of {name!r} is no longer accepted: {answer.status}"
    return f"the doctor's call is answered with {answer.status}" if answer.status == 429 else ""


def _probe(session: Session, principal: str) -> Answer:
    probe = session.suite.probe
    return session.client.call(probe.operation, path=probe.path, query=dict(probe.query), principal=principal)
