"""PR-100 to PR-105: what a product is linked to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.checks.products.updating import OWNED
from conformance.properties import isolation, jsonapi

_READS = tuple(
    f"getProduct{''.join(part.title() for part in name.split('-'))}{tail}"
    for name in wares.RELATED
    for tail in ("", "Relationship")
)


def _links(case: Case, name: str) -> tuple[Answer, str, str]:
    id = wares.any_product(case)
    answer = case.given(wares.read(case, id), 200)
    links = answer.at(f"/data/relationships/{name}/links")
    judge.that(isinstance(links, dict), f"there are no links of {name}", answer, received=links)
    return answer, str(links.get("related")), str(links.get("self"))


def _identifiers(answer: Answer) -> list[tuple[Any, Any]]:
    data = answer.at("/data")
    entries = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    return [(entry.get("type"), entry.get("id")) for entry in entries]


def related_link_leads_there(case: Case, name: str) -> None:
    """A related link answers with resources of the right type, one or many."""
    _, related, _ = _links(case, name)
    answer = case.follow(related)
    judge.status(answer, 200)
    jsonapi.document(answer)
    many = isinstance(answer.at("/data"), list)
    judge.equal("whether data is an array", name in wares.TO_MANY, many, answer)
    types = {type for type, _ in _identifiers(answer)}
    judge.that(
        types <= {wares.RELATED[name]}, "the resources have another type", answer, received=sorted(map(str, types))
    )
    if name in ("company", "label", "language"):
        judge.that(types, f"there is no {name}", answer, received=answer.at("/data"))


def self_link_identifies(case: Case, name: str) -> None:
    """A self link answers with identifiers only, the same as the related ones, and with both links."""
    _, related, own = _links(case, name)
    answer = case.follow(own)
    judge.status(answer, 200)
    jsonapi.document(answer)
    data = answer.at("/data")
    for entry in data if isinstance(data, list) else [data] if data else []:
        judge.equal("the members of an identifier", ["id", "type"], sorted(set(entry) - {"meta"}), answer)
    judge.equal("the identifiers", _identifiers(case.follow(related)), _identifiers(answer), answer)
    for link, tail in (("related", f"/{name}"), ("self", f"/relationships/{name}")):
        url = answer.at(f"/links/{link}")
        path = urlsplit(url).path if isinstance(url, str) else ""
        judge.that(
            path.endswith(tail), f"the {link} link is another address", answer, expected=f"…{tail}", received=url
        )


def sent_links_come_back(case: Case, name: str) -> None:
    """Label, language and product type are those that were sent."""
    type = wares.TO_ONE[name]
    for wanted in case.fact(type)[:2]:
        id = wares.make(case, **{name.replace("-", "_"): wares.linkage(type, wanted)})
        operation = f"getProduct{''.join(part.title() for part in name.split('-'))}"
        for tail in ("", "Relationship"):
            answer = case.call(operation + tail, path={"id": id})
            judge.status(answer, 200)
            judge.equal(f"the {name}", (type, wanted), (answer.at("/data/type"), answer.at("/data/id")), answer)


def new_product_has_none(case: Case, name: str) -> None:
    """A new product has no offers, tracks or rights."""
    id = wares.make(case)
    operation = f"getProduct{name.title()}"
    for tail in ("", "Relationship"):
        answer = case.call(operation + tail, path={"id": id})
        judge.status(answer, 200)
        judge.equal(f"the {name} of a new product", [], answer.at("/data"), answer)


def unknown_product_has_no_relations(case: Case, operation: str) -> None:
    """Relationship addresses of an unknown product are 404."""
    judge.status(case.call(operation, path={"id": wares.NO_ID}), 404)


def unknown_relationship(case: Case, tail: str) -> None:
    """An unknown relationship is 404."""
    id = wares.any_product(case)
    judge.status(case.send("GET", f"/api/v1/products/{id}/{tail}"), 404)


def links_lead_to_the_host_called(case: Case) -> None:
    """Links work exactly as printed."""
    id = wares.any_product(case)
    answer = case.given(wares.read(case, id), 200)
    links = [answer.at("/links/self"), answer.at("/data/links/self"), case.call("listProducts").at("/links/first")]
    called = urlsplit(answer.exchange.url).netloc
    for link in links:
        host = urlsplit(link).netloc if isinstance(link, str) else None
        judge.equal(f"the host of {link}", called, host, answer)
        judge.status(case.follow(link), 200)


def location_is_the_address(case: Case) -> None:
    """A Location, where a create sends one, leads to the product."""
    answer = wares.made(case)
    location = answer.header("Location")
    if location is not None:
        followed = case.follow(location)
        judge.status(followed, 200)
        judge.equal("the id of the product at Location", answer.at("/data/id"), followed.at("/data/id"), followed)


CHECKS = (
    check("PR-100", related_link_leads_there, each=tuple(wares.RELATED)),
    check("PR-101", self_link_identifies, each=tuple(wares.RELATED)),
    check("PR-102", sent_links_come_back, each=("label", "language", "product-type")),
    check("PR-103", new_product_has_none, each=tuple(wares.TO_MANY)),
    check("PR-104", unknown_product_has_no_relations, each=_READS),
    check("PR-104", unknown_relationship, each=("foo", "relationships/foo")),
    isolation.stranger_finds_nothing("PR-104", ("getProductLabel", "getProductTracksRelationship"), OWNED),
    check("PR-105", links_lead_to_the_host_called),
    check("PR-105", location_is_the_address, needs=("destructive",)),
)
