"""Reports over all stores together."""

from __future__ import annotations

from typing import Any

from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics import reports
from mockserver.providers.gard.analytics.reports import choices, report


def _summary_filters(releases: list[dict[str, Any]]) -> dict[str, Any]:
    albums = [{"catalog_album_id": f"ca_{release['number']}", "title": release["name"]} for release in releases]
    return {
        "code": 200,
        "date_ranges": ["last_7d", "last_28d", "last_90d"],
        "metrics": ["streams", "listeners"],
        "albums": albums,
    }


OPERATIONS: dict[str, OperationFunction] = {
    "getSummaryFilters": choices(_summary_filters),
    "querySummaryTable": report(reports.summary_table),
    "querySummaryGraphMain": report(reports.by_day(None, paid_line="all_paidstreams")),
    "querySummaryGraphTotal": report(reports.in_total(None)),
    "querySummaryGraphCountry": report(reports.by_bucket("country", upper=True)),
    "querySummaryGraphOs": report(reports.by_bucket("os")),
    "querySummaryGraphDeviceType": report(reports.by_bucket("device")),
    "querySummaryGraphAge": report(reports.by_bucket("age"), whole_catalog_only=True),
    "querySummaryGraphGender": report(reports.by_bucket("gender"), whole_catalog_only=True),
    "querySummaryStats": report(reports.store_totals),
}
