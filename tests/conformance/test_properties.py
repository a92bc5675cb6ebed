"""The reusable properties, tried on answers made by hand and on the documents themselves."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from answers import answer

from conformance.answer import Answer
from conformance.checks.products import wares
from conformance.checks.products.updating import PRODUCT
from conformance.contract import Contract
from conformance.judge import Broken
from conformance.pointer import replaced, without
from conformance.properties import jsonapi
from conformance.properties.lifecycle import find_moves
from conformance.properties.paging import Cursors, Listing, Offsets, PageNumbers, Style, visits_everything_once
from conformance.properties.readback import unchanged
from conformance.properties.validation import find_spoilings
from specs import Schemas


class Shelf:
    """Stands in for a case: a list of numbers behind one of three styles of paging, right or wrong in one way."""

    def __init__(self, style: Style, fault: str = "") -> None:
        self.style, self.fault, self.calls = style, fault, 0
        self.numbers = list(range(7))

    def call(self, operation: str, *, path: Mapping[str, Any], query: Mapping[str, Any]) -> Answer:
        self.calls += 1
        size = int(query[{PageNumbers: "page[size]", Offsets: "limit", Cursors: "limit"}[type(self.style)]])
        if isinstance(self.style, PageNumbers):
            start = (int(query["page[number]"]) - 1) * size
        elif isinstance(self.style, Offsets):
            start = int(query["offset"])
        else:
            start = int(query.get("cursor", 0))
        if start and self.fault == "skips":
            start += 1
        if start and self.fault == "repeats":
            start -= 1
        shown = self.numbers[start:] if self.fault == "ignores the size" else self.numbers[start : start + size]
        total = len(shown) if self.fault == "total of the page" else len(self.numbers)
        following = start + size if start + size < len(self.numbers) or self.fault == "endless" else None
        pages = 10**9 if self.fault == "endless" else -(-len(self.numbers) // size)
        body = {"data": [{"id": n} for n in shown], "total": total, "next_cursor": following}
        return answer({**body, "meta": {"page": {"lastPage": pages}}})


STYLES = [PageNumbers(), Offsets(), Cursors()]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: type(style).__name__)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 9])
def test_a_right_walk_is_accepted(style: Style, size: int) -> None:
    shelf = Shelf(style)
    listing = Listing("list", style, total="/total")

    walk = visits_everything_once(shelf, listing, size, shelf.numbers)  # type: ignore[arg-type]

    assert walk.ids == shelf.numbers
    assert shelf.calls == -(-7 // size)


FAULTS = [(style, fault) for style in STYLES for fault in ("skips", "repeats", "ignores the size")]


# An offset walk ends at the total, whatever else the server says.
@pytest.mark.parametrize(("style", "fault"), [*FAULTS, (PageNumbers(), "endless"), (Cursors(), "endless")])
def test_a_wrong_walk_is_seen(style: Style, fault: str) -> None:
    shelf = Shelf(style, fault)

    with pytest.raises(Broken):
        visits_everything_once(shelf, Listing("list", style), 2, shelf.numbers)  # type: ignore[arg-type]


def test_a_total_of_the_page_is_seen() -> None:
    shelf = Shelf(PageNumbers(), "total of the page")

    with pytest.raises(Broken, match="total"):
        visits_everything_once(shelf, Listing("list", PageNumbers(), total="/total"), 2, [])  # type: ignore[arg-type]


def test_a_change_behind_a_refusal_is_seen() -> None:
    shown = iter([answer({"data": {"a": 1}}), answer({"data": {"a": 2}})])

    with pytest.raises(Broken, match="after the refusal"), unchanged(lambda: next(shown)):
        pass


def test_nothing_behind_a_refusal_is_accepted() -> None:
    with unchanged(lambda: answer({"data": {"a": 1}})) as before:
        assert before.at("/data/a") == 1


@pytest.mark.parametrize("operation", ["createProduct", "updateProduct"])
def test_every_spoiling_breaks_the_schema_it_came_from(contract: Contract, operation: str) -> None:
    media = "application/vnd.api+json"
    validator = Schemas("products", contract.document).validator(contract.operations[operation].body[media].schema)
    good = copy.deepcopy(contract.operations["createProduct"].body[media].examples["full"])
    if operation == "updateProduct":
        good["data"]["id"] = "1"
    spoilings = find_spoilings(contract, operation)

    assert validator.holds(good)
    assert len(spoilings) > 70
    assert [fault.label for fault in spoilings if validator.holds(fault.spoil(good))] == []


def test_spoilings_have_names_of_their_own(contract: Contract) -> None:
    labels = [fault.label for fault in find_spoilings(contract, "createProduct")]

    assert len(labels) == len(set(labels))


def test_the_matrix_has_every_pair_of_the_table(contract: Contract) -> None:
    """PR-083, PR-092, PR-093"""
    legal = {(move.state, move.event, move.target) for move in find_moves(contract, PRODUCT, legal=True)}
    illegal = {(move.state, move.event, move.statuses) for move in find_moves(contract, PRODUCT, legal=False)}

    assert ("draft", "activate", "active") in legal
    assert ("archived", "delete", None) in legal
    assert len(legal) == 8
    assert illegal == {("active", "delete", (422,))}


DOCUMENT = {"data": {"type": "products", "id": "1", "attributes": {"name": "x"}}, "jsonapi": {"version": "1.0"}}


@pytest.mark.parametrize(
    "wrong",
    [
        without(DOCUMENT, "/data/type"),
        replaced(DOCUMENT, "/data/id", 1),
        replaced(DOCUMENT, "/surprise", 1),
        replaced(DOCUMENT, "/data/attributes/id", "1"),
        {"data": [DOCUMENT["data"], {**DOCUMENT["data"], "attributes": {}}]},
        {"errors": [{"status": 422}]},
        {},
        [],
    ],
)
def test_what_is_no_jsonapi_document_is_seen(wrong: Any) -> None:
    assert jsonapi.problems(wrong)


def test_a_jsonapi_document_is_accepted() -> None:
    assert jsonapi.problems(DOCUMENT) == []


def test_a_refusal_at_another_place_is_seen() -> None:
    refused = answer({"errors": [{"status": "422", "source": {"pointer": "/data"}}]}, status=422)

    with pytest.raises(Broken):
        jsonapi.refused_at(refused, 422, "/data/attributes/name")


def test_the_images_are_images() -> None:
    from io import BytesIO

    from PIL import Image

    for image, kind in ((wares.jpeg(), "JPEG"), (wares.png(200, 30, 40), "PNG")):
        opened = Image.open(BytesIO(image))
        opened.load()
        assert opened.format == kind
