"""PR-040 to PR-054: making a product, and what is refused."""

from __future__ import annotations

from typing import Any

from conformance import judge, pointer
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.contract import Contract
from conformance.pointer import MISSING, replaced
from conformance.properties import jsonapi
from conformance.properties.readback import stored
from conformance.properties.validation import Spoiling, find_spoilings

_REQUIRED = (
    *(f"/data/attributes/{name}" for name in wares.REQUIRED_ATTRIBUTES),
    *(f"/data/relationships/{name}" for name in wares.REQUIRED_RELATIONSHIPS),
)
_DATES = ("/data/attributes/release-date", "/data/attributes/original-release-date")


def refused(case: Case, document: Any, *statuses: int) -> Answer:
    """Send a create that must be refused, and judge that no product came of it."""
    answer = wares.create(case, document)
    judge.status(answer, *statuses)
    upc = document.get("data", {}).get("attributes", {}).get("upc-code") if isinstance(document, dict) else None
    if isinstance(upc, str) and len(upc) == 13:
        found = wares.listed(case, upc_code=upc)
        # A list that shows other products as well breaks PR-030, and is not what this is about.
        kept = [entry for entry in found.items("/data") if pointer.read(entry, "/attributes/upc-code") == upc]
        judge.equal("the products with the UPC of the refused create", [], kept, found)
    return answer


def omitted_member_is_refused(case: Case, place: str) -> None:
    """Each required member, when missing, is refused with a pointer to it."""
    answer = refused(case, wares.without_members(wares.body(case), place), 422)
    jsonapi.refused_at(answer, 422, place)


def minimum_makes_a_product(case: Case) -> None:
    """The required members suffice: 201, the rest is null and is-compilation false."""
    document = wares.body(case)
    answer = wares.create(case, document)
    judge.status(answer, 201)
    sent, shown = document["data"]["attributes"], answer.at("/data/attributes")
    for name, value in sent.items():
        judge.equal(name, value, shown.get(name, MISSING), answer)
    judge.equal("is-compilation", False, shown.get("is-compilation", MISSING), answer)
    unset = wares.ATTRIBUTES - set(sent) - {"is-compilation", "createdAt", "updatedAt"}
    for name in sorted(unset):
        judge.equal(f"{name}, which was not sent,", None, shown.get(name, MISSING), answer)


def created_product_is_there(case: Case) -> None:
    """What a create answered is found by reading and listing."""
    created = wares.create(case, wares.body(case, {"subtitle": "Deluxe Edition", "composer": ["One", "Two"]}))
    judge.status(created, 201)
    id = str(created.at("/data/id"))
    stored(created, wares.read(case, id), "/data/attributes")
    found = wares.listed(case, id=id)
    judge.equal("the product in the list", [id], wares.ids(found), found)


def one_error_per_field(case: Case) -> None:
    """Two missing fields make two errors, each with its members."""
    document = wares.without_members(wares.body(case), "/data/attributes/name", "/data/attributes/upc-code")
    answer = refused(case, document, 422)
    expected = ["/data/attributes/name", "/data/attributes/upc-code"]
    judge.equal("the places that the errors point at", expected, sorted(jsonapi.pointers(answer)), answer)
    for entry in jsonapi.errors(answer):
        judge.equal("status", "422", entry.get("status", MISSING), answer)
        judge.equal("title", "Unprocessable Entity", entry.get("title", MISSING), answer)
        judge.that(isinstance(entry.get("detail"), str), "an error has no detail", answer, received=entry)


def all_missing_fields_are_listed(case: Case) -> None:
    """Without any attribute all seven are listed at once."""
    document = wares.body(case)
    document["data"]["attributes"] = {}
    answer = wares.create(case, document)
    expected = sorted(f"/data/attributes/{name}" for name in wares.REQUIRED_ATTRIBUTES)
    judge.status(answer, 422)
    judge.equal("the places that the errors point at", expected, sorted(jsonapi.pointers(answer)), answer)


def spoilings(rule: str) -> Any:
    """Return the finder of those one-keyword faults of the create body that a rule speaks of."""
    return lambda contract: [fault for fault in find_spoilings(contract, "createProduct") if _rule_of(fault) == rule]


def _rule_of(fault: Spoiling) -> str | None:
    name = fault.place.removeprefix("/data/attributes/")
    if not fault.place.startswith("/data/attributes/") or "/" in name or fault.keyword == "required":
        return None
    if fault.keyword == "additionalProperties" or (name == "upc-code" and fault.keyword == "pattern"):
        return None  # 400, see PR-046; and the form of a UPC is nowhere documented
    if fault.place in _DATES:
        return "PR-062"
    if name == "front-cover":
        return "PR-075"
    if name == "status":
        return "PR-045"
    return "PR-051" if name in ("artist", *wares.NAMES) and fault.keyword != "minItems" else "PR-042"


def spoilt_value_is_refused(case: Case, fault: Spoiling) -> None:
    """A value that breaks one keyword is refused with a pointer to its field, and makes no product."""
    answer = refused(case, fault.spoil(wares.body(case)), 422)
    found = jsonapi.pointers(answer)
    hits = [place for place in found if place == fault.place or place.startswith(f"{fault.place}/")]
    judge.that(hits, "no error points at the broken field", answer, expected=fault.place, received=found)
    strangers = [place for place in found if place not in hits]
    judge.equal("the errors that point at other fields", [], strangers, answer)


def missing_attribute_is_worded(case: Case, name: str) -> None:
    """A missing attribute reads as documented."""
    place = f"/data/attributes/{name}"
    answer = refused(case, wares.without_members(wares.body(case), place), 422)
    details = {entry.get("source", {}).get("pointer"): entry.get("detail") for entry in jsonapi.errors(answer)}
    judge.equal("the detail", f"The {name} field is required.", details.get(place), answer)


def missing_relationship_points(case: Case, name: str) -> None:
    """A missing relationship points to its member."""
    place = f"/data/relationships/{name}"
    answer = refused(case, wares.without_members(wares.body(case), place), 422)
    judge.that(place in jsonapi.pointers(answer), "no error points at it", answer, expected=place)


def starts_as_draft(case: Case, status: Any) -> None:
    """Another status than draft, or none, is refused."""
    place = "/data/attributes/status"
    document = wares.body(case)
    spoilt = wares.without_members(document, place) if status is None else replaced(document, place, status)
    jsonapi.refused_at(refused(case, spoilt, 422), 422, place)


def flat_body_is_refused(case: Case) -> None:
    """A body without the JSON:API envelope is refused."""
    document = wares.body(case)["data"]["attributes"]
    answer = wares.create(case, document)
    judge.status(answer, 400, 422)
    found = wares.listed(case, upc_code=document["upc-code"])
    judge.equal("the products with the UPC of the refused create", [], wares.ids(found), found)


def unknown_attribute_is_refused(case: Case) -> None:
    """An attribute that products do not have is refused."""
    refused(case, replaced(wares.body(case), "/data/attributes/conformance-unknown", "x"), 400, 422)


def broken_json_is_refused(case: Case) -> None:
    """A body that is no JSON is refused with an error document."""
    answer = case.call("createProduct", body=b'{"data":', headers={"Content-Type": jsonapi.MEDIA_TYPE})
    judge.status(answer, 400, 422)
    jsonapi.document(answer)


def linked_resources_must_exist(case: Case, name: str) -> None:
    """An unknown label, language or product type is refused with a pointer."""
    document = wares.body(case, **{name.replace("-", "_"): wares.linkage(wares.TO_ONE[name], wares.NO_ID)})
    answer = refused(case, document, 404, 422)
    place = f"/data/relationships/{name}"
    judge.that(place in jsonapi.pointers(answer), "no error points at it", answer, expected=place)
    judge.status(answer, 404)


def product_type_is_optional(case: Case) -> None:
    """Without a product type a product is made, and its product-type is null."""
    created = wares.create(case, wares.body(case))
    judge.status(created, 201)
    related = case.call("getProductProductType", path={"id": created.at("/data/id")})
    judge.status(related, 200)
    judge.equal("the product type", None, related.at("/data"), related)


def company_is_given(case: Case) -> None:
    """The company is set by the server."""
    id = wares.make(case)
    company = case.call("getProductCompany", path={"id": id})
    judge.status(company, 200)
    judge.that(isinstance(company.at("/data/id"), str), "there is no company", company, received=company.at("/data"))


def wrong_type_is_a_conflict(case: Case) -> None:
    """A resource of another type is 409."""
    answer = refused(case, replaced(wares.body(case), "/data/type", "labels"), 409)
    jsonapi.refused_at(answer, 409, "/data/type")


def client_id_is_refused(case: Case) -> None:
    """An id chosen by the client is 403."""
    answer = refused(case, replaced(wares.body(case), "/data/id", wares.NO_ID), 403)
    jsonapi.refused_at(answer, 403, "/data/id")


def values_are_kept_verbatim(case: Case) -> None:
    """Signs and letters of all scripts come back as they were sent."""
    sent = {
        "copyright-line": "© 2023 Žluťoučký Records",
        "production-line": "℗ 2023 株式会社レコード",
        "artist": ["Sigur Rós", "Бьорк", "Beyonce\u0301", "אבא"],
        "subtitle": "“Live” – Ōsaka 🎵",
        "custom-data": [{"mood": "calm", "bpm": 96}, "archive", None],
    }
    created = wares.create(case, wares.body(case, sent))
    judge.status(created, 201)
    again = wares.read(case, str(created.at("/data/id")))
    for answer in (created, again):
        for name, value in sent.items():
            judge.equal(name, value, answer.at(f"/data/attributes/{name}"), answer)


def two_creates_make_two(case: Case) -> None:
    """Two creates make two products."""
    first, second = wares.create(case, wares.body(case)), wares.create(case, wares.body(case))
    one, two = first.at("/data/id"), second.at("/data/id")
    judge.that(one != two, "both products have one id", second, received=one)
    for id, created in ((one, first), (two, second)):
        found = wares.read(case, str(id))
        name = created.at("/data/attributes/name")
        judge.equal("its name", name, found.at("/data/attributes/name"), found)
        # The name is of this run: whatever else bears it came from the same create.
        listed = case.call("listProducts", query={"filter[name]": name})
        judge.equal("the products of this name", [str(id)], wares.ids(listed), listed)


def created_and_updated_at_once(case: Case) -> None:
    """createdAt equals updatedAt after a create."""
    answer = wares.create(case, wares.body(case))
    judge.status(answer, 201)
    attributes = answer.at("/data/attributes")
    judge.equal("updatedAt", attributes.get("createdAt"), attributes.get("updatedAt"), answer)
    again = wares.read(case, str(answer.at("/data/id")))
    judge.equal("updatedAt", attributes.get("createdAt"), again.at("/data/attributes/updatedAt"), again)


def _places(contract: Contract) -> list[str]:
    return list(_REQUIRED)


CHECKS = (
    check("PR-040", omitted_member_is_refused, each=_places),
    check("PR-041", minimum_makes_a_product),
    check("PR-041", created_product_is_there),
    check("PR-042", one_error_per_field),
    check("PR-042", all_missing_fields_are_listed),
    check("PR-042", spoilt_value_is_refused, each=spoilings("PR-042")),
    check("PR-043", missing_attribute_is_worded, each=wares.REQUIRED_ATTRIBUTES),
    check("PR-044", missing_relationship_points, each=wares.REQUIRED_RELATIONSHIPS),
    check("PR-045", starts_as_draft, each=("active", "archived", None)),
    check("PR-045", spoilt_value_is_refused, each=spoilings("PR-045")),
    check("PR-046", flat_body_is_refused),
    check("PR-046", unknown_attribute_is_refused),
    check("PR-046", broken_json_is_refused),
    check("PR-047", linked_resources_must_exist, each=("label", "language", "product-type")),
    check("PR-048", product_type_is_optional),
    check("PR-049", company_is_given),
    check("PR-050", wrong_type_is_a_conflict),
    check("PR-050", client_id_is_refused),
    check("PR-051", spoilt_value_is_refused, each=spoilings("PR-051")),
    check("PR-052", values_are_kept_verbatim),
    check("PR-053", two_creates_make_two),
    check("PR-054", created_and_updated_at_once),
    check("PR-062", spoilt_value_is_refused, each=spoilings("PR-062")),
    check("PR-075", spoilt_value_is_refused, each=spoilings("PR-075")),
)
