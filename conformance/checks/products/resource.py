"""PR-010 to PR-019: what one product looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.judge import NotTested
from conformance.pointer import MISSING
from conformance.properties import jsonapi

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def shown(case: Case, *kinds: str) -> Iterator[tuple[Answer, dict[str, Any]]]:
    """Yield one product as each kind of answer shows it: list, read, create, update."""
    if case.is_read_only:
        id = wares.any_product(case)
    else:
        created = wares.made(case, {"release-date": "2023-10-01"})
        id = str(created.at("/data/id"))
        if "create" in kinds:
            yield created, _resource(created, "/data")
        if "update" in kinds:
            updated = case.given(wares.update(case, id, {"subtitle": "shown"}), 200)
            yield updated, _resource(updated, "/data")
    if "read" in kinds:
        found = case.given(wares.read(case, id), 200)
        yield found, _resource(found, "/data")
    if "list" in kinds:
        found = case.given(wares.listed(case, id=id), 200)
        yield found, _resource(found, "/data/0")


def _resource(answer: Answer, place: str) -> dict[str, Any]:
    found = answer.at(place)
    judge.that(isinstance(found, dict), f"there is no resource at {place}", answer, received=found)
    return dict(found)


ALL = ("list", "read", "create", "update")


def type_and_id(case: Case) -> None:
    """A resource has type products and a textual id, which is its address."""
    for answer, resource in shown(case, *ALL):
        judge.equal("the type", "products", resource.get("type"), answer)
        judge.that(isinstance(resource.get("id"), str), "the id is no text", answer, received=resource.get("id"))
        jsonapi.document(answer)
        again = wares.read(case, resource["id"])
        judge.status(again, 200)
        judge.equal("the id of the product read by it", resource["id"], again.at("/data/id"), again)


def exactly_28_attributes(case: Case) -> None:
    """Every attribute is there, null when unset, and no others are."""
    for answer, resource in shown(case, *ALL):
        names = set(resource.get("attributes", {}))
        judge.equal("the attributes that are missing", [], sorted(wares.ATTRIBUTES - names), answer)
        judge.equal("the attributes that are too many", [], sorted(names - wares.ATTRIBUTES), answer)


def names_are_kebab_case(case: Case) -> None:
    """Attribute names are kebab-case, except createdAt and updatedAt."""
    for answer, resource in shown(case, "read", "create"):
        strange = [name for name in resource.get("attributes", {}) if not _KEBAB.fullmatch(name)]
        judge.equal("the names that are not kebab-case", ["createdAt", "updatedAt"], sorted(strange), answer)


def timestamps_have_microseconds(case: Case) -> None:
    """Timestamps are UTC with six fractional digits and Z."""
    for answer, resource in shown(case, *ALL):
        attributes = resource.get("attributes", {})
        for name in ("createdAt", "updatedAt", "release-date"):
            value = attributes.get(name)
            if value is None and name == "release-date":
                continue
            fits = isinstance(value, str) and _TIMESTAMP.fullmatch(value)
            judge.that(fits, f"{name} has another form", answer, expected="YYYY-MM-DDThh:mm:ss.ffffffZ", received=value)


def timestamps_are_now(case: Case) -> None:
    """createdAt is the instant of creation in UTC, not a local time that is called Z."""
    answer = wares.made(case)
    told = str(answer.at("/data/attributes/createdAt"))
    present = _present(case, answer)
    try:
        apart = abs((datetime.fromisoformat(told) - present).total_seconds())
    except (ValueError, TypeError):
        raise judge.Broken("createdAt is no instant", expected=present, received=told, answer=answer) from None
    judge.that(apart < 900, "createdAt is far from the present", answer, expected=present.isoformat(), received=told)


def _present(case: Case, answer: Answer) -> datetime:
    """Return the target's present: its sandbox clock where there is one, the answer's Date otherwise."""
    if case.session.target.control is not None:
        return datetime.fromisoformat(case.control.get("/clock")["now"])
    date = answer.header("Date")
    if date is None:
        raise NotTested("the target tells its time neither by a control API nor by a Date header")
    return parsedate_to_datetime(date)


def relationships_hold_links_only(case: Case) -> None:
    """Each relationship has a related and a self link below the product's address, and no data."""
    for answer, resource in shown(case, "list", "read"):
        for name, relationship in resource.get("relationships", {}).items():
            judge.equal(f"the members of {name}", ["links"], sorted(relationship), answer)
            links = relationship["links"]
            judge.equal(f"the links of {name}", ["related", "self"], sorted(links), answer)
            tail = f"/api/v1/products/{resource['id']}"
            _ends(links["related"], f"{tail}/{name}", f"{name}'s related link", answer)
            _ends(links["self"], f"{tail}/relationships/{name}", f"{name}'s self link", answer)


def _ends(link: Any, tail: str, what: str, answer: Answer) -> None:
    path = urlsplit(link).path if isinstance(link, str) else ""
    judge.that(path.endswith(tail), f"{what} is another address", answer, expected=f"…{tail}", received=link)


def reads_show_seven_relationships(case: Case) -> None:
    """List and read show all seven relationships."""
    for answer, resource in shown(case, "list", "read"):
        judge.equal("the relationships", sorted(wares.RELATED), sorted(resource.get("relationships", {})), answer)


def writes_show_four_relationships(case: Case) -> None:
    """Create and update show at least company, label, product-type and language."""
    for answer, resource in shown(case, "create", "update"):
        names = set(resource.get("relationships", {}))
        judge.equal("the relationships that are missing", [], sorted(set(wares.TO_ONE) - names), answer)
        judge.equal("the relationships that are too many", [], sorted(names - set(wares.RELATED)), answer)


def self_links_are_the_address(case: Case) -> None:
    """The resource and the document carry the canonical address."""
    for answer, resource in shown(case, *ALL):
        tail = f"/api/v1/products/{resource['id']}"
        _ends(resource.get("links", {}).get("self"), tail, "the resource's self link", answer)
        if not isinstance(answer.at("/data"), list):
            _ends(answer.at("/links/self"), tail, "the document's self link", answer)


def values_have_their_types(case: Case) -> None:
    """Booleans, numbers and arrays are what the samples show."""
    for answer, resource in shown(case, *ALL):
        attributes = resource.get("attributes", {})
        value = attributes.get("is-compilation")
        judge.that(isinstance(value, bool), "is-compilation is no boolean", answer, received=value)
        value = attributes.get("production-year")
        good = isinstance(value, int | float) and not isinstance(value, bool)
        judge.that(good, "production-year is no number", answer, received=value)
        judge.that(
            _texts(attributes.get("artist")), "artist is no array of texts", answer, received=attributes["artist"]
        )
        for name in wares.NAMES:
            value = attributes.get(name, MISSING)
            judge.that(value is None or _texts(value), f"{name} is neither null nor texts", answer, received=value)


def contributors_have_their_types(case: Case) -> None:
    """Contributors that were set are arrays of texts."""
    created = wares.made(case, {name: ["One", "Two"] for name in wares.NAMES})
    for name in wares.NAMES:
        value = created.at(f"/data/attributes/{name}")
        judge.that(_texts(value), f"{name} is no array of texts", created, received=value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def leading_zeros_stay(case: Case) -> None:
    """A UPC with leading zeros is stored as text."""
    upc = "00" + case.ledger.digits(11)
    created = wares.made(case, {"upc-code": upc})
    judge.equal("upc-code", upc, created.at("/data/attributes/upc-code"), created)
    again = wares.read(case, str(created.at("/data/id")))
    judge.equal("upc-code", upc, again.at("/data/attributes/upc-code"), again)


CHECKS = (
    check("PR-010", type_and_id),
    check("PR-011", exactly_28_attributes),
    check("PR-012", names_are_kebab_case),
    check("PR-013", timestamps_have_microseconds),
    check("PR-013", timestamps_are_now),
    check("PR-014", relationships_hold_links_only),
    check("PR-015", reads_show_seven_relationships),
    check("PR-016", writes_show_four_relationships, needs=("destructive",)),
    check("PR-017", self_links_are_the_address),
    check("PR-018", values_have_their_types),
    check("PR-018", contributors_have_their_types),
    check("PR-019", leading_zeros_stay),
)
