"""The seed worlds: what is in them, how fast they come, how little one upload of a gigabyte costs."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.test import Client

from mockserver.clock import monotonic_seconds

CHUNK = 1 << 20
SIZE = 900_000_000


def test_the_demo_world_has_every_stage_and_several_artists_with_streams(demo_desk: Any) -> None:
    rows = demo_desk.get("/releases/all").json

    assert {row["status"] for row in rows} == {"submitted", "under_review", "sent_to_stores", "live", "rejected"}
    assert len({row["artist_name"] for row in rows}) >= 5
    heard = demo_desk.report("summary/table").json["data"]
    assert len({row["artist"] for row in heard}) >= 4
    assert demo_desk.account["credits"] >= 100_000


def test_the_documents_own_calls_work(demo_desk: Any) -> None:
    """GARD-147, GARD-138, GARD-183"""
    takedown = demo_desk.post("/delete-requests/", {"release_id": "rel_xxxxxxxx", "reason": "Artist request"})
    by_artist = demo_desk.report(
        "summary/table", {"artist_names": ["Aurora Nightingale"]}, **{"from": "2026-04-01", "to": "2026-04-30"}
    )

    assert takedown.status_code == by_artist.status_code == 200
    assert by_artist.json["data"]
    assert demo_desk.pitch(1).status_code == 200
    assert demo_desk.get("/releases/persons/search", query="Artist").json["results"]
    assert demo_desk.post("/payout/withdrawals/request", {"amount_cents": 5000, "currency": "USD"}).status_code == 200


def test_the_empty_world_has_working_keys_and_nothing_else(desk: Any) -> None:
    assert desk.get("/releases/all").json == []
    assert desk.get("/moderation/").json["submissions"] == []
    assert desk.as_("second-account").get("/releases/all").json == []


def test_the_same_seed_gives_the_same_world(make_desk: Any) -> None:
    worlds = [make_desk(seed=seed) for seed in (3, 3, 4)]

    texts = [orjson.dumps([list(one.world.find(name)) for name in ("releases", "tracks", "persons", "credentials")])
             for one in worlds]  # fmt: skip

    assert texts[0] == texts[1] != texts[2]


@pytest.mark.slow
def test_a_world_is_seeded_quickly_and_stays_small(make_desk: Any) -> None:
    """The bound is ten times what it takes, so that a busy machine does not fail it."""
    make_desk(seed=50)

    start = monotonic_seconds()
    desk = make_desk(seed=51)
    took = monotonic_seconds() - start

    assert took < 0.6
    records = [list(desk.world.find(name)) for name in desk.box.house.store.collections(desk.world.space)]
    assert len(orjson.dumps(records)) < 500_000


@pytest.mark.parametrize("progression", ["timed", "immediate", "manual"])
def test_a_world_lives_on_in_every_mode(make_desk: Any, progression: str) -> None:
    desk = make_desk(progression=progression)

    desk.advance("2026-08-01T00:00:00Z")

    stages = {row["status"] for row in desk.get("/releases/all").json}
    waiting = {"submitted", "under_review"} if progression == "manual" else set()
    assert stages == {"live", "rejected"} | waiting


class Upload(io.RawIOBase):
    """The body of a form with one long file, made while it is read; it notes how large the process gets."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self.head, self.left, self.tail = head, size, tail
        self.most = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.most = max(self.most, resident_bytes())
        wanted = len(buffer)
        if self.head:
            piece, self.head = self.head[:wanted], self.head[wanted:]
        elif self.left:
            piece = bytes(min(wanted, self.left, CHUNK))
            self.left -= len(piece)
        else:
            piece, self.tail = self.tail[:wanted], self.tail[wanted:]
        buffer[: len(piece)] = piece
        return len(piece)


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * 4096


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_wav_of_900_mb_is_judged_without_being_held_in_memory(desk: Any, cover: bytes, is_whole: bool) -> None:
    """GARD-091, GARD-093"""
    rate, boundary = 44_100, "parcel"
    layout = struct.pack("<HHIIHH", 1, 2, rate, rate * 4, 4, 16)
    promised = SIZE if is_whole else SIZE + 4_000_000
    sound = b"RIFF" + struct.pack("<I", 36 + promised) + b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data"
    sound += struct.pack("<I", promised)
    people = '[{"name": "Jane Q. Composer", "role": "composer"}, {"name": "Jane Q. Composer", "role": "songwriter"}]'
    fields = {"release_name": "Long", "artist_name": "A", "release_date": "2026-06-21", "genre_id": "electronic",
              "artist_roles": people}  # fmt: skip
    head = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    file = '--{}\r\nContent-Disposition: form-data; name="{}"; filename="{}"\r\n\r\n'
    head += file.format(boundary, "cover", "c.jpg").encode() + cover + b"\r\n"
    head += file.format(boundary, "audio_files", "a.wav").encode() + sound
    tail = f"\r\n--{boundary}--\r\n".encode()
    body = Upload(head, SIZE, tail)
    before = resident_bytes()

    answer = Client(desk.box.house.wsgi).post(
        "/gard/api/v1/music-distributor/moderation/",
        headers={"X-Sandbox": desk.box.name, "X-API-Key": desk.key["value"]},
        environ_overrides={
            "CONTENT_TYPE": f"multipart/form-data; boundary={boundary}",
            "wsgi.input": io.BufferedReader(body, CHUNK),
            "CONTENT_LENGTH": str(len(head) + SIZE + len(tail)),
        },
    )

    assert answer.status_code == (200 if is_whole else 422), answer.text
    assert max(body.most, resident_bytes()) - before < 100_000_000
    assert is_whole or "cut off" in answer.text
