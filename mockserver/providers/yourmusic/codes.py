"""One-time codes: how often they are sent, what the mail says, what a try is worth."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.people import address_key
from mockserver.world import World

CODES, SENDS = "one_time_codes", "one_time_sends"
LIFE = timedelta(minutes=10)
LEAST_INTERVAL = timedelta(seconds=60)
MOST_PER_HOUR = 5
MOST_TRIES = 5
_HOUR = timedelta(hours=1)
_DIGITS = 5

_MAILS = {
    "en": (
        "Your sign-in code",
        "Your code for {tenant} is {code}. It is valid for {minutes} minutes."
        " If you did not ask for it, ignore this mail.",
    ),
    "nl": (
        "Je inlogcode",
        "Je code voor {tenant} is {code}. De code is {minutes} minuten geldig."
        " Heb je er niet om gevraagd, negeer dan deze mail.",
    ),
    "fr": (
        "Votre code de connexion",
        "Votre code pour {tenant} est {code}. Il est valable {minutes} minutes."
        " Si vous ne l'avez pas demandé, ignorez ce message.",
    ),
}


def send_code(world: World, tenant: Record, email: str, locale: str) -> None:
    """Send a new code to an address, known or not, and let the former one be good for nothing (YM-041)."""
    key = address_key(tenant["id"], email)
    sends = world.get(SENDS, key) or {"id": key, "sent_at": [], "code_id": None}
    recent = [at for at in sends["sent_at"] if parse_instant(at) > world.now - _HOUR]
    if world.has_limits:
        _check_pace(recent, world.now)
    former = world.get(CODES, sends["code_id"]) if sends["code_id"] else None
    if former is not None and former["status"] in ("active", "locked"):
        world.fire("one_time_code", former["id"], "supersede")
    record = _new_code(world, tenant["id"], email, locale)
    world.put(SENDS, {"id": key, "sent_at": [*recent, instant(world.now)], "code_id": record["id"]})
    subject, text = _MAILS[locale]
    minutes = int(LIFE.total_seconds()) // 60
    body = text.format(tenant=tenant["name"], code=record["code"], minutes=minutes)
    world.send_message(email, "email", subject, body, code=record["code"], locale=locale, tenant=tenant["id"])


def _check_pace(recent: list[str], now: datetime) -> None:
    """Hold sends to one address to the least interval and the most per hour (YM-043, YM-044)."""
    free_again = now
    if recent:
        free_again = parse_instant(recent[-1]) + LEAST_INTERVAL
    if len(recent) >= MOST_PER_HOUR:
        free_again = max(free_again, parse_instant(recent[-MOST_PER_HOUR]) + _HOUR)
    if free_again > now:
        raise Failure("rate_limited", retry_after=_seconds_until(free_again, now))


def _new_code(world: World, tenant: str, email: str, locale: str) -> Record:
    id = world.uuid("one-time code")
    return world.begin(
        "one_time_code",
        {
            "id": id,
            "tenant": tenant,
            "email": email,
            "code": world.chance("one-time code", id).digits(_DIGITS),
            "locale": locale,
            "wrong_tries": 0,
            "sent_at": instant(world.now),
            "expires_at": instant(world.now + LIFE),
        },
    )


def latest_code(world: World, tenant: str, email: str) -> Record | None:
    """Return the code that was last sent to an address for a tenant, whatever its state, or None."""
    sends = world.get(SENDS, address_key(tenant, email))
    return world.get(CODES, sends["code_id"]) if sends and sends["code_id"] else None


def try_code(world: World, tenant: str, email: str, text: str) -> Failure | None:
    """Spend the right code and return None; return the refusal of any other, the try being counted (YM-050).

    The refusal is returned and not raised: what a raised one has written is undone.
    """
    record = latest_code(world, tenant, email)
    if record is None:
        return Failure("code_refused", "No code was sent to this address.")
    if record["status"] == "locked":
        return _locked(world, record)
    if record["status"] == "active" and record["code"] != text:
        return _count_wrong_try(world, record)
    if record["code"] != text:
        return Failure("code_refused", f"The code is {record['status']}.")
    world.fire("one_time_code", record["id"], "verify")
    return None


def _count_wrong_try(world: World, record: Record) -> Failure:
    record["wrong_tries"] += 1
    world.put(CODES, record)
    if record["wrong_tries"] < MOST_TRIES:
        return Failure("code_refused", "The code is another one.")
    world.fire("one_time_code", record["id"], "lock")
    return _locked(world, record)


def _locked(world: World, record: Record) -> Failure:
    expires = parse_instant(record["expires_at"])
    return Failure("too_many_tries", retry_after=_seconds_until(expires, world.now))


def _seconds_until(at: datetime, now: datetime) -> int:
    return max(1, math.ceil((at - now).total_seconds()))
