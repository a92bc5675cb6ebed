"""Stage 0: is this target testable at all? A report about a wrong address or a wrong token would be a lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.answer import Answer
from conformance.failure import TransportError

if TYPE_CHECKING:
    from conformance.session import Session


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
    except TransportError as error:
        advice = "is the server running, is the base URL right, is its certificate trusted?"
        return Diagnosis("address", False, str(error), advice)
    if answer.status == 404 or answer.content.lstrip()[:1] == b"<":
        detail = f"{answer.exchange.url} answers {answer.status} {answer.exchange.media_type or 'without a type'}"
        return Diagnosis("address", False, detail, "this is not the API: check the base URL")
    if answer.status >= 500:
        detail = f"{answer.exchange.url} answers {answer.status}"
        return Diagnosis("address", False, detail, "the server fails on the simplest read; look into its log")
    return Diagnosis("address", True, f"{session.target.base_url} answers")


def _principal(session: Session, name: str) -> Diagnosis:
    expected = session.suite.probe.expected[name]
    try:
        answer = _probe(session, name)
    except TransportError as error:
        return Diagnosis(f"principal {name}", False, str(error))
    detail = f"answered with {answer.status}, expected {expected}"
    # A principal that is let in too far is the target's fault and the checks will say so; one that is kept out is ours.
    kept_out = answer.status in (401, 403) and expected not in (401, 403)
    advice = f"check the credential of {name!r}" if kept_out else ""
    return Diagnosis(f"principal {name}", not kept_out, detail, advice)


def lost(session: Session) -> str:
    """Say why the target can no longer be judged, or nothing where it still can."""
    try:
        answer = _probe(session, "full")
    except TransportError as error:
        return str(error)
    if answer.status in (401, 403):
        return f"the credential of 'full' is no longer accepted: {answer.status}"
    return ""


def _probe(session: Session, principal: str) -> Answer:
    probe = session.suite.probe
    return session.client.call(probe.operation, path=probe.path, query=dict(probe.query), principal=principal)
