"""PR-080 to PR-091: changing a product, and reading it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance import clock, judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.pointer import MISSING, replaced
from conformance.properties import isolation, jsonapi, lifecycle
from conformance.properties.echo import Field, changed_only, shows
from conformance.properties.readback import stored, unchanged
from conformance.properties.validation import Spoiling, find_spoilings

_FREE = ("updatedAt",)
FIELDS = (
    Field("name", "conformance renamed Ærø"),
    Field("upc-code", "0012345678905"),
    Field("copyright-line", "© 2024 Ōsaka"),
    Field("production-line", "℗ 2024 Ōsaka"),
    Field("production-year", 2019),
    Field("artist", ["First", "Second Ñandú"]),
    Field("is-compilation", True),
    Field("release-date", "2024-05-06", "2024-05-06T00:00:00.000000Z"),
    Field("original-release-date", "1999-12-31", "1999-12-31T00:00:00.000000Z"),
    *(Field(name, f"{name} with ü") for name in wares.TEXTS),
    *(Field(name, [f"{name} one", "Łódź"]) for name in wares.NAMES),
    Field("custom-data", [{"key": "välue"}, "text", 7]),
)
_REQUIRED_EMPTY: tuple[tuple[str, Any], ...] = (
    *((name, None) for name in wares.REQUIRED_ATTRIBUTES),
    *((name, "") for name in ("name", "copyright-line", "production-line")),
    ("artist", []),
)


def one_field_at_a_time(case: Case, field: Field) -> None:
    """One attribute that is sent changes, is read back, and no other does."""
    created = wares.made(case, {"subtitle": "before", "composer": ["Before"], "release-date": "2020-01-01"})
    id = str(created.at("/data/id"))
    before = wares.read(case, id).at("/data/attributes")
    answer = wares.update(case, id, {field.name: field.sent})
    judge.status(answer, 200)
    shows(answer, [field], "/data/attributes")
    again = wares.read(case, id)
    shows(again, [field], "/data/attributes")
    changed_only(before, again.at("/data/attributes"), [field], _FREE, again)


def all_fields_at_once(case: Case) -> None:
    """All writable attributes in one update are stored."""
    id = wares.make(case)
    answer = wares.update(case, id, {field.name: field.sent for field in FIELDS})
    judge.status(answer, 200)
    shows(wares.read(case, id), list(FIELDS), "/data/attributes")


def only_the_name(case: Case) -> None:
    """An update of the name alone leaves everything else, relationships included."""
    created = wares.made(case, {"subtitle": "stays", "producer": ["Stays"], "is-compilation": True})
    id = str(created.at("/data/id"))
    before, label = wares.read(case, id), case.call("getProductLabelRelationship", path={"id": id}).at("/data")
    field = Field("name", case.ledger.name("renamed"))
    judge.status(wares.update(case, id, {field.name: field.sent}), 200)
    again = wares.read(case, id)
    shows(again, [field], "/data/attributes")
    changed_only(before.at("/data/attributes"), again.at("/data/attributes"), [field], _FREE, again)
    linked = case.call("getProductLabelRelationship", path={"id": id})
    judge.equal("the label", label, linked.at("/data"), linked)


def update_without_attributes(case: Case) -> None:
    """An update that sends nothing changes nothing."""
    id = wares.make(case)
    before = wares.read(case, id).at("/data/attributes")
    judge.status(wares.update(case, id, {}), 200)
    again = wares.read(case, id)
    changed_only(before, again.at("/data/attributes"), [], _FREE, again)


def fire(case: Case, id: str, move: lifecycle.Move) -> Answer:
    """Send the operation behind an event of the product's lifecycle."""
    if move.operation == "deleteProduct":
        return wares.delete(case, id)
    return wares.update(case, id, {"status": move.target})


PRODUCT = lifecycle.Machine(
    name="product",
    make=wares.make_in,
    fire=fire,
    state=wares.status_of,
    # An update that sends the state a product already has is no event.
    skip=lambda state, event: event != "delete",
)


def _from_draft(move: lifecycle.Move) -> bool:
    return move.event != "delete" and move.state == "draft"


def _between_states(move: lifecycle.Move) -> bool:
    return move.event != "delete" and move.state != "draft"


def own_state_again(case: Case, status: str) -> None:
    """Sending the status that a product has is accepted and keeps it."""
    id = wares.make_in(case, status)
    judge.status(wares.update(case, id, {"status": status}), 200)
    judge.equal("the status", status, wares.status_of(case, id))


def other_status_is_refused(case: Case, status: Any) -> None:
    """Nothing else may become the status."""
    id = wares.make(case)
    with unchanged(lambda: wares.read(case, id)):
        answer = wares.update(case, id, {"status": status})
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def round_of_states(case: Case) -> None:
    """One product can go through all states and back."""
    id = wares.make(case)
    for status in ("active", "archived", "draft", "archived", "active", "draft"):
        judge.status(wares.update(case, id, {"status": status}), 200)
        judge.equal("the status", status, wares.status_of(case, id))


def updated_at_moves(case: Case) -> None:
    """An update moves updatedAt and leaves createdAt."""
    created = wares.made(case)
    id = str(created.at("/data/id"))
    first = created.at("/data/attributes")
    answer = wares.update(case, id, {"subtitle": "moved"})
    if answer.at("/data/attributes/updatedAt") == first.get("updatedAt"):
        clock.rest(1.1)  # the target may count whole seconds
        answer = wares.update(case, id, {"subtitle": "moved again"})
    judge.status(answer, 200)
    for shown in (answer, wares.read(case, id)):
        attributes = shown.at("/data/attributes")
        judge.equal("createdAt", first.get("createdAt"), attributes.get("createdAt"), shown)
        later = str(attributes.get("updatedAt")) > str(first.get("updatedAt"))
        judge.that(
            later, "updatedAt did not move", shown, expected=f"> {first['updatedAt']}", received=attributes["updatedAt"]
        )


def other_id_is_a_conflict(case: Case) -> None:
    """A body with another id is refused and changes neither product."""
    one, other = wares.several(case, {}, {})
    with unchanged(lambda: wares.read(case, one)), unchanged(lambda: wares.read(case, other)):
        document = wares.change(other, {"name": "conflict"})
        answer = case.call("updateProduct", path={"id": one}, json=document)
        jsonapi.refused_at(answer, 409, "/data/id")


def other_type_is_a_conflict(case: Case) -> None:
    """A body of another type is refused."""
    id = wares.make(case)
    with unchanged(lambda: wares.read(case, id)):
        document = replaced(wares.change(id, {"name": "conflict"}), "/data/type", "labels")
        answer = case.call("updateProduct", path={"id": id}, json=document)
        jsonapi.refused_at(answer, 409, "/data/type")


def unknown_product_is_not_updated(case: Case) -> None:
    """Updating an unknown id is 404."""
    judge.status(wares.update(case, wares.NO_ID, {"name": "nobody"}), 404)


def required_cannot_be_emptied(case: Case, emptied: tuple[str, Any]) -> None:
    """A required attribute stays when an update tries to empty it."""
    name, value = emptied
    id = wares.make(case)
    with unchanged(lambda: wares.read(case, id)):
        jsonapi.refused_at(wares.update(case, id, {name: value}), 422, f"/data/attributes/{name}")


def optional_is_cleared(case: Case, name: str) -> None:
    """An optional attribute is cleared by null."""
    value = next(field.sent for field in FIELDS if field.name == name)
    id = wares.make(case, {name: value})
    cleared = False if name == "is-compilation" else None
    if wares.read(case, id).at(f"/data/attributes/{name}") in (cleared, MISSING):
        raise NotTested(f"could not be set up: a product made with {name} does not have it")
    judge.status(wares.update(case, id, {name: None}), 200)
    again = wares.read(case, id)
    judge.equal(f"{name} after null", cleared, again.at(f"/data/attributes/{name}"), again)


def spoilt_update_changes_nothing(case: Case, fault: Spoiling) -> None:
    """An update with one bad value next to a good one is refused whole."""
    id = wares.make(case)
    document = wares.change(id, {"subtitle": "must not be stored"})
    with unchanged(lambda: wares.read(case, id)):
        answer = case.call("updateProduct", path={"id": id}, json=fault.spoil(document))
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def _spoilings(contract: Contract) -> list[Spoiling]:
    wanted = ("name", "production-year", "artist", "is-compilation", "composer", "custom-data", "subtitle")
    faults = find_spoilings(contract, "updateProduct")
    places = [f"/data/attributes/{name}" for name in wanted]
    return [fault for fault in faults if fault.place in places and fault.keyword in ("type", "items")]


def relationship_can_change(case: Case, name: str) -> None:
    """A relationship in an update moves the product to the other resource."""
    facts = {"label": "labels", "language": "languages", "product-type": "product-types"}
    first, second = case.fact(facts[name], at_least=2)[:2]
    id = wares.make(case, **{name.replace("-", "_"): wares.linkage(facts[name], first)})
    answer = wares.update(case, id, **{name.replace("-", "_"): wares.linkage(facts[name], second)})
    judge.status(answer, 200)
    related = case.follow(wares.read(case, id).at(f"/data/relationships/{name}/links/related"))
    judge.equal(f"the {name} after the update", second, related.at("/data/id"), related)


def reads_agree_with_writes(case: Case) -> None:
    """A read shows what create and update answered."""
    created = wares.made(case, {"subtitle": "one", "author": ["Two"], "custom-data": [{"three": 3}]})
    id = str(created.at("/data/id"))
    stored(created, wares.read(case, id), "/data/attributes")
    updated = case.given(wares.update(case, id, {"subtitle": "four", "status": "active"}), 200)
    stored(updated, wares.read(case, id), "/data/attributes")
    found = wares.listed(case, id=id)
    judge.equal("the attributes in the list", updated.at("/data/attributes"), found.at("/data/0/attributes"), found)


def unknown_product_is_not_read(case: Case, id: str) -> None:
    """An unknown or non-numeric id is 404."""
    answer = wares.read(case, id)
    judge.status(answer, 404)
    judge.that(not isinstance(answer.json, dict) or "data" not in answer.json, "the refusal carries data", answer)


def _owned(case: Case) -> dict[str, str]:
    return {"id": wares.make(case)}


def _read(case: Case, path: Mapping[str, Any]) -> Answer:
    return wares.read(case, str(path["id"]))


def _renaming(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    return wares.change(str(path["id"]), {"name": "taken over"})


OWNED = isolation.Property(_owned, _read, _renaming, {"id": wares.NO_ID})
CLEARABLE = (*wares.TEXTS, *wares.NAMES, "custom-data", "release-date", "original-release-date", "is-compilation")
CHECKS = (
    check("PR-080", only_the_name),
    check("PR-080", update_without_attributes),
    check("PR-081", one_field_at_a_time, each=FIELDS),
    check("PR-081", all_fields_at_once),
    lifecycle.legal_moves("PR-082", PRODUCT, _from_draft),
    check("PR-082", own_state_again, each=wares.STATES),
    check("PR-082", other_status_is_refused, each=("live", "Active", None, 1)),
    lifecycle.legal_moves("PR-083", PRODUCT, _between_states),
    check("PR-083", round_of_states),
    check("PR-084", updated_at_moves),
    check("PR-085", other_id_is_a_conflict),
    check("PR-085", other_type_is_a_conflict),
    check("PR-086", unknown_product_is_not_updated, needs=("destructive",)),
    isolation.stranger_finds_nothing("PR-086", ("updateProduct",), OWNED),
    check("PR-087", required_cannot_be_emptied, each=_REQUIRED_EMPTY),
    check("PR-087", optional_is_cleared, each=CLEARABLE),
    check("PR-081", spoilt_update_changes_nothing, each=_spoilings, needs=("destructive",)),
    check("PR-088", relationship_can_change, each=("label", "language", "product-type")),
    check("PR-090", reads_agree_with_writes),
    check("PR-091", unknown_product_is_not_read, each=(wares.NO_ID, "abc")),
    isolation.stranger_finds_nothing("PR-091", ("getProduct",), OWNED),
)
