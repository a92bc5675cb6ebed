"""PR-092 to PR-096: removing a product."""

from __future__ import annotations

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.products import wares
from conformance.checks.products.updating import OWNED, PRODUCT
from conformance.properties import isolation, jsonapi, lifecycle


def deleted_product_is_gone(case: Case) -> None:
    """A deleted draft answers 204 without a body, is 404 and leaves the list."""
    id = wares.make(case)
    answer = wares.delete(case, id)
    judge.status(answer, 204)
    judge.equal("the body", "", answer.content.decode("utf-8", "replace"), answer)
    judge.status(wares.read(case, id), 404)
    found = wares.listed(case, id=id)
    judge.equal("the product in the list", [], wares.ids(found), found)


def neighbour_stays(case: Case) -> None:
    """Deleting one product leaves another."""
    id, other = wares.several(case, {}, {})
    judge.status(wares.delete(case, id), 204)
    judge.status(wares.read(case, other), 200)


def active_product_stays(case: Case) -> None:
    """An active product is not deleted: it is still there and still active."""
    id = wares.make_in(case, "active")
    answer = wares.delete(case, id)
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)
    again = wares.read(case, id)
    judge.status(again, 200)
    judge.equal("status", "active", again.at("/data/attributes/status"), again)


def refusal_is_worded(case: Case) -> None:
    """The refusal is 422 Not Deletable without a source."""
    answer = wares.delete(case, wares.make_in(case, "active"))
    judge.status(answer, 422)
    for entry in jsonapi.errors(answer):
        judge.equal("title", "Not Deletable", entry.get("title"), answer)
        judge.that("source" not in entry, "the error has a source", answer, received=entry.get("source"))
    judge.that(jsonapi.errors(answer), "the refusal has no errors", answer)


def unknown_product_is_not_deleted(case: Case) -> None:
    """Deleting an unknown id is 404."""
    judge.status(wares.delete(case, wares.NO_ID), 404)


def second_delete_is_not_found(case: Case) -> None:
    """Deleting twice is 404."""
    id = wares.make(case)
    case.given(wares.delete(case, id), 204)
    judge.status(wares.delete(case, id), 404)


def archived_product_can_go(case: Case) -> None:
    """After archiving, a formerly active product is deleted."""
    id = wares.make_in(case, "active")
    case.given(wares.update(case, id, {"status": "archived"}), 200)
    judge.status(wares.delete(case, id), 204)
    judge.status(wares.read(case, id), 404)


def _deletes(move: lifecycle.Move) -> bool:
    return move.event == "delete"


CHECKS = (
    check("PR-092", deleted_product_is_gone),
    check("PR-092", neighbour_stays),
    lifecycle.legal_moves("PR-092", PRODUCT, _deletes),
    check("PR-093", active_product_stays),
    lifecycle.illegal_moves("PR-093", PRODUCT, _deletes, exact=False),
    check("PR-094", refusal_is_worded),
    lifecycle.illegal_moves("PR-094", PRODUCT, _deletes),
    check("PR-095", unknown_product_is_not_deleted),
    check("PR-095", second_delete_is_not_found),
    isolation.stranger_finds_nothing("PR-095", ("deleteProduct",), OWNED),
    check("PR-096", archived_product_can_go),
)
