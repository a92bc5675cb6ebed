"""What cannot be asked for directly: ids of labels, languages and product types, learnt from existing products."""

from __future__ import annotations

from collections.abc import Callable

from conformance.case import Case
from conformance.checks.products import wares

_PRODUCTS_LOOKED_AT = 40


def related_ids(operation: str) -> Callable[[Case], list[str]]:
    """Return a discovery of two different ids behind a to-one relationship, as far as there are two.

    The document lists no address for labels, languages or product types; the linkage of existing products is the one
    place where their ids show.
    """

    def discover(case: Case) -> list[str]:
        found: dict[str, None] = {}
        listed = case.given(case.call("listProducts", query={"page[size]": _PRODUCTS_LOOKED_AT}), 200)
        for id in wares.ids(listed):
            identifier = case.call(operation, path={"id": id}).at("/data/id")
            if isinstance(identifier, str):
                found[identifier] = None
            if len(found) >= 2:
                break
        return list(found)

    return discover
