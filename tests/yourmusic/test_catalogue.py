"""Artists, releases and tracks: their shapes, their references, batches, sizes of pictures."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from .conftest import Room

ARTIST = {"id", "name", "sortName", "slug", "image", "bio"}
SHORT = {
    "id", "title", "version", "type", "barcode", "year", "explicitContent", "artist", "image", "label", "licensor",
    "popularity", "duration", "trackCount", "slug",
}  # fmt: skip
SIZES = [33, 50, 100, 180, 182, 200, 350, 500, 800]


@pytest.fixture
def both(room: Room) -> dict[str, Any]:
    """A release that is open for both uses, with several tracks."""
    return next(
        record
        for record in room.records("releases")
        if len(record["uses"]) == 2 and len(record["track_ids"]) >= 4 and record["type"] == "album"
    )


def of_uses(room: Room, *uses: str) -> dict[str, Any]:
    return next(record for record in room.records("releases") if record["uses"] == list(uses))


def release(room: Room, id: str, **query: Any) -> dict[str, Any]:
    return dict(room.get(f"/releases/{id}", **query).json["release"])


def test_an_artist_stands_in_the_aggregators_wrapper(room: Room) -> None:
    """YM-161, YM-165"""
    answer = room.get("/artists/1001").json

    assert list(answer) == ["status", "version", "artist"]
    assert (answer["status"], answer["version"]) == ("ok", "1.2")
    assert set(answer["artist"]) == ARTIST
    assert answer["artist"]["id"] == 1001


def test_an_artists_releases_are_short_and_their_year_is_a_text(room: Room, both: dict[str, Any]) -> None:
    """YM-161, YM-167, YM-168"""
    answer = room.get(f"/artists/{both['artist_id']}/releases", pageSize=50).json

    assert list(answer) == ["status", "version", "releases"]
    assert set(answer["releases"]) == {"page", "pageSize", "totalItems", "releases"}
    for one in answer["releases"]["releases"]:
        whole = release(room, one["id"])
        assert set(one) == SHORT
        assert (one["year"], whole["year"]) == (str(whole["year"]), int(one["year"]))
        assert {name: whole[name] for name in SHORT - {"year"}} == {name: one[name] for name in SHORT - {"year"}}


def test_an_artist_with_many_releases_has_pages(room: Room) -> None:
    """YM-151, YM-152, YM-160"""
    for number in range(12):
        record = {**room.world.require("releases", "20001"), "id": str(90_000 + number), "track_ids": []}
        world = room.world
        with room.app.store.transaction(world.space):
            world.put("releases", record)
    artist = room.world.require("releases", "20001")["artist_id"]

    pages = [room.get(f"/artists/{artist}/releases", page=page).json["releases"] for page in (1, 2)]

    assert (len(pages[0]["releases"]), pages[0]["totalItems"]) == (10, pages[1]["totalItems"])
    assert len(pages[1]["releases"]) == pages[0]["totalItems"] - 10
    assert room.get(f"/artists/{artist}/releases", pageSize=9).status_code == 422
    assert room.get(f"/artists/{artist}/releases", page=0).status_code == 422


@pytest.mark.parametrize("kind", ["album", "single", "video"])
def test_an_artists_releases_can_be_of_one_type(room: Room, kind: str) -> None:
    """YM-155"""
    record = next(record for record in room.records("releases") if record["type"] == kind)

    found = room.get(f"/artists/{record['artist_id']}/releases", type=kind).json["releases"]["releases"]

    assert {one["type"] for one in found} == {kind}
    assert room.get(f"/artists/{record['artist_id']}/releases", type="ep").status_code == 422


def test_a_release_and_a_track_stand_alone_in_their_answers(room: Room, both: dict[str, Any]) -> None:
    """YM-162"""
    tracks = room.get(f"/releases/{both['id']}/tracks").json

    assert list(room.get(f"/releases/{both['id']}").json) == ["release"]
    assert list(room.get(f"/tracks/{both['track_ids'][0]}").json) == ["track"]
    assert list(tracks) == ["page", "pageSize", "totalItems", "tracks"]


def test_everything_describes_the_same_objects(room: Room, both: dict[str, Any]) -> None:
    """YM-176, YM-165"""
    whole = release(room, both["id"])
    tracks = room.get(f"/releases/{both['id']}/tracks").json

    assert whole["trackCount"] == tracks["totalItems"] == len(tracks["tracks"])
    assert whole["duration"] == sum(track["duration"] for track in tracks["tracks"])
    assert whole["explicitContent"] == any(track["explicitContent"] for track in tracks["tracks"])
    assert room.get(f"/artists/{whole['artist']['id']}").json["artist"] == whole["artist"]
    assert [(track["discNumber"], track["number"]) for track in tracks["tracks"]] == sorted(
        (track["discNumber"], track["number"]) for track in tracks["tracks"]
    )
    for track in tracks["tracks"]:
        assert track["release"] == whole
        assert track["trackNumber"] == track["number"]
        assert room.get(f"/tracks/{track['id']}").json["track"] == track


def test_a_track_result_is_a_whole_track(room: Room) -> None:
    """YM-169"""
    found = room.get("/tracks/search", q="the").json["results"][0]

    assert found == room.get(f"/tracks/{found['id']}").json["track"]


def test_a_release_result_has_other_names(room: Room, both: dict[str, Any]) -> None:
    """YM-167, YM-170, YM-171"""
    found = room.get("/releases/search", q=both["title"], artistId=both["artist_id"]).json["results"][0]
    whole = release(room, both["id"])

    assert (found["subtitle"], found["upc"], found["year"]) == (whole["version"], whole["barcode"], whole["year"])
    assert found["availableFor"] == ["download", "stream"]
    assert set(found["artist"]) == {"id", "name"}
    package, offered = found["packages"][0], whole["download"]["packages"][0]
    assert set(package) == {"id", "name", "price", "formats"}
    assert set(offered) == {"id", "description", "price", "formats"}
    assert (package["name"], package["price"]["rrp"]) == (
        offered["description"], offered["price"]["recommendedRetailPrice"],
    )  # fmt: skip
    assert set(package["formats"][0]) == {"id", "name"}
    assert set(offered["formats"][0]) == {"id", "description"}


def test_prices_are_texts_and_the_retailer_is_cheaper(room: Room, both: dict[str, Any]) -> None:
    """YM-171"""
    track = room.get(f"/tracks/{both['track_ids'][0]}").json["track"]

    for offer in (*release(room, both["id"])["download"]["packages"], *track["download"]["packages"]):
        price = offer["price"]
        assert isinstance(price["sevendigitalPrice"], str)
        assert 0 < float(price["sevendigitalPrice"]) < float(price["recommendedRetailPrice"])


def test_a_single_read_keeps_the_item_and_drops_the_other_use(room: Room, both: dict[str, Any]) -> None:
    """YM-154, YM-Q14"""
    path = f"/tracks/{both['track_ids'][0]}"

    streamed = room.get(path, usageTypes="stream").json["track"]
    bought = room.get(path, usageTypes="download").json["track"]
    whole = release(room, both["id"], usageTypes="stream")

    assert {"subscriptionStreaming", "adSupportedStreaming"} <= set(streamed)
    assert "download" not in streamed
    assert "download" in bought
    assert not {"subscriptionStreaming", "adSupportedStreaming"} & set(bought)
    assert "subscriptionStreaming" in whole
    assert "download" not in whole


def test_what_is_not_open_for_a_use_has_no_block_of_it(room: Room) -> None:
    """YM-173"""
    only_bought, only_streamed = of_uses(room, "download"), of_uses(room, "stream")

    assert "subscriptionStreaming" not in release(room, only_bought["id"])
    assert "download" not in release(room, only_streamed["id"])


def test_lists_leave_out_what_is_not_open_for_a_use(room: Room) -> None:
    """YM-173"""
    record = of_uses(room, "download")
    artist, id = record["artist_id"], int(record["id"])

    def ids(use: str) -> list[int]:
        found = room.get(f"/artists/{artist}/releases", usageTypes=use, pageSize=50).json["releases"]["releases"]
        return [one["id"] for one in found]

    assert id in ids("download")
    assert id not in ids("stream")
    assert room.get(f"/releases/{id}/tracks", usageTypes="stream").json["totalItems"] == 0


@pytest.mark.parametrize(
    "path", ["/releases/20001", "/releases/20001/tracks", "/tracks/300001", "/artists/1001/releases"]
)
@pytest.mark.parametrize("query", [{"usageTypes": "rent"}, {"imageSize": "64"}, {"imageSize": "big"}])
def test_parameters_have_their_values(room: Room, path: str, query: dict[str, str]) -> None:
    """YM-153, YM-154"""
    answer = room.get(path, **query)

    assert (answer.status_code, list(answer.json["errors"])) == (422, list(query))


@pytest.mark.parametrize("size", SIZES)
def test_pictures_come_in_the_size_asked_for(room: Room, size: int) -> None:
    """YM-153, YM-172"""
    track = room.get("/tracks/300001", imageSize=size).json["track"]

    for url in (track["cover_art"], track["artist_image"], track["artist"]["image"], track["release"]["image"]):
        assert url.endswith(f"_{size}.jpg")
        picture = room.open(url)
        assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(picture.data)).size == (size, size)


def test_two_releases_have_two_pictures(room: Room) -> None:
    pictures = [room.open(release(room, id)["image"]).data for id in ("20001", "20002")]

    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    "name", ["releases/20001_64.jpg", "releases/7_350.jpg", "nothing/1_350.jpg", "releases/20001.jpg", ""]
)
def test_other_pictures_are_not_there(room: Room, name: str) -> None:
    answer = room.open(f"/~{room.name}/yourmusic/images/{name}")

    assert (answer.status_code, answer.json) == (404, {"message": "Not found."})


def test_a_picture_can_only_be_read(room: Room) -> None:
    answer = room.open(f"/~{room.name}/yourmusic/images/releases/20001_350.jpg", "POST")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("id", ["999999999", "abc", "0", "-1", "020001", "2e4"])
@pytest.mark.parametrize(
    "path", ["/artists/{}", "/artists/{}/releases", "/releases/{}", "/releases/{}/tracks", "/tracks/{}"]
)
def test_what_is_unknown_is_not_found(room: Room, path: str, id: str) -> None:
    """YM-166"""
    assert room.get(path.format(id)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/artists/search?q=a", "/artists/1001", "/artists/browse?letter=a", "/releases/20001", "/tracks/300001",
     "/tracks/search?q=a", "/releases/batch?releaseids=20001", "/releases/20001/tracks", "/artists/1001/releases"],
)  # fmt: skip
def test_any_living_token_reads_the_catalogue(room: Room, path: str) -> None:
    """YM-174, YM-201"""
    statuses = [room.ask("GET", path, token).status_code for token in ("user", "full", None, "expired", "garbage")]

    assert statuses == [200, 200, 401, 401, 401]


@pytest.mark.parametrize(
    ("kind", "name", "first"), [("releases", "releaseids", 20_001), ("tracks", "trackids", 300_001)]
)
def test_a_batch_keeps_the_order_and_answers_each_once(room: Room, kind: str, name: str, first: int) -> None:
    """YM-163, YM-164"""
    ids = [first + 5, first, first + 3, first]

    items = room.get(f"/{kind}/batch", **{name: ",".join(map(str, ids))}).json["items"]

    assert set(items) == {kind, "errors"}
    assert [one["id"] for one in items[kind]] == ids[:3]
    single = kind.removesuffix("s")
    assert items[kind][0] == room.get(f"/{kind}/{first + 5}").json[single]


@pytest.mark.parametrize(
    ("kind", "name", "first"), [("releases", "releaseids", 20_001), ("tracks", "trackids", 300_001)]
)
def test_errors_of_a_batch_are_told_on_request(room: Room, kind: str, name: str, first: int) -> None:
    """YM-164"""
    ids = f"{first},999999999, abc"

    silent = room.get(f"/{kind}/batch", **{name: ids}).json["items"]
    quiet = room.get(f"/{kind}/batch", **{name: ids}, showErrors="false").json["items"]
    told = room.get(f"/{kind}/batch", **{name: ids}, showErrors="true").json["items"]

    assert silent == quiet
    assert (len(silent[kind]), silent["errors"]) == (1, [])
    assert [error["code"] for error in told["errors"]] == [2001, 2001]
    assert told["errors"][0] == {
        "itemId": 999999999, "code": 2001, "errorMessage": f"{kind.removesuffix('s').capitalize()} not found",
    }  # fmt: skip


def test_a_batch_of_releases_can_be_of_one_type_and_use(room: Room) -> None:
    """YM-155, YM-173"""
    single = next(record for record in room.records("releases") if record["type"] == "single")
    album = next(record for record in room.records("releases") if record["type"] == "album")
    ids = f"{single['id']},{album['id']}"

    found = room.get("/releases/batch", releaseids=ids, type="single", showErrors="true").json["items"]

    assert [one["id"] for one in found["releases"]] == [int(single["id"])]
    assert [error["itemId"] for error in found["errors"]] == [int(album["id"])]
    bought = of_uses(room, "download")["id"]
    assert room.get("/releases/batch", releaseids=bought, usageTypes="stream").json["items"]["releases"] == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/releases/batch", "releaseids"),
        ("/releases/batch?releaseids=", "releaseids"),
        ("/releases/batch?releaseIds=1", "releaseids"),
        ("/releases/batch?releaseids=1,,2", "releaseids"),
        (f"/tracks/batch?trackids={','.join(map(str, range(101)))}", "trackids"),
        ("/releases/batch?releaseids=1&type=ep", "type"),
        ("/tracks/batch?trackids=1&imageSize=64", "imageSize"),
        ("/tracks/batch?trackids=1&usageTypes=rent", "usageTypes"),
    ],
)
def test_a_malformed_batch_is_refused(room: Room, path: str, field: str) -> None:
    """YM-153, YM-154, YM-155, YM-163"""
    answer = room.ask("GET", path)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_batch_takes_a_hundred_ids(room: Room) -> None:
    """YM-Q17"""
    ids = ",".join(str(300_001 + number) for number in range(100))

    assert len(room.get("/tracks/batch", trackids=ids).json["items"]["tracks"]) == 100


def test_the_empty_world_has_an_empty_catalogue(empty: Room) -> None:
    assert empty.get("/artists/search", q="a").json["estimatedTotalItems"] == 0
    assert empty.get("/artists/browse", letter="a").json["artists"]["artist"] == []
    assert empty.get("/tracks/300001").status_code == 404
