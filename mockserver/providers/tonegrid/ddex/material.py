"""Everything that the message for one release and one DSP is made of, gathered once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mockserver.core.ground import Record
from mockserver.fakes import hex_for
from mockserver.fakes.identifiers import is_valid_ipi
from mockserver.providers.tonegrid import chain, dsps
from mockserver.providers.tonegrid.catalog import artist_name_of, label_of
from mockserver.providers.tonegrid.finding import deliveries_of, tracks_of
from mockserver.providers.tonegrid.records import COLLABORATOR_ROLES, WRITER_ROLES, sorted_collaborators
from mockserver.world import World

SENDER_DPID, SENDER_NAME = "PADPIDA2026012301U", "ToneGrid"


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody's part in a track: DDEX role, its own words where DDEX has none, instrument."""

    party: str
    role: str
    own_words: str | None = None
    instrument: str | None = None
    is_featured: bool = False


@dataclass(slots=True)
class Parties:
    """The credited parties by reference, each once."""

    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)  # reference -> valid IPI name number
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def reference(self, kind: str, name: str, ipi: str | None = None) -> str:
        """Return the reference of a party (kind ARTIST, LABEL or CONTRIBUTOR), noting it at first mention."""
        key = (kind, name)
        if key not in self._known:
            number = 1 + sum(1 for known, _ in self._known if known == kind)
            self._known[key] = f"P_{kind}_{number}"
            self.names[self._known[key]] = name
        reference = self._known[key]
        if ipi and is_valid_ipi(ipi):
            self.numbers[reference] = ipi
        return reference


@dataclass(slots=True)
class Material:
    """One message's facts. `credits` by track id; `ends_at` where a takedown ends the deal."""

    release: Record
    tracks: list[Record]
    dsp: Record
    effective: chain.Effective
    switches: Record
    parties: Parties
    artist: str
    artist_name: str
    label: str
    label_name: str
    performers: dict[str, tuple[str, str]]
    credits: dict[str, list[Credit]]
    now: datetime
    thread_id: str
    message_key: str
    ends_at: str | None

    @property
    def year(self) -> int:
        """Return the year of the rights lines."""
        return int(self.effective.rights.get("copyright_year") or self.release["copyright_year"])


def gather(world: World, release: Record, dsp: Record, request: str) -> Material:
    """Gather a message's facts. `request` names the rendering, so that every one has a message id of its own."""
    parties = Parties()
    artist_name, label_name = artist_name_of(world, release), label_of(world, release)
    artist = parties.reference("ARTIST", artist_name)
    label = parties.reference("LABEL", label_name)
    tracks = tracks_of(world, release["id"])
    performers = {track["id"]: _performer(parties, track, artist_name) for track in tracks}
    return Material(
        release=release,
        tracks=tracks,
        dsp=dsp,
        effective=chain.effective(release, dsp["id"]),
        switches=chain.switches_of(world, release),
        parties=parties,
        artist=artist,
        artist_name=artist_name,
        label=label,
        label_name=label_name,
        performers=performers,
        credits={track["id"]: _credits(world, parties, track) for track in tracks},
        now=world.now,
        thread_id=thread_id(world, release, dsp),
        message_key=hex_for(world.seed, f"message {request} {dsp['id']}", 1, 32),
        ends_at=_end(world, release, dsp),
    )


def thread_id(world: World, release: Record, dsp: Record) -> str:
    """Return the thread of a release at a DSP: the same for first message, updates and purge (L921, L926)."""
    key = hex_for(world.seed, f"thread {release['id']} {dsp['id']}", 1, 24)
    return f"TG-THREAD-{key}"


def _performer(parties: Parties, track: Record, artist_name: str) -> tuple[str, str]:
    name = track["artist_name"] or artist_name
    return parties.reference("ARTIST", name), name


def _end(world: World, release: Record, dsp: Record) -> str | None:
    """Return when the deal ends, where the release is taken down at the DSP by a message and not by a purge."""
    for row in deliveries_of(world, release["id"]):
        if row["dsp"] == dsp["id"] and row["message_type"] == "NewReleaseMessage":
            return str(row["ends_at"])[:19] + "Z"
    return None


def _credits(world: World, parties: Parties, track: Record) -> list[Credit]:
    found = []
    for share in track["writers"]:
        writer = world.require("writers", share["writer_uuid"])
        party = parties.reference("CONTRIBUTOR", writer["name"], writer["ipi_name_number"])
        found.append(Credit(party, WRITER_ROLES.get(share["role"], "Composer")))
    for one in sorted_collaborators(track):
        found.append(_collaborator(parties, one))
    for share in track["publishers"]:
        publisher = world.require("publishers", share["publisher_uuid"])
        party = parties.reference("CONTRIBUTOR", publisher["name"], publisher["ipi_name_number"])
        found.append(Credit(party, "MusicPublisher"))
    return list(dict.fromkeys(found))


def _collaborator(parties: Parties, one: dict[str, Any]) -> Credit:
    role = COLLABORATOR_ROLES[one["role"]]
    own = one["role"] if role == "UserDefined" else None
    instrument = one.get("role_detail") if one["role"] == "instrumentalist" else None
    featured = one["role"] in ("featured_artist", "guest_artist")
    return Credit(parties.reference("CONTRIBUTOR", one["name"]), role, own, instrument, featured)


def recipient(material: Material) -> tuple[str, str]:
    """Return the DSP's DPID and name."""
    return material.dsp["dpid"], material.dsp["name"]


def file_stem(material: Material) -> str:
    """Return slug, start of the release id and time, as file names carry them."""
    stamp = material.now.strftime("%Y%m%d%H%M%S")
    return f"{dsps.hyphened(material.dsp)}_{material.release['id'][:8]}_{stamp}"
