"""Values for every operation: things that exist, made for the purpose, and bodies that fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.og_records import wares
from conformance.judge import NotTested

# The fifteen calls of the document's overview, and those that stand in for its UI.
OPEN = ("getSmartlinkPublic",)
CALLS = (
    *("createRelease", "getRelease", "updateReleaseStep", "submitRelease", "createTrack", "getTrackQcStatus"),
    *("createSplit", "listReleaseSplits", "createPerson", "listEarnings", "listPayouts", "requestPayout"),
    *("createSmartlink", "getSmartlinkStats"),
)
KEYED = (*CALLS, "createWebhookEndpoint", "listApiKeys", "rotateApiKey")
_UNSCOPED = ("listApiKeys", "rotateApiKey")
SCOPED = tuple(name for name in KEYED if name not in _UNSCOPED)


def sample(case: Case, operation: str) -> Mapping[str, Any]:
    """Return path values of things that exist."""
    if operation == "getRelease" or operation == "submitRelease":
        return {"id": any_release(case)}
    if operation == "updateReleaseStep":
        return {"id": wares.release(case), "step": "rights"}
    if operation == "listReleaseSplits":
        return {"releaseId": any_release(case)}
    if operation == "getTrackQcStatus":
        return {"id": any_track(case)}
    if operation == "getSmartlinkPublic":
        return {"slug": wares.smartlink(case).at("/slug")}
    if operation == "getSmartlinkStats":
        return {"id": wares.smartlink(case).at("/id")}
    if operation == "rotateApiKey":
        return {"keyId": own_key(case)}
    return {}


def any_release(case: Case) -> str:
    """Return the id of some release: a new draft, or in a read-only run one that has earned something."""
    return case.fact("releases")[0] if case.is_read_only else wares.release(case)


def any_track(case: Case) -> str:
    """Return the id of some track."""
    return case.fact("tracks")[0] if case.is_read_only else wares.track(case, wares.release(case))


def own_key(case: Case) -> str:
    """Return the id of a key minted for the purpose, so that no key of the user's own is put at risk."""
    if case.session.target.control is None:
        return wares.NO_ID
    return str(wares.mint(case, wares.scopes_of_full(case))["key_id"])


def body(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    """Return a valid body, None where an operation has none."""
    if operation == "createRelease":
        return wares.new_release(case)
    if operation == "updateReleaseStep":
        return wares.RIGHTS
    if operation == "createTrack":
        return {"release_id": wares.release(case), "title": case.ledger.name("track")}
    if operation == "createSplit":
        return wares.split_body([(wares.person(case), 100)], release_id=wares.release(case))
    if operation == "createPerson":
        return {"name": case.ledger.name("payee")}
    if operation == "requestPayout":
        return {"amount": "1.00"}
    if operation == "createSmartlink":
        return wares.new_smartlink(case, wares.release(case))
    if operation == "createWebhookEndpoint":
        return {"url": "https://hooks.example.com/conformance"}
    return None


def call(case: Case, operation: str, principal: str | None = "full") -> Answer:
    """Make what an operation needs as the first account, then call it as anybody."""
    path = sample(case, operation)
    return case.call(operation, path=path, json=body(case, operation, path), principal=principal)


def read(case: Case, path: Mapping[str, Any]) -> Answer:
    """Read the thing that a write with these path values would change."""
    if "keyId" in path:
        return case.call("listApiKeys")
    return wares.read(case, str(path["id"]))


def earned(member: str) -> Callable[[Case], list[str]]:
    """Return the finder of ids that the earnings name."""

    def find(case: Case) -> list[str]:
        answer = case.given(case.call("listEarnings", query={"limit": 100}), 200)
        found = [row[member] for row in answer.items("/data") if isinstance(row.get(member), str)]
        if not found:
            raise NotTested(f"no earnings name a {member}")
        return list(dict.fromkeys(found))

    return find
