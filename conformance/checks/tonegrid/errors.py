"""TG-028 to TG-035: the shape of refusals, and which status says what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, transport, wares
from conformance.contract import Contract
from conformance.multipart import File, Form
from conformance.pointer import tokens
from conformance.properties.validation import Spoiling, find_spoilings

_REQUIRED = {
    "createRelease": ("title", "type", "release_date", "genre"),
    "createTrack": ("title", "position", "explicit"),
    "createArtist": ("name",),
    "createTransfer": ("to_account_uuid",),
    "createWebhook": ("url", "events"),
    "createClientTenant": ("name", "slug", "tenant_role"),
    "login": ("email", "password", "tenant_slug"),
}


def refusals_have_one_shape(case: Case, status: int) -> None:
    """A refusal is `success` false and an `error` that is a text."""
    wares.refused(transport.refusals(case)[status], status)


def _forbidden(case: Case) -> Answer:
    return case.call("createRelease", json=wares.release_body(case), principal="no-scope")


def _submitted_twice(case: Case) -> Answer:
    release = wares.make_complete(case)
    wares.submit(case, release)
    return case.call("submitRelease", path={"uuid": release})


def _slug_taken(case: Case) -> Answer:
    slug = samples.make_tenant(case, "client").at("/data/slug")
    body = {"name": case.ledger.name("tenant"), "slug": slug, "tenant_role": "client"}
    return case.call("createClientTenant", json=body)


def _too_many(case: Case) -> Answer:
    return case.call("ingestBulk", json=[{"title": "x", "tracks": [{"title": "y"}]}] * 201)


def _invalid(case: Case) -> Answer:
    return case.call("createRelease", json=wares.release_body(case, type="cassette"))


_CAUSES: dict[str, tuple[int, Callable[[Case], Answer]]] = {
    "missing-scope": (403, _forbidden),
    "state": (409, _submitted_twice),
    "uniqueness": (409, _slug_taken),
    "size": (413, _too_many),
    "validation": (422, _invalid),
}


def status_says_why(case: Case, cause: str) -> None:
    """403 is for scope, 409 for state and uniqueness, 413 for size, 422 for validation."""
    status, bring_about = _CAUSES[cause]
    wares.refused(bring_about(case), status)


def everything_missing_is_named(case: Case) -> None:
    """An empty body is `Validation failed`, with messages for every required field."""
    wares.invalid(case.call("createRelease", json={}), *_REQUIRED["createRelease"])


def _paths(case: Case, operation: str) -> dict[str, Any]:
    return {"uuid": samples.shared(case, operation)["uuid"]} if operation == "createTrack" else {}


def _valid(case: Case, operation: str) -> dict[str, Any]:
    bodies: dict[str, Callable[[], dict[str, Any]]] = {
        "createRelease": lambda: wares.release_body(case),
        "createTrack": lambda: wares.track_body(case),
        "createArtist": lambda: {"name": case.ledger.name("artist")},
        "createTransfer": lambda: {"to_account_uuid": wares.NO_ID},
        "createWebhook": lambda: wares.webhook_body(case),
        "createClientTenant": lambda: {"name": "A", "slug": "a", "tenant_role": "client"},
        "login": lambda: {"email": "label@example.com", "password": "x", "tenant_slug": "demo-label"},
    }
    return bodies[operation]()


def one_broken_keyword_is_named(case: Case, fault: tuple[str, Spoiling]) -> None:
    """A body with one fault is 422, and `errors` names the field that it is in."""
    operation, spoiling = fault
    body = spoiling.spoil(_valid(case, operation))
    answer = case.call(operation, path=_paths(case, operation), json=body)
    wares.invalid(answer)
    field = tokens(spoiling.place)[0]
    named = sorted(answer.at("/errors"))
    right = any(name == field or name.startswith((f"{field}.", f"{field}[")) for name in named)
    judge.that(right, "errors does not name the field", answer, expected=field, received=named)


def _faults(contract: Contract) -> list[tuple[str, Spoiling]]:
    # A null in place of an object and the like are left out by find_spoilings; what it finds the schema forbids.
    return [
        (operation, spoiling)
        for operation in ("createRelease", "createTrack", "createArtist")
        for spoiling in find_spoilings(contract, operation)
    ]


def missing_field_message(case: Case, field: tuple[str, str]) -> None:
    """The message for a missing field is `The {field} field is required.`, as documented."""
    operation, name = field
    body = wares.patched(_valid(case, operation), name)
    principal = None if operation == "login" else "full"
    answer = case.call(operation, path=_paths(case, operation), json=body, principal=principal)
    wares.invalid(answer, name)
    judge.equal(f"errors.{name}", [f"The {name} field is required."], answer.at(f"/errors/{name}"), answer)


def bad_address_message(case: Case, operation: str) -> None:
    """The message for a bad e-mail address is the documented one."""
    body = {"email": "x", "password": "correct-horse", "tenant_slug": "demo-label", "tenant_name": "Demo"}
    wanted = ("email", "password", "tenant_slug") if operation == "login" else ("email", "password", "tenant_name")
    answer = case.call(operation, json={name: body[name] for name in wanted}, principal=None)
    wares.invalid(answer, "email")
    expected = ["The email must be a valid email address."]
    judge.equal("errors.email", expected, answer.at("/errors/email"), answer)


def _deliver(case: Case) -> Answer:
    return case.call("deliverRelease", path={"uuid": wares.make_approved(case)})


def _bulk(case: Case) -> Answer:
    return case.call("ingestBulk", json=[{"title": case.ledger.name("bulk"), "tracks": [{"title": "Opening"}]}])


def _csv(case: Case) -> Answer:
    sheet = f"title,track_title\n{case.ledger.name('sheet')},Opening\n"
    return case.call("ingestCsv", json=Form((("releases_csv", File("list.csv", sheet.encode(), "text/csv")),)))


def _ddex(case: Case) -> Answer:
    path = samples.sample(case, "downloadDdexMessage")
    message = case.given(case.call("downloadDdexMessage", path=path), 200).content
    return case.call("ingestDdex", json=Form((("ddex_xml", File("message.xml", message, "application/xml")),)))


_QUEUED = {"deliverRelease": _deliver, "ingestBulk": _bulk, "ingestCsv": _csv, "ingestDdex": _ddex}


def queued_work_is_202(case: Case, operation: str) -> None:
    """Work that is queued is answered with 202."""
    judge.status(_QUEUED[operation](case), 202)


def language_changes_only_the_texts(case: Case, language: str) -> None:
    """Whatever language a client asks for, status, `error` and the names of the fields stay the same."""
    plain = case.call("createRelease", json={"type": "cassette"})
    answer = case.call("createRelease", json={"type": "cassette"}, headers={"Accept-Language": language})
    wares.invalid(answer, "title", "type", "release_date", "genre")
    judge.equal("the fields", sorted(plain.at("/errors")), sorted(answer.at("/errors")), answer)


CHECKS = (
    check("TG-028", refusals_have_one_shape, each=(400, 401, 404, 422)),
    check("TG-029", everything_missing_is_named),
    check("TG-029", one_broken_keyword_is_named, each=_faults),
    check(
        "TG-030",
        missing_field_message,
        each=tuple((operation, name) for operation, names in _REQUIRED.items() for name in names),
    ),
    check("TG-031", bad_address_message, each=("login", "signup")),
    check("TG-032", queued_work_is_202, each=tuple(_QUEUED), needs=("destructive",)),
    check("TG-033", status_says_why, each=("state", "uniqueness", "size", "validation")),
    check("TG-033", status_says_why, each=("missing-scope",), needs=("no-scope",)),
    check("TG-035", language_changes_only_the_texts, each=("fr", "yo", "zh-CN")),
)
