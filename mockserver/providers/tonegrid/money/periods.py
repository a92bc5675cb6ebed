"""Finance periods: the buckets of time that sales and statements are counted in."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.tonegrid import tenancy
from mockserver.providers.tonegrid.events import shown
from mockserver.world import World

PERIODS = "finance_periods"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
_YEAR = re.compile(r"\d{4}")


def find_period(world: World, tenant: str, code: str) -> Record | None:
    """Return a tenant's period by its code."""
    return next((one for one in world.slice_by(PERIODS, "tenant", tenant) if one["code"] == code), None)


def period_record(world: World, tenant: str, code: str, kind: str, **more: Any) -> Record:
    """Return a new period's record, not yet stored; days that were not stated are read from the code."""
    known = range_of(code)
    record = {
        "id": world.uuid("period"),
        "number": world.next_number("period"),
        "tenant": tenant,
        "code": code,
        "type": kind,
        "created_at": instant(world.now),
        **more,
    }
    record["starts_on"] = record.get("starts_on") or (known[0].isoformat() if known else None)
    record["ends_on"] = record.get("ends_on") or (known[1].isoformat() if known else None)
    return record


def range_of(code: str) -> tuple[date, date] | None:
    """Return first and last day of a code such as 2026-04, 2026-Q2 or 2026; None for any other."""
    if found := _MONTH.fullmatch(code):
        return _months(int(found[1]), int(found[2]), int(found[2]))
    if found := _QUARTER.fullmatch(code):
        last = int(found[2]) * 3
        return _months(int(found[1]), last - 2, last)
    if _YEAR.fullmatch(code):
        return _months(int(code), 1, 12)
    return None


def _months(year: int, first: int, last: int) -> tuple[date, date] | None:
    if year < 1:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def days_of(period: Record) -> tuple[date, date] | None:
    """Return a period's first and last day."""
    if not period["starts_on"] or not period["ends_on"]:
        return None
    return date.fromisoformat(period["starts_on"]), date.fromisoformat(period["ends_on"])


def ensure_month(world: World, tenant: str, day: date) -> None:
    """Open the month of a day for a tenant and for everybody above, whose accounting it rolls up into."""
    code = day.isoformat()[:7]
    id: str | None = tenant
    while id is not None:
        mark = f"{id}/{code}"
        if world.get("months_opened", mark) is None:
            world.put("months_opened", {"id": mark})
            if find_period(world, id, code) is None:
                world.begin("finance_period", period_record(world, id, code, "monthly"))
        above = world.get(tenancy.TENANTS, id)
        id = above["parent"] if above else None


def print_period(period: Record) -> dict[str, Any]:
    """Return a period as the API shows it."""
    return {
        "uuid": period["id"],
        "code": period["code"],
        "type": period["type"],
        "state": period["state"],
        "starts_on": period["starts_on"],
        "ends_on": period["ends_on"],
        "created_at": shown(period["created_at"]),
    }
