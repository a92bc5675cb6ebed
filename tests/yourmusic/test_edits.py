"""What a tester writes into the catalogue is seen by every read and every search."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Room, RoomMaker


def ids(room: Room, kind: str, q: str, **query: Any) -> list[int]:
    return [one["id"] for one in room.get(f"/{kind}/search", q=q, pageSize=50, **query).json["results"]]


def write(room: Room, collection: str, record: dict[str, Any]) -> None:
    world = room.world
    with room.app.store.transaction(world.space):
        world.put(collection, record)


def test_a_renamed_artist_is_found_under_the_new_name_alone(room: Room) -> None:
    old = room.get("/artists/1001").json["artist"]["name"]
    release = int(room.world.require("artists", "1001")["release_ids"][0])
    track = int(room.world.require("releases", str(release))["track_ids"][0])

    room.change("artists", "1001", name="Xylophone Zebras", sort_name="Xylophone Zebras")

    assert room.get("/artists/1001").json["artist"]["name"] == "Xylophone Zebras"
    assert ids(room, "artists", "xylophone zeb") == [1001]
    assert 1001 not in ids(room, "artists", old)
    assert release in ids(room, "releases", "xylophone")
    assert track in ids(room, "tracks", "xylophone")
    browsed = room.get("/artists/browse", letter="xylo").json["artists"]
    assert [artist["id"] for artist in browsed["artist"]] == [1001]


def test_other_sandboxes_do_not_see_an_edit(room: Room, make_room: RoomMaker) -> None:
    room.change("artists", "1001", name="Xylophone Zebras")
    other = make_room()

    assert ids(other, "artists", "xylophone zeb") == []
    assert ids(room, "artists", "xylophone zeb") == [1001]


def test_a_renamed_track_is_found_and_ranked_anew(room: Room) -> None:
    best = ids(room, "tracks", "harbour")[0]
    world = room.world.require("tracks", str(best))

    room.change("tracks", "300001", title=world["title"], popularity=0.9999)

    assert ids(room, "tracks", world["title"])[0] == 300001
    scores = [one["score"] for one in room.get("/releases/search", q="harbour").json["results"]]
    assert scores == sorted(scores, reverse=True)


def test_edits_do_not_disturb_what_they_do_not_touch(room: Room) -> None:
    before = ids(room, "tracks", "harbour")

    room.change("tracks", "300001", popularity=0.5)

    assert [id for id in ids(room, "tracks", "harbour") if id != 300001] == [id for id in before if id != 300001]


def test_a_removed_track_is_gone_everywhere(room: Room) -> None:
    record = room.world.require("tracks", "300001")
    release = room.get(f"/releases/{record['release_id']}").json["release"]

    room.remove("tracks", "300001")

    after = room.get(f"/releases/{record['release_id']}").json["release"]
    assert room.get("/tracks/300001").status_code == 404
    assert 300001 not in ids(room, "tracks", record["title"])
    assert after["trackCount"] == release["trackCount"] - 1
    assert after["duration"] == release["duration"] - record["duration_seconds"]
    assert room.get(f"/stream/{record['stream_id']}/manifest.m3u8").status_code == 404


def test_a_new_track_is_listed_found_and_streamed(room: Room) -> None:
    record = room.world.require("tracks", "300001")
    release = room.get(f"/releases/{record['release_id']}").json["release"]
    stream = "11111111-2222-4333-8444-555555555555"

    write(room, "tracks", {**record, "id": "900001", "title": "Quokka Waltz", "stream_id": stream, "number": 99})

    listed = room.get(f"/releases/{record['release_id']}/tracks").json
    assert [track["id"] for track in listed["tracks"]][-1] == 900001
    assert ids(room, "tracks", "quokka") == [900001]
    assert listed["tracks"][-1]["release"]["duration"] == release["duration"] + record["duration_seconds"]
    assert room.get(f"/stream/{stream}/manifest.m3u8").status_code == 200


def test_a_release_moves_to_another_artist(room: Room) -> None:
    record = room.world.require("releases", "20001")
    other = next(str(id) for id in range(1001, 1010) if str(id) != record["artist_id"])

    room.change("releases", "20001", artist_id=other)

    def listed(artist: str) -> list[int]:
        return [one["id"] for one in room.get(f"/artists/{artist}/releases").json["releases"]["releases"]]

    assert 20001 in listed(other)
    assert 20001 not in listed(record["artist_id"])
    assert room.get("/releases/20001").json["release"]["artist"]["id"] == int(other)


def test_filters_look_at_what_a_record_is_now(room: Room) -> None:
    record = room.world.require("tracks", "300001")

    room.change("tracks", "300001", title="Quokka Waltz", is_explicit=True, uses=["download"])

    assert ids(room, "tracks", "quokka") == [300001]
    assert ids(room, "tracks", "quokka", excludeExplicitContent="true") == []
    assert ids(room, "tracks", "quokka", usageTypes="stream") == []
    assert ids(room, "tracks", "quokka", artistId=record["artist_id"]) == [300001]
    assert room.get(f"/releases/{record['release_id']}").json["release"]["explicitContent"] is True


def test_an_edited_track_is_found_by_all_its_words(room: Room) -> None:
    room.change("tracks", "300001", title="Quokka Waltz", version="Radio Edit")

    assert ids(room, "tracks", "quokka radio waltz") == [300001]


@pytest.mark.parametrize("kind", ["releases", "tracks"])
def test_what_lost_its_artist_is_not_found(room: Room, kind: str) -> None:
    release = room.world.require("releases", "20001")
    id = "20001" if kind == "releases" else release["track_ids"][0]

    room.remove("artists", release["artist_id"])

    assert room.get(f"/{kind}/{id}").status_code == 404
    assert room.get(f"/artists/{release['artist_id']}").status_code == 404


def test_a_changed_length_changes_the_stream(room: Room) -> None:
    record = room.world.require("tracks", "300001")

    room.change("tracks", "300001", duration_seconds=13)

    manifest = room.get(f"/stream/{record['stream_id']}/manifest.m3u8").text
    assert manifest.count("#EXTINF") == 3
    assert "#EXTINF:1.000,\nsegment2.ts\n" in manifest


def test_an_address_changed_by_a_tester_signs_in(room: Room) -> None:
    """The lookup of addresses follows the records of users."""
    room.change("users", room.user_id(), email="changed@example.com")

    assert room.sign_in("changed@example.com")["user"]["id"] == room.user_id()
    assert "onboarding_token" in room.sign_in("ada@example.com")


@pytest.mark.parametrize("kind", ["artists", "releases", "tracks"])
def test_what_is_half_written_is_not_there_yet(room: Room, kind: str) -> None:
    before = ids(room, kind, "the")

    write(
        room, kind, {"id": "999", "name": "The Half", "title": "The Half", "artist_id": "1001", "release_id": "20001"}
    )

    assert ids(room, kind, "the") == before
    assert room.get(f"/{kind}/999").status_code == 404
    assert room.get("/releases/20001/tracks").status_code == 200
    assert room.get("/artists/1001/releases").status_code == 200
