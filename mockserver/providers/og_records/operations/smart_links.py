"""Smart links: pre-save, public view, and figures that every visit moves."""

from __future__ import annotations

import re
import unicodedata

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.explain import entry, refuse_field
from mockserver.providers.og_records.money import apportion
from mockserver.providers.og_records.rules import require_release
from mockserver.world import World

_LONGEST_SLUG = 64
_SHARES = 10_000  # shares are told in ten-thousandths, which add up to exactly 1


def create_smartlink(call: Call, world: World) -> Reply:
    """Create a link together with its pre-save (OG-110); its slug is unique over all accounts (OG-114)."""
    body = call.body
    release = require_release(world, body["release_id"], call.account)
    slug = body.get("slug") or free_slug(world, release["title"])
    if world.count_by("smartlinks", "slug", slug):
        raise Failure("slug_taken", "This slug is in use.", details=[entry("taken", slug, "slug")])
    link = put_smartlink(world, release, slug, body)
    if link["presave"]["enabled"] and _presave(link, release)["release_date"] is None:
        text = "A pre-save needs a date, its own or the release's."
        raise refuse_field("required", "presave.release_date", text)
    return Reply(201, _print_link(call, link, release))


def put_smartlink(world: World, release: Record, slug: str, wish: Record) -> Record:
    """Store a link that nobody has visited yet; returns its record."""
    presave = wish.get("presave")
    link = {
        "id": world.uuid("smart link"),
        "account": release["account"],
        "release_id": release["id"],
        "slug": slug,
        "destinations": [{"dsp": one["dsp"], "url": one["url"]} for one in wish.get("destinations", [])],
        "presave": {
            "enabled": presave is not None and presave.get("enabled", True),
            "release_date": (presave or {}).get("release_date"),
            "dsps": (presave or {}).get("dsps"),
        },
        "clicks": 0,
        "conversions": 0,
        "undecided": 0,
        "by_dsp": {},
        "created_at": instant(world.now),
    }
    world.put("smartlinks", link)
    return link


def slug_of(title: str, otherwise: str = "release") -> str:
    """Return a title in small letters, digits and single hyphens: Späte Mühle is spate-muhle."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[: _LONGEST_SLUG - 8].strip("-") or otherwise


def free_slug(world: World, title: str) -> str:
    """Return a slug made of a title, with a number where it is taken."""
    stem = slug_of(title)
    slug, number = stem, 1
    while world.count_by("smartlinks", "slug", slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _presave(link: Record, release: Record) -> Record:
    """Return the pre-save as it was set; what was left out follows the release and the destinations."""
    set_so = link["presave"]
    known = list(dict.fromkeys(one["dsp"] for one in link["destinations"]))
    return {
        "enabled": set_so["enabled"],
        "release_date": set_so["release_date"] or release["release_date"],
        "dsps": known if set_so["dsps"] is None else set_so["dsps"],
    }


def _print_link(call: Call, link: Record, release: Record) -> Record:
    names = ("id", "slug", "release_id", "destinations", "created_at")
    return {
        **{name: link[name] for name in names},
        "url": f"{call.base_url}/api/v1/smartlinks/{link['slug']}",
        "presave": _presave(link, release),
    }


def get_smartlink_public(call: Call, world: World) -> Reply:
    """Answer what a visitor sees and count the visit; nothing of the owner shows (OG-111, OG-115)."""
    link = world.require("smartlinks", call.found["id"])
    release = world.require("releases", link["release_id"])
    presave = _presave(link, release)
    if call.request.method == "GET":  # HEAD looks whether the link is there; nobody visits
        _count_visit(link, presave["dsps"], call.query.get("dsp"))
        world.put("smartlinks", link)
    date = presave["release_date"]
    is_offered = presave["enabled"] and date is not None and instant(world.now)[:10] < date
    view = {
        "slug": link["slug"],
        "title": release["title"],
        "artist_name": release["artist_name"],
        "cover_url": release["cover_url"],
        "release_date": release["release_date"],
        "destinations": [] if is_offered else link["destinations"],  # OG-116
        "presave": {**presave, "enabled": is_offered},
    }
    return Reply(200, view)


def _count_visit(link: Record, presave_dsps: list[str], chosen: str | None) -> None:
    """Count a click, and a conversion where the visitor goes on to a service.

    Who does not say so is simulated: such visitors choose the services in turn, and every other one goes on.
    """
    link["clicks"] += 1
    goes_on = chosen is not None
    if chosen is None:
        offered = list(dict.fromkeys(one["dsp"] for one in link["destinations"])) or presave_dsps or ["other"]
        chosen = offered[link["undecided"] % len(offered)]
        goes_on = link["undecided"] % 2 == 0
        link["undecided"] += 1
    figures = link["by_dsp"].setdefault(chosen, {"clicks": 0, "conversions": 0})
    figures["clicks"] += 1
    if goes_on:
        figures["conversions"] += 1
        link["conversions"] += 1


def get_smartlink_stats(call: Call, world: World) -> Reply:
    """Answer conversions, clicks and their distribution over the services (OG-113)."""
    return Reply(200, print_stats(call.found))


def print_stats(link: Record) -> Record:
    """Return a link's figures; the clicks of the services are all clicks, and their shares are 1."""
    clicks = {dsp: figures["clicks"] for dsp, figures in link["by_dsp"].items()}
    shares = apportion(_SHARES, list(clicks.values())) if clicks else []
    return {
        "conversions": link["conversions"],
        "clicks": link["clicks"],
        "dsp_distribution": [
            {"dsp": dsp, "clicks": count, "share": share / _SHARES}
            for (dsp, count), share in zip(clicks.items(), shares, strict=True)
        ],
    }


OPERATIONS: dict[str, OperationFunction] = {
    "createSmartlink": create_smartlink,
    "getSmartlinkPublic": get_smartlink_public,
    "getSmartlinkStats": get_smartlink_stats,
}
