"""HLS: the manifest, the media it names, and who may fetch them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from mockserver.providers.yourmusic.streaming.segments import lengths, segment

from .conftest import UNKNOWN_UUID, Room

PACKET = 188


@pytest.fixture
def track(room: Room) -> dict[str, Any]:
    return dict(room.get("/tracks/300001").json["track"])


def stamps(data: bytes) -> list[int]:
    """Return the presentation time stamps of the frames of a transport stream."""
    found = []
    for at in range(0, len(data), PACKET):
        start = at + 4 + (1 + data[at + 4] if data[at + 3] & 0x20 else 0)
        if data[at + 1] & 0x40 and data[start : start + 3] == b"\0\0\1" and data[start + 7] & 0x80:
            b = data[start + 9 : start + 14]
            assert b[0] & 1 == b[2] & 1 == b[4] & 1 == 1
            found.append((b[0] >> 1 & 7) << 30 | b[1] << 22 | b[2] >> 1 << 15 | b[3] << 7 | b[4] >> 1)
    return found


def counters(data: bytes) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for at in range(0, len(data), PACKET):
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        if data[at + 3] & 0x10:
            found.setdefault(pid, []).append(data[at + 3] & 0x0F)
    return found


def clocks(data: bytes) -> list[int]:
    return [
        int.from_bytes(data[at + 6 : at + 10], "big") << 1 | data[at + 10] >> 7
        for at in range(0, len(data), PACKET)
        if data[at + 3] & 0x20 and data[at + 4] and data[at + 5] & 0x10
    ]


def test_the_manifest_is_what_the_document_prints(room: Room, track: dict[str, Any]) -> None:
    """YM-190, YM-191, YM-192, YM-193"""
    answer = room.get(f"/stream/{track['stream_id']}/manifest.m3u8")

    lines = answer.text.splitlines()
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.apple.mpegurl")
    assert lines[:4] == ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0"]
    assert lines[4:8] == ["#EXTINF:6.000,", "segment0.ts", "#EXTINF:6.000,", "segment1.ts"]
    assert lines[-1] == "#EXT-X-ENDLIST"


def test_the_segments_last_as_long_as_the_track(room: Room, track: dict[str, Any]) -> None:
    """YM-191"""
    text = room.get(f"/stream/{track['stream_id']}/manifest.m3u8").text

    seconds = [float(value) for value in re.findall(r"#EXTINF:([0-9.]+),", text)]
    assert sum(seconds) == track["duration"]
    assert max(seconds) <= 6
    assert re.findall(r"^segment\d+\.ts$", text, re.M) == [f"segment{number}.ts" for number in range(len(seconds))]


def test_segments_resolve_next_to_the_manifest(room: Room, track: dict[str, Any]) -> None:
    """YM-196"""
    answer = room.get(f"/stream/{track['stream_id']}/segment0.ts")

    assert (answer.status_code, answer.mimetype) == (200, "video/mp2t")
    assert len(answer.data) % PACKET == 0
    assert {answer.data[at] for at in range(0, len(answer.data), PACKET)} == {0x47}


@pytest.mark.parametrize("name", ["manifest.m3u8", "segment0.ts"])
def test_streaming_needs_a_user(room: Room, track: dict[str, Any], name: str) -> None:
    """YM-195, YM-201"""
    path = f"/stream/{track['stream_id']}/{name}"

    statuses = [room.get(path, token).status_code for token in (None, "full", "garbage", "user")]

    assert statuses == [401, 403, 401, 200]


def test_a_player_without_headers_carries_the_token_in_the_address(room: Room, track: dict[str, Any]) -> None:
    """YM-195, YM-196"""
    token = room.device_token(room.user_id())
    path = f"/stream/{track['stream_id']}"

    manifest = room.ask("GET", f"{path}/manifest.m3u8", None, query_string={"token": token})
    name = next(line for line in manifest.text.splitlines() if line.startswith("segment0.ts"))
    media = room.ask("GET", f"{path}/{name}", None)

    assert name == f"segment0.ts?token={token}"
    assert media.status_code == 200
    assert room.ask("GET", f"{path}/manifest.m3u8?token=garbage", None).status_code == 401


@pytest.mark.parametrize("id", ["300001", "not-a-uuid"])
def test_a_stream_is_named_by_its_stream_id(room: Room, id: str) -> None:
    """YM-190, YM-193"""
    answer = room.get(f"/stream/{id}/manifest.m3u8")

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["stream_id"])


def test_an_unknown_stream_is_not_found(room: Room) -> None:
    """YM-194"""
    assert room.get(f"/stream/{UNKNOWN_UUID}/manifest.m3u8").status_code == 404
    assert room.get(f"/stream/{UNKNOWN_UUID}/segment0.ts").status_code == 404


@pytest.mark.parametrize("name", ["segment999.ts", f"segment{'9' * 5000}.ts", "segment.ts", "segment0.mp4", "other"])
def test_an_unknown_segment_is_not_found(room: Room, track: dict[str, Any], name: str) -> None:
    """YM-196"""
    assert room.get(f"/stream/{track['stream_id']}/{name}").status_code == 404


def test_time_goes_on_from_segment_to_segment() -> None:
    """YM-196: frames follow one another at 1,024 samples of 48 kHz in groups, over more than one lap."""
    found = [stamp for number in range(11) for stamp in stamps(segment(number, 66) or b"")]

    assert found[0] == 90_000
    assert all(0 < later - earlier <= 12 * 1920 for earlier, later in pairwise(found))
    assert all(later - earlier >= 1920 for earlier, later in pairwise(found))
    assert 65 * 90_000 < found[-1] - found[0] < 66 * 90_000


def test_every_segment_begins_where_the_manifest_says() -> None:
    for number in range(40):
        first = stamps(segment(number, 400) or b"")[0]
        assert 0 <= first - 90_000 - number * 6 * 90_000 < 1920


def test_counters_go_on_from_segment_to_segment() -> None:
    whole = b"".join(segment(number, 600) or b"" for number in range(12))

    for values in counters(whole).values():
        assert all((later - earlier) % 16 == 1 for earlier, later in pairwise(values))


def test_the_clock_runs_ahead_of_the_frames_and_never_back() -> None:
    whole = b"".join(segment(number, 600) or b"" for number in range(12))

    ticks = clocks(whole)

    assert ticks == sorted(ticks)
    assert ticks[0] < stamps(whole)[0]


def test_stamps_wrap_where_33_bits_end() -> None:
    far = 15_910  # just over 26.5 hours

    later = [stamps(segment(number, 100_000) or b"")[0] for number in (far - 5, far)]

    assert later[1] < 1 << 33
    assert (later[1] - later[0]) % (1 << 33) == pytest.approx(5 * 6 * 90_000, abs=1920)


@pytest.mark.parametrize("seconds", [1, 2, 3, 4, 5])
def test_the_last_segment_is_cut_to_what_is_left(seconds: int) -> None:
    found = stamps(segment(1, 6 + seconds) or b"")

    assert 0 < seconds - (found[-1] - found[0]) / 90_000 <= 0.3


def test_lengths_add_up() -> None:
    assert (lengths(12), lengths(13), lengths(5), lengths(0)) == ([6, 6], [6, 6, 1], [5], [1])
    assert segment(2, 12) is None
