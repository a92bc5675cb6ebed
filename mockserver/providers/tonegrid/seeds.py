"""Fills a new world of tonegrid: tenants with credentials, catalogue, deliveries, ledger and statements."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from mockserver.clock import instant, midnight
from mockserver.core.ground import Record
from mockserver.fakes import Chance, Fakes
from mockserver.fakes.identifiers import hyphenated_iswc
from mockserver.providers.tonegrid import catalog, deliveries, dsps, effects, identity, tenancy
from mockserver.providers.tonegrid.money import periods, posting, statements
from mockserver.providers.tonegrid.money.ledger import days
from mockserver.world import World

_TRACKS = {"single": (1, 2), "ep": (3, 5), "album": (7, 10)}


def seed(world: World, recipe: Record) -> None:
    """Build what a world's recipe asks for. Seeded things stand still: nothing of theirs is planned or under way."""
    start, progression = world.now, world.progression
    world.progression = "manual"
    for dsp in dsps.catalogue():
        world.put(dsps.DSPS, dsp)
    tenants = _seed_tenants(world, recipe["tenants"])
    _seed_credentials(world, recipe["credentials"], tenants)
    fakes = Fakes(world.seed)
    live: list[Record] = []
    posting.hold(world)  # seeded rows went live in the past; what they earned since is written below
    for slug, wishes in (recipe.get("catalogue") or {}).items():
        live += _seed_catalogue(world, fakes, tenants[slug], wishes)
    for slug, payees in (recipe.get("payees") or {}).items():
        for payee in payees:
            world.put(statements.PAYEES, {"id": world.uuid("payee"), "tenant": tenants[slug]["id"], **payee})
    _seed_ledger(world, live, start, recipe.get("months", 0))
    for slug in recipe.get("accounts_drawn") or ():
        _seed_statements(world, tenants[slug]["id"], start)
    world.now, world.progression = start, progression
    posting.resume(world, is_needed=bool(live))


def _seed_tenants(world: World, wishes: list[Record]) -> dict[str, Record]:
    world.now -= timedelta(days=400)
    made: dict[str, Record] = {}
    for wish in wishes:
        parent = made[wish["parent"]]["id"] if "parent" in wish else None
        tenant = tenancy.make_tenant(
            world, wish["name"], wish["slug"], wish["role"],
            parent=parent, email=wish.get("email", ""), domain=wish.get("domain"),
        )  # fmt: skip
        if wish.get("suspended"):
            tenant["status"] = "suspended"
            world.put(tenancy.TENANTS, tenant)
        made[wish["slug"]] = tenant
    world.now += timedelta(days=400)
    return made


def _seed_credentials(world: World, wishes: list[Record], tenants: dict[str, Record]) -> None:
    for wish in wishes:
        tenant = tenants[wish["tenant"]]
        named: dict[str, Any] = {"name": wish["name"], "note": wish["note"]}
        match wish["kind"]:
            case "client":
                identity.mint_client(world, tenant["id"], scopes=wish.get("scopes"), **named)
            case "user":
                identity.seed_user(world, tenant, email=wish["email"], password=wish["password"], **named)
            case _:
                identity.mint_key(
                    world, tenant["id"], scopes=wish.get("scopes"), is_expired=bool(wish.get("expired")),
                    is_revoked=bool(wish.get("revoked")), **named,
                )  # fmt: skip


# the catalogue


def _seed_catalogue(world: World, fakes: Fakes, tenant: Record, wishes: Record) -> list[Record]:
    """Store artists, credits and releases of a tenant; returns what is live."""
    start = world.now
    chance = world.chance("catalogue", tenant["slug"])
    world.now = start - timedelta(days=300)
    artists = [_seed_artist(world, fakes, chance, tenant) for _ in range(wishes["artists"])]
    people = _seed_people(world, fakes, tenant)
    label = fakes.label()
    live = []
    for wish in wishes["releases"]:
        for _ in range(wish.get("count", 1)):
            artist = chance.pick(artists)
            release = _seed_release(world, fakes, chance, tenant, artist, label, people, wish, start)
            if release["status"] == "live":
                live.append(release)
    world.now = start
    return live


def _seed_artist(world: World, fakes: Fakes, chance: Chance, tenant: Record) -> Record:
    facts = {
        "name": fakes.artist(),
        "country": chance.pick(["NG", "GH", "ZA", "GB", "US", "KE"]),
        "apple_artist_id": chance.digits(10) if chance.happens(0.7) else None,
        "spotify_artist_id": chance.token(22) if chance.happens(0.7) else None,
        "biography": None,
    }
    return catalog.make_artist(world, tenant["id"], facts)


def _seed_people(world: World, fakes: Fakes, tenant: Record) -> tuple[Record, Record]:
    """Store a writer and a publisher, whom the seeded tracks name."""
    common = {"tenant": tenant["id"], "created_at": instant(world.now)}
    writer = {
        "id": world.uuid("writer"),
        "name": fakes.person(),
        "legal_name": None,
        "iswc": hyphenated_iswc(fakes.iswc()),
        "ipi_name_number": fakes.ipi(),
        "pro_affiliation": "PRS",
        "country": "NG",
        **common,
    }
    publisher = {
        "id": world.uuid("publisher"),
        "name": f"{fakes.label()} Publishing",
        "ipi_name_number": fakes.ipi(),
        "pro_affiliation": "ASCAP",
        "country": "NG",
        "is_controlled": True,
        "mech_license_via": "MLC",
        **common,
    }
    world.put("writers", writer)
    world.put("publishers", publisher)
    return writer, publisher


def _seed_release(
    world: World,
    fakes: Fakes,
    chance: Chance,
    tenant: Record,
    artist: Record,
    label: str,
    people: tuple[Record, Record],
    wish: Record,
    start: datetime,
) -> Record:
    status = wish["status"]
    is_out = status in ("live", "taken_down")
    age = chance.number(190, 250) if is_out else chance.number(3, 40)
    created = start - timedelta(days=age, hours=chance.number(0, 20))
    released = created + timedelta(days=45)
    world.now = created
    facts = {
        "title": fakes.title(),
        "type": wish["type"],
        "release_date": released.date().isoformat(),
        "genre": fakes.genre(),
        "label": label,
        "copyright_holder": tenant["name"],
        "artist_uuid": artist["id"],
        "artist_name": artist["name"],
    }
    stores = list(wish.get("dsps", ()))
    number = world.next_number("seeded_cover")
    artwork = {"file": f"seed-{number:04d}.jpg", "codec": "JPEG", "width": 3000, "height": 3000, "size_bytes": 412_300}
    release = catalog.release_record(world, tenant["id"], facts, status=status, dsps=stores, artwork=artwork)
    if status == "pending":
        release["review_stage"] = "pending_review"
    if status == "rejected":
        release["rejection_reason"] = "The cover shows a streaming service's logo."
    world.put("releases", release)
    for position in range(1, chance.number(*_TRACKS[wish["type"]]) + 1):
        _seed_track(world, fakes, chance, release, people, position)
    if status in ("approved", "live", "taken_down"):
        _seed_rows(world, chance, release, released)
    return release


def _seed_track(
    world: World, fakes: Fakes, chance: Chance, release: Record, people: tuple[Record, Record], position: int
) -> None:
    seconds, rate = chance.number(120, 320), chance.pick([44_100, 44_100, 96_000])
    audio = {
        "format": "WAV",
        "codec": "PCM",
        "bits": 24,
        "rate": rate,
        "channels": 2,
        "seconds": seconds,
        "size": seconds * rate * 6 + 44,
        "md5": chance.hex(32),
    }
    facts = {"title": fakes.track(), "position": position, "explicit": chance.happens(0.15), "duration": seconds}
    writer, publisher = people
    world.put(
        "tracks",
        catalog.track_record(
            world, release, facts,
            audio_status="processed", audio_format="WAV", audio_bit_depth=24, audio_sample_rate=rate, audio_channels=2,
            audio=audio,
            writers=[
                {
                    "writer_uuid": writer["id"],
                    "role": "composer_lyricist",
                    "composer_share_percent": 100,
                    "master_share_percent": 0,
                }
            ],
            publishers=[
                {
                    "publisher_uuid": publisher["id"],
                    "for_writer_uuid": writer["id"],
                    "share_percent": 100,
                    "is_administrator": True,
                    "is_original_owner": False,
                    "territory_codes": None,
                }
            ],
        ),
    )  # fmt: skip


def _seed_rows(world: World, chance: Chance, release: Record, released: datetime) -> None:
    """Store the delivery rows of an approved, live or taken-down release."""
    for place, dsp in enumerate(release["dsps"]):
        row = deliveries.row_record(world, release, dsp, status="pending")
        if release["status"] != "approved":
            world.now = midnight(released) + timedelta(minutes=2 * place + 2)
            row["submitted_at"] = instant(world.now - timedelta(minutes=2))
            row["status"] = "live"
            effects.publish_in_store(world, row, {})
        if release["status"] == "taken_down":
            world.now += timedelta(days=20)
            row |= {
                "status": "taken_down",
                "message_type": "NewReleaseMessage",
                "ends_at": instant(world.now),
                "live_url": None,
                "updated_at": instant(world.now),
            }
        world.put("deliveries", row)


# the money


def _seed_ledger(world: World, live: list[Record], start: datetime, months: int) -> None:
    """Post every day from the first of the month so many months ago until yesterday."""
    first, last = _month_start(start.date(), months), start.date() - timedelta(days=1)
    for release in live:
        rows = world.slice_by("deliveries", "release", release["id"])
        tracks = sorted(world.slice_by("tracks", "release", release["id"]), key=lambda track: int(track["position"]))
        for day in days(first, last):
            world.now = start
            posting.post_lines(world, release, rows, tracks, day)


def _month_start(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _seed_statements(world: World, tenant: str, start: datetime) -> None:
    """Close the months that are over: the last one's statement is a draft, earlier ones are approved."""
    opened = sorted(world.slice_by(periods.PERIODS, "tenant", tenant), key=lambda period: str(period["code"]))
    over = [period for period in opened if period["ends_on"] < start.date().isoformat()]
    for place, period in enumerate(over):
        end = datetime.fromisoformat(f"{period['ends_on']}T00:00:00+00:00")
        world.now = min(end + timedelta(days=2), start)
        world.fire("finance_period", period["id"], "begin_closing")
        world.fire("finance_period", period["id"], "close")
        if place < len(over) - 1:
            world.now = min(end + timedelta(days=10), start)
            _approve(world, tenant, period, is_settled=place < len(over) - 2)


def _approve(world: World, tenant: str, period: Record, *, is_settled: bool) -> None:
    """Approve a month's statement; of the latest month one payout is under way and one came back."""
    statement = next(
        one for one in world.slice_by(statements.STATEMENTS, "tenant", tenant) if one["period"] == period["code"]
    )
    world.fire("finance_statement", statement["id"], "approve")
    written = [one for one in world.slice_by(statements.PAYOUTS, "tenant", tenant) if one["state"] == "pending"]
    for place, payout in enumerate(written):
        world.fire("payout", payout["id"], "send")
        if is_settled or place > 1:
            world.fire("payout", payout["id"], "succeed")
        elif place == 1:
            world.fire("payout", payout["id"], "fail", reason="The bank account does not exist.")
    if is_settled:
        world.fire("finance_period", period["id"], "settle")
