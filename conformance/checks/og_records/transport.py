"""OG-001 to OG-003: addresses, the document itself, and the form of refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import samples, wares
from conformance.checks.og_records.refusing import coded, refused
from conformance.checks.og_records.signing import HOOKS
from conformance.contract import Contract
from conformance.properties import validation
from conformance.properties.readback import unchanged
from conformance.properties.validation import Spoiling
from specs.operation import METHODS

_METHOD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEXT = {"Content-Type": "text/plain"}


def documented_call_works(case: Case, operation: str) -> None:
    """Each documented call is there, at its address under /api/v1."""
    answer = samples.call(case, operation)
    if operation == "submitRelease":
        # A draft as it is made here cannot be handed in: that it is known and looked at is what counts.
        judge.among("the status", (200, 422), answer.status, answer)
        return
    judge.that(answer.is_success, f"{answer.label} is refused", answer, expected="2xx", received=answer.status)


def hook_stands_outside(case: Case, hook: str) -> None:
    """An inbound hook answers under /webhooks, and is unknown under /api/v1."""
    answer = case.call(HOOKS[hook], json={}, principal=None)
    judge.that(answer.status not in (404, 405), "the hook is not there", answer, received=answer.status)
    inside = case.send("POST", f"/api/v1/webhooks/{hook}", body=b"{}", headers={"Content-Type": "application/json"})
    judge.status(inside, 404)


def document_is_served(case: Case) -> None:
    """The served document is OpenAPI 3.1 and has every operation, with names that can be methods of an SDK."""
    spoken = {entry["name"]: entry for entry in case.control.get("/info")["providers"]}
    answer = case.follow(spoken["og_records"]["spec_url"], principal=None)
    judge.status(answer, 200)
    version = str(answer.at("/openapi"))
    judge.that(version.startswith("3.1."), "it is not OpenAPI 3.1", answer, expected="3.1.x", received=version)
    names = [operation.get("operationId", "") for operation in _operations(answer)]
    strange = sorted(name for name in names if not _METHOD_NAME.fullmatch(name))
    judge.equal("the operationIds that cannot be method names", [], strange, answer)
    doubled = sorted({name for name in names if names.count(name) > 1})
    judge.equal("the operationIds that stand twice", [], doubled, answer)
    missing = sorted(set(case.contract.operations) - set(names))
    judge.equal("the operations that are missing", [], missing, answer)


def _operations(answer: Answer) -> list[dict[str, Any]]:
    sections = [answer.at(place) for place in ("/paths", "/webhooks")]
    entries = [item for section in sections if isinstance(section, dict) for item in section.values()]
    return [operation for item in entries for method, operation in item.items() if method in METHODS]


Trouble = Callable[[Case], Answer]


def _locked(case: Case) -> Answer:
    id = wares.bring(case, "submitted")
    return wares.patch(case, id, "rights", wares.RIGHTS)


def _taken(case: Case) -> Answer:
    link = wares.smartlink(case)
    slug = link.at("/slug")
    return case.call("createSmartlink", json=wares.new_smartlink(case, wares.release(case), slug=slug))


TROUBLES: dict[str, Trouble] = {
    "broken-json": lambda case: case.call(
        "createRelease", body=b'{"title": ', headers={"Content-Type": "application/json"}
    ),
    "no-credential": lambda case: case.call("listPayouts", principal=None),
    "unknown-release": lambda case: wares.read(case, wares.NO_ID),
    "unknown-track": lambda case: wares.checks_of(case, wares.NO_ID),
    "unknown-slug": lambda case: wares.view(case, "conformance-no-such-slug"),
    "not-json": lambda case: case.call("createRelease", body=b"title", headers=_TEXT),
    "no-fields": lambda case: case.call("createRelease", json={}),
    "bad-limit": lambda case: case.call("listEarnings", query={"limit": 0}),
    "bad-cursor": lambda case: case.call("listPayouts", query={"cursor": "conformance"}),
    "incomplete": lambda case: wares.submit(case, wares.release(case)),
    "wrong-sum": lambda case: wares.split(case, [(wares.person(case), 90)], release_id=wares.release(case)),
    "above-balance": lambda case: case.call("requestPayout", json={"amount": "999999999.00"}),
    "slug-taken": _taken,
    "unsigned-event": lambda case: case.call("receiveStripeWebhook", json={}, principal=None),
}
CONTROLLED: dict[str, Trouble] = {
    "no-scope": lambda case: case.call("listPayouts", principal="no-scope"),
    "locked": _locked,
}


def refusal_has_a_code(case: Case, name: str) -> None:
    """Every refusal carries a code for machines, a message and details, and the same cause has the same code."""
    trouble = {**TROUBLES, **CONTROLLED}[name]
    first = trouble(case)
    refused(first)
    message, details = first.at("/error/message"), first.at("/error/details")
    judge.that(isinstance(message, str) and message, "the refusal has no message", first, received=message)
    judge.that(isinstance(details, list), "the refusal has no details", first, received=details)
    again = trouble(case)
    judge.equal("the status of the same again", first.status, again.status, again)
    judge.equal("the code of the same again", coded(first), coded(again), again)


def causes_have_codes_of_their_own(case: Case) -> None:
    """Refusals with different statuses have different codes, so that programs can tell them apart."""
    codes: dict[str, int] = {}
    for name in ("no-credential", "unknown-release", "not-json", "no-fields", "slug-taken"):
        answer = TROUBLES[name](case)
        refused(answer)
        code = coded(answer)
        judge.equal(f"the status that goes with {code}", codes.setdefault(code, answer.status), answer.status, answer)


_SPOILED = ("createRelease", "createTrack", "createPerson", "createSmartlink", "createWebhookEndpoint", "requestPayout")


def spoilt_field_is_named(case: Case, spoilt: tuple[str, Spoiling]) -> None:
    """A body with one wrong field is refused with a code."""
    operation, spoiling = spoilt
    body = spoiling.spoil(_whole(case, operation))
    answer = case.call(operation, json=body)
    refused(answer, 422)


def _whole(case: Case, operation: str) -> dict[str, Any]:
    """Return a valid body with every member, so that each can be spoilt alone."""
    body: dict[str, Any] = samples.body(case, operation, {})
    more: dict[str, dict[str, Any]] = {
        "createRelease": {"release_date": "2026-12-01"},
        "createTrack": {"track_number": 1, "isrc": "DEA622600001"},
        "createPerson": {"email": wares.address(case), "invite": False},
        "createSmartlink": {"presave": {"enabled": True, "release_date": "2099-01-01", "dsps": ["spotify"]}},
        "createWebhookEndpoint": {"events": ["release.status_changed"]},
        "requestPayout": {"currency": "EUR"},
    }
    return {**body, **more[operation]}


_SPOILT_STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("basics", {}),
    ("basics", {"title": ""}),
    ("basics", {"release_type": "lp"}),
    ("basics", {"release_date": "2026-02-30"}),
    ("basics", {"language": "German"}),
    ("artwork", {"cover_url": "no address"}),
    ("artwork", {"cover_url": wares.COVER, "cover_upload_id": "upload-0001"}),
    ("tracks", {"track_ids": []}),
    ("tracks", {"track_ids": ["1"]}),
    ("rights", {"copyright_line": ""}),
    ("rights", {"explicit": "yes"}),
    ("distribution", {"dsps": []}),
    ("distribution", {"territories": []}),
    ("distribution", {"territories": ["DE", "DE"]}),
    ("distribution", {"release_date": "tomorrow"}),
)


def spoilt_step_is_refused(case: Case, spoilt: tuple[str, dict[str, Any]]) -> None:
    """A step with a value that its field cannot have is refused with a code, and nothing changes."""
    step, body = spoilt
    id = wares.release(case)
    with unchanged(lambda: wares.read(case, id), ""):
        refused(wares.patch(case, id, step, body), 422)


def _spoilings(contract: Contract) -> list[tuple[str, Spoiling]]:
    return [(name, spoiling) for name in _SPOILED for spoiling in validation.find_spoilings(contract, name)]


CHECKS = (
    check("OG-001", documented_call_works, each=samples.CALLS),
    check("OG-001", hook_stands_outside, each=tuple(HOOKS)),
    check("OG-002", document_is_served),
    check("OG-003", refusal_has_a_code, each=tuple(TROUBLES)),
    check("OG-003", refusal_has_a_code, each=tuple(CONTROLLED), needs=("control",), required=False, name="also_coded"),
    check("OG-003", causes_have_codes_of_their_own),
    check("OG-003", spoilt_field_is_named, each=_spoilings),
    check("OG-003", spoilt_step_is_refused, each=_SPOILT_STEPS),
)
