"""Code lists of stores, territories, languages and genres."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.reference import reference
from mockserver.world import World


def get_reference_data(call: Call, world: World) -> Reply:
    """Return all lists in one snapshot (GARD-109 to GARD-112)."""
    known = reference()
    return Reply(
        200,
        {
            "platforms": known.platforms.printed(),
            "countries": known.countries.printed(),
            "languages": known.languages.printed(),
            "genres_root": known.genres.printed(),
            "subgenres_by_parent_code": {code: rows.printed() for code, rows in known.subgenres.items()},
            "live_supplement": {"platform_groups": known.groups, "lines": [], "price_categories": []},
        },
    )


def list_platforms(call: Call, world: World) -> Reply:
    """List the stores with their legacy numbers, in the order of these (GARD-113)."""
    rows = sorted(reference().platforms.rows, key=lambda row: int(row["id"]))
    return Reply(200, [{"id": row["id"], "name": row["name"], "platform_name": row["name"]} for row in rows])


def list_platform_groups(call: Call, world: World) -> Reply:
    """List the groupings of stores."""
    return Reply(200, reference().groups)


OPERATIONS: dict[str, OperationFunction] = {
    "getReferenceData": get_reference_data,
    "listPlatforms": list_platforms,
    "listPlatformGroups": list_platform_groups,
}
