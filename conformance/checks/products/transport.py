"""PR-001 to PR-007: addresses, credentials, media types, the envelope of every document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.judge import NotTested
from conformance.properties import access, jsonapi
from conformance.properties.readback import unchanged

_ERROR_MEMBERS = {"id", "links", "status", "code", "title", "detail", "source", "meta"}


def sample(case: Case, operation: str) -> Mapping[str, Any]:
    """Return path values of things that exist: a new product where the operation writes, any one otherwise."""
    if operation == "getCoverFile":
        answer = wares.made(case, {"front-cover": wares.data_uri(wares.png(1, 2, 3))})
        return {"file": str(answer.at("/data/attributes/cover-url")).rpartition("/")[2]}
    if operation in ("listProducts", "createProduct"):
        return {}
    return {"id": wares.any_product(case)}


def valid_body(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    """Return a valid body of a writing operation."""
    if operation == "createProduct":
        return wares.body(case)
    return wares.change(str(path["id"]), {"name": case.ledger.name("changed")})


def documented_calls_work(case: Case) -> None:
    """Every documented call answers under /api/v1/products."""
    id = wares.make(case)
    judge.status(case.call("listProducts"), 200)
    judge.status(wares.read(case, id), 200)
    judge.status(wares.update(case, id, {"subtitle": "changed"}), 200)
    judge.status(wares.delete(case, id), 204)


def refused_create_makes_nothing(case: Case) -> None:
    """A create without a token makes no product."""
    document = wares.body(case)
    judge.status(case.call("createProduct", json=document, principal=None), 401)
    found = wares.listed(case, upc_code=document["data"]["attributes"]["upc-code"])
    judge.equal("the products with the UPC of the refused create", [], wares.ids(found), found)


def content_type_is_welcome_everywhere(case: Case) -> None:
    """With the documented Content-Type every call works, reading and deleting included."""
    headers = {"Content-Type": jsonapi.MEDIA_TYPE}
    id = wares.any_product(case)
    judge.status(case.call("listProducts", headers=headers), 200)
    judge.status(case.call("getProduct", path={"id": id}, headers=headers), 200)
    if not case.is_read_only:
        judge.status(case.call("deleteProduct", path={"id": id}, headers=headers), 204)
        case.ledger.forget(id)


def other_media_types_are_refused(case: Case, media_type: str) -> None:
    """A body of another media type is 415 and changes nothing."""
    headers = {"Content-Type": media_type}
    document = wares.body(case)
    judge.status(case.call("createProduct", json=document, headers=headers), 415)
    found = wares.listed(case, upc_code=document["data"]["attributes"]["upc-code"])
    judge.equal("the products with the UPC of the refused create", [], wares.ids(found), found)
    id = wares.make(case)
    with unchanged(lambda: wares.read(case, id)):
        changed = wares.change(id, {"name": "changed"})
        judge.status(case.call("updateProduct", path={"id": id}, json=changed, headers=headers), 415)


def reading_needs_no_content_type(case: Case) -> None:
    """A GET without Content-Type is served."""
    bare = {"Content-Type": None}
    judge.status(case.call("listProducts", headers=bare), 200)
    judge.status(case.call("getProduct", path={"id": wares.any_product(case)}, headers=bare), 200)


def deleting_needs_no_content_type(case: Case) -> None:
    """A DELETE without Content-Type is served."""
    answer = case.call("deleteProduct", path={"id": wares.make(case)}, headers={"Content-Type": None})
    judge.status(answer, 204)


def documents(case: Case) -> dict[str, Answer]:
    """Return one answer of every kind that carries a document."""
    id = wares.any_product(case)
    found = {"list": case.call("listProducts"), "read": wares.read(case, id)}
    if not case.is_read_only:
        found["create"] = wares.create(case, wares.body(case))
        found["update"] = wares.update(case, id, {"subtitle": "changed"})
        found["refusal"] = case.call(
            "createProduct", json=wares.without_members(wares.body(case), "/data/attributes/name")
        )
    return found


def answers_are_jsonapi(case: Case) -> None:
    """Every answer with a body has the JSON:API media type."""
    for answer in documents(case).values():
        jsonapi.media_type(answer)


def documents_tell_the_version(case: Case) -> None:
    """Every document says jsonapi.version 1.0, errors included."""
    for answer in documents(case).values():
        judge.equal("jsonapi.version", "1.0", answer.at("/jsonapi/version"), answer)


def _missing(case: Case) -> Answer:
    return wares.read(case, wares.NO_ID)


def _unauthorized(case: Case) -> Answer:
    return case.call("listProducts", principal=None)


def _not_acceptable(case: Case) -> Answer:
    return case.call("listProducts", headers={"Accept": "text/html"})


def _unsupported(case: Case) -> Answer:
    headers = {"Content-Type": "application/json"}
    return case.call("createProduct", json=wares.body(case), headers=headers)


def _wrong_method(case: Case) -> Answer:
    headers = {"Content-Type": jsonapi.MEDIA_TYPE, "Accept": jsonapi.MEDIA_TYPE}
    return case.send("PUT", "/api/v1/products", body=b'{"data":null}', headers=headers)


REFUSALS = {401: _unauthorized, 404: _missing, 405: _wrong_method, 406: _not_acceptable, 415: _unsupported}


def refusals_are_documents(case: Case, status: int) -> None:
    """Every refusal is a JSON:API error document whose errors have status and title."""
    answer = REFUSALS[status](case)
    judge.status(answer, status)
    jsonapi.media_type(answer)
    jsonapi.document(answer)
    judge.equal("jsonapi.version", "1.0", answer.at("/jsonapi/version"), answer)
    found = jsonapi.errors(answer)
    judge.that(found, "the document has no errors", answer, expected="at least one", received=found)
    for entry in found:
        judge.equal("an error's status", str(status), entry.get("status"), answer)
        judge.that(entry.get("title"), "an error has no title", answer, received=entry)
        judge.that(set(entry) <= _ERROR_MEMBERS, "an error has unknown members", answer, received=sorted(entry))
    if status == 405:
        allowed = {method.strip() for method in (answer.header("Allow") or "").split(",")}
        judge.that({"GET", "POST"} <= allowed, "Allow does not list the methods", answer, received=sorted(allowed))


def read_changed(case: Case, path: Mapping[str, Any]) -> Answer:
    """Read the product that a refused write was aimed at."""
    return wares.read(case, str(path["id"]))


def unauthorized(answer: Answer) -> None:
    """Judge that a 401 shows nothing of what was asked for."""
    if isinstance(answer.json, dict) and "data" in answer.json:
        raise judge.Broken("the refusal carries data", expected="no data", received=answer.at("/data"), answer=answer)


def links_of_unsafe_addresses(case: Case) -> None:
    """Relationship addresses are read only: other methods are 405."""
    if case.is_read_only:
        raise NotTested("a read-only run sends no writes")
    id = wares.make(case)
    url = f"/api/v1/products/{id}/relationships/label"
    headers = {"Content-Type": jsonapi.MEDIA_TYPE}
    with unchanged(lambda: case.send("GET", url)):
        answer = case.send("PATCH", url, body=b'{"data":null}', headers=headers)
        judge.status(answer, 405)
    judge.that(answer.header("Allow"), "a 405 does not say what is allowed", answer, expected="Allow: GET")


CHECKS = (
    check("PR-001", documented_calls_work, needs=("destructive",)),
    *access.matrix("PR-002", access.Gate(sample, valid_body, read_changed, judge=unauthorized)),
    check("PR-002", refused_create_makes_nothing),
    check("PR-003", content_type_is_welcome_everywhere),
    check("PR-004", other_media_types_are_refused, each=("application/json", "text/plain")),
    check("PR-004", reading_needs_no_content_type),
    check("PR-004", deleting_needs_no_content_type, needs=("destructive",)),
    check("PR-005", answers_are_jsonapi),
    check("PR-006", documents_tell_the_version),
    check("PR-007", refusals_are_documents, each=tuple(REFUSALS)),
    check("PR-007", links_of_unsafe_addresses, name="relationship_addresses_are_read_only"),
)
