"""Binds the lifecycles: guards, effects, due instants and webhooks by their names in lifecycles.yaml."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes import Fakes
from mockserver.providers.og_records import events, ledger
from mockserver.providers.og_records.explain import entry
from mockserver.providers.og_records.money import print_money
from mockserver.providers.og_records.records import tracks_of
from mockserver.providers.og_records.rules import ready_to_submit
from mockserver.workflow.machine import Bindings
from mockserver.world import World

CHECK_TAKES = timedelta(seconds=30)
_CODE = re.compile(r"[a-z][a-z0-9_]*")


# releases


def touch_release(world: World, release: Record, data: Record) -> None:
    """Note that the release has changed."""
    release["updated_at"] = instant(world.now)


def assign_codes(world: World, release: Record, data: Record) -> None:
    """Give the release its UPC, and an ISRC to each track that has none."""
    touch_release(world, release, data)
    fakes = Fakes(world.seed)
    if release["upc"] is None:
        release["upc"] = fakes.upc(world.next_number("upc"))
    for track in tracks_of(world, release["id"]):
        if track["isrc"] is None:
            track["isrc"] = _free_isrc(world, fakes)
            world.put("tracks", track)


def _free_isrc(world: World, fakes: Fakes) -> str:
    while True:  # a client may have brought the next one already
        isrc = fakes.isrc(world.next_number("isrc"), year=world.now.year)
        if not world.count_by("tracks", "isrc", isrc):
            return isrc


def put_out(world: World, release: Record, data: Record) -> None:
    """Let the release be out from now on, with its codes; it earns from here."""
    assign_codes(world, release, data)
    release["distributed_at"] = instant(world.now)


# checks


def start_audio_check(world: World, track: Record, data: Record) -> None:
    """Take the file that the check is about; what an earlier check said is over."""
    file = data.get("file") or track["audio_file"]
    track["audio_file"] = file
    track["duration_ms"] = file["duration_ms"] if file else None
    track["audio_issues"] = []
    track["audio_check_ends_at"] = instant(world.now + CHECK_TAKES)


def whole_file_passes_at(world: World, track: Record) -> datetime | None:
    """Return when the check of a file without damage ends, None for a damaged one."""
    return None if _damage(track) else parse_instant(track["audio_check_ends_at"])


def damaged_file_fails_at(world: World, track: Record) -> datetime | None:
    """Return when the check of a damaged file ends, None for a whole one."""
    return parse_instant(track["audio_check_ends_at"]) if _damage(track) else None


def file_is_whole(world: World, track: Record, data: Record) -> None:
    """A damaged file passes no check."""
    if _damage(track):
        raise Failure("check_undecided", "The file is damaged and cannot pass.", machine="audio_qc", event="pass")


def file_is_damaged(world: World, track: Record, data: Record) -> None:
    """A whole file is not found damaged, though it may fail for other reasons."""
    if not _damage(track):
        raise Failure("check_undecided", "The file is not damaged.", machine="audio_qc", event="find_damage")


def _damage(track: Record) -> list[Record]:
    return track["audio_file"]["damage"] if track["audio_file"] else []


def finish_audio_check(world: World, track: Record, data: Record) -> None:
    """Keep the result of an audio check and its reasons."""
    track["audio_checked_at"] = instant(world.now)
    track["audio_issues"] = _issues(data, track["audio_qc"], _damage(track))


def start_cover_check(world: World, release: Record, data: Record) -> None:
    """What an earlier check said of another cover is over."""
    release["cover_issues"] = []


def finish_cover_check(world: World, release: Record, data: Record) -> None:
    """Keep the result of a cover check and its reasons."""
    release["cover_checked_at"] = instant(world.now)
    release["cover_issues"] = _issues(data, release["cover_qc"], [])


def _issues(data: Record, status: str, known: list[Record]) -> list[Record]:
    """Return why a check has failed: what its transition says, what was found in the file, or that it failed."""
    if status != "failed":
        return []
    told = data.get("issues")
    if isinstance(told, list) and told and all(_is_issue(issue) for issue in told):
        return [entry(issue["code"], issue["message"]) for issue in told]
    return known or [entry("check_failed", "The check has failed.")]


def _is_issue(issue: Any) -> bool:
    if not isinstance(issue, dict) or not isinstance(issue.get("message"), str):
        return False
    return isinstance(issue.get("code"), str) and _CODE.fullmatch(issue["code"]) is not None


# payouts


def stamp_paid(world: World, payout: Record, data: Record) -> None:
    """Keep when the money was sent."""
    payout["paid_at"] = instant(world.now)


def return_amount(world: World, payout: Record, data: Record) -> None:
    """Tell that the amount is in the balance again, which counts neither failed nor cancelled payouts."""
    amount = f"{print_money(payout['amount'])} {payout['currency']}"
    world.note("balance", "account", payout["account"], f"{amount} back from payout {payout['id']}")


# invitations


def activate_person(world: World, invitation: Record, data: Record) -> None:
    """Let an invited payee be active."""
    person = world.get("persons", invitation["person_id"])
    if person is not None:
        world.put("persons", {**person, "status": "active"})


def mark_address(world: World, invitation: Record, data: Record) -> None:
    """Keep why nothing can be delivered to the address; the payee stays as it is."""
    reason = str(data.get("reason", "bounce"))
    invitation["undeliverable_since"], invitation["reason"] = instant(world.now), reason
    address = {"id": invitation["email_key"], "status": "undeliverable", "reason": reason, "at": instant(world.now)}
    world.put("addresses", address)


BINDINGS = Bindings(
    guards={
        "ready_to_submit": ready_to_submit,
        "file_is_whole": file_is_whole,
        "file_is_damaged": file_is_damaged,
    },
    effects={
        "touch_release": touch_release,
        "assign_codes": assign_codes,
        "put_out": put_out,
        "start_audio_check": start_audio_check,
        "finish_audio_check": finish_audio_check,
        "start_cover_check": start_cover_check,
        "finish_cover_check": finish_cover_check,
        "stamp_paid": stamp_paid,
        "return_amount": return_amount,
        "activate_person": activate_person,
        "mark_address": mark_address,
    },
    dues={"whole_file_passes_at": whole_file_passes_at, "damaged_file_fails_at": damaged_file_fails_at},
    emitters=events.EMITTERS,
    tasks={"close_month": ledger.close_month},
)
