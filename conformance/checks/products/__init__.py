"""The products API: one module per group of requirements, tied together here."""

from conformance.check import Probe, Suite
from conformance.checks.products import (
    blame,
    covers,
    creating,
    dates,
    deleting,
    filters,
    finding,
    listing,
    relations,
    resource,
    transport,
    updating,
    wares,
)
from conformance.properties.jsonapi import MEDIA_TYPE

SUITE = Suite(
    provider="products",
    checks=(
        *transport.CHECKS,
        *resource.CHECKS,
        *listing.CHECKS,
        *filters.CHECKS,
        *creating.CHECKS,
        *dates.CHECKS,
        *covers.CHECKS,
        *updating.CHECKS,
        *deleting.CHECKS,
        *relations.CHECKS,
    ),
    probe=Probe("listProducts", query={"page[size]": 1}),
    blame=blame.of_breach,
    headers={"Accept": MEDIA_TYPE},
    facts={
        "labels": finding.related_ids("getProductLabelRelationship"),
        "languages": finding.related_ids("getProductLanguageRelationship"),
        "product-types": finding.related_ids("getProductProductTypeRelationship"),
    },
    sample=transport.sample,
    undo=wares.undo,
    sweep=wares.sweep,
    fuzz_blame=blame.of_fuzzing,
)
