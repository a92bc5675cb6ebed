"""What a target offers: declared by its configuration, and probed by harmless calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.failure import TransportError
from conformance.judge import NotTested
from conformance.target import Target

if TYPE_CHECKING:
    from conformance.session import Session

# Needs that a control API answers; the rest stand on credentials and settings.
_BY_CONTROL = ("control", "clock", "webhooks", "inbound", "inbox")
_BY_CREDENTIAL = ("second-account", "no-scope", "expired")


@dataclass(frozen=True)
class Capability:
    """One ability. `state` is offered, absent (not configured), refused (properly, 501) or broken."""

    name: str
    state: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the capability as a JSON object."""
        return {"name": self.name, "state": self.state, "detail": self.detail}


def declared(target: Target) -> dict[str, Capability]:
    """Return what the configuration says of each need that rules.yaml knows."""
    found = {}
    for name in _BY_CONTROL:
        reason = f"needs the control API: {target.why_no_control}"
        found[name] = Capability(name, "offered") if target.control else Capability(name, "absent", reason)
    for name in _BY_CREDENTIAL:
        reason = f"no credentials of a principal {name!r} are configured"
        found[name] = Capability(name, "offered") if name in target.credentials else Capability(name, "absent", reason)
    read_only = target.settings.read_only
    found["destructive"] = Capability("destructive", *(("absent", "a read-only run") if read_only else ("offered",)))
    found["media"] = Capability("media", "offered", "the suite makes its own small files")
    return found


def probed(session: Session) -> list[Capability]:
    """Call every reading operation once, with sample values; writing ones are taken at their word."""
    case = session.new_case()
    found = []
    for operation in session.contract.operations.values():
        if operation.method != "GET":
            found.append(Capability(operation.id, "offered", "declared, not probed"))
            continue
        try:
            sample = session.suite.sample
            path = sample(case, operation.id) if sample and operation.in_place("path") else {}
            answer = case.call(operation.id, path=path)
        except NotTested as reason:
            found.append(Capability(operation.id, "offered", f"not probed: {reason}"))
        except TransportError as error:
            found.append(Capability(operation.id, "broken", str(error)))
        else:
            found.append(Capability(operation.id, *_state(answer.status)))
    return found


def _state(status: int) -> tuple[str, str]:
    if status == 501:
        return "refused", "answers 501"
    return ("broken", f"answers {status}") if status >= 500 else ("offered", f"answers {status}")
