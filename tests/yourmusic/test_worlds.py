"""Seed worlds and credentials: full of what stories need, the same for the same seed, cheap to open."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App, build
from mockserver.core.failure import Failure
from mockserver.settings import read_settings

from .conftest import OTHER_TENANT, TENANT, Room, RoomMaker

DEMO = files("fixtures").joinpath("yourmusic", "worlds", "demo.yaml")


def test_the_demo_world_has_what_stories_need(room: Room) -> None:
    releases = {record["id"]: record for record in room.records("releases")}
    artists = room.records("artists")

    assert [room.world.count(kind) > 800 for kind in ("artists", "releases", "tracks")] == [True] * 3
    assert any(
        len(artist["release_ids"]) >= 3
        and any(len(releases[id]["uses"]) == 2 and len(releases[id]["track_ids"]) >= 2 for id in artist["release_ids"])
        for artist in artists
    )
    assert any(record["is_explicit"] for record in releases.values())
    assert {record["type"] for record in releases.values()} == {"album", "single", "video"}
    assert room.world.get("products", "basic") is not None


def test_references_of_the_catalogue_lead_somewhere(room: Room) -> None:
    """YM-176"""
    known = {
        kind: {record["id"] for record in room.records(kind)} for kind in ("artists", "releases", "labels", "licensors")
    }
    tracks = room.records("tracks")

    for release in room.records("releases"):
        assert release["artist_id"] in known["artists"]
        assert release["label_id"] in known["labels"]
        assert release["licensor_id"] in known["licensors"]
    for track in tracks:
        release = room.world.require("releases", track["release_id"])
        assert track["id"] in release["track_ids"]
        assert track["artist_id"] == release["artist_id"]
        assert set(track["uses"]) <= set(release["uses"])
    assert len({track["stream_id"] for track in tracks}) == len({track["isrc"] for track in tracks}) == len(tracks)


@pytest.mark.parametrize("world", ["demo", "empty"])
def test_credentials_belong_to_different_accounts(make_room: RoomMaker, world: str) -> None:
    room = make_room(world=world)
    full, second = room.credential("full"), room.credential("second-account")

    assert (full["kind"], full["account"], second["account"]) == ("client", TENANT, OTHER_TENANT)
    assert full["client_id"]
    assert full["client_secret"]
    assert room.get("/users", "full").status_code == 200
    assert room.get("/users", "expired").status_code == 401
    assert room.get("/profile", "user").json["id"] == room.credential("user")["id"]
    assert room.credential("tenant")["value"] == TENANT


def test_a_day_later_credentials_still_work(room: Room) -> None:
    room.advance(days=40)

    assert (room.get("/profile").status_code, room.get("/users", "full").status_code) == (200, 200)


def mint(room: Room, **wish: Any) -> dict[str, Any]:
    world = room.world
    with room.app.store.transaction(world.space):
        return room.app.flats["yourmusic"].mint(world, wish)


def test_a_minted_client_gets_tokens_of_a_new_tenant(room: Room) -> None:
    client = mint(room, kind="client", account="brand-new")
    body = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }

    token = room.post("/oauth/token", body, None).json["access_token"]

    assert client["account"] == "brand-new"
    assert room.get("/users", token).json["data"] == []
    assert room.ask("GET", "/home", None, headers={"X-Tenant": "brand-new"}).status_code == 200


def test_a_minted_user_is_a_user_of_its_tenant(room: Room) -> None:
    user = mint(room, kind="user", account=OTHER_TENANT)

    assert room.get("/profile", user["value"]).json["id"] == user["id"]
    assert room.get(f"/users/{user['id']}", "second-account").status_code == 200


def test_a_minted_credential_expires_when_it_was_told_to(room: Room) -> None:
    user = mint(room, kind="user", expires_at="2026-03-10T13:00:00Z")

    before = room.get("/profile", user["value"]).status_code
    room.advance(hours=1)

    assert (before, room.get("/profile", user["value"]).status_code) == (200, 401)


def test_a_tenant_can_be_minted(room: Room) -> None:
    tenant = mint(room, kind="tenant", account="another-one")

    assert (tenant["header"], tenant["value"], tenant["account"]) == ("X-Tenant", "another-one", "another-one")


@pytest.mark.parametrize("wish", [{"kind": "api_key"}, {"kind": "client", "account": "No Slug!"}])
def test_other_wishes_are_refused_with_what_is_valid(room: Room, wish: dict[str, str]) -> None:
    with pytest.raises(Failure) as refused:
        mint(room, **wish)

    assert refused.value.kind == "invalid_wish"
    assert "valid:" in refused.value.detail


def test_the_same_seed_gives_the_same_bytes(make_room: RoomMaker) -> None:
    """Also on another day: the catalogue is a function of the seed alone."""
    here, there, later = make_room(), make_room(), make_room(now="2026-07-01T09:00:00Z")
    paths = ("/tracks/300777", "/releases/20100/tracks", "/artists/search?q=silver")

    def seen(room: Room) -> list[str]:
        return [room.get(path).text.replace(f"/~{room.name}", "") for path in paths]

    assert seen(here) == seen(there) == seen(later)
    assert here.get("/profile").text == there.get("/profile").text


def test_another_seed_gives_another_catalogue(room: Room, make_room: RoomMaker) -> None:
    other = make_room(seed=8, world="demo")

    assert (
        room.get("/tracks/300001").json["track"]["stream_id"] != other.get("/tracks/300001").json["track"]["stream_id"]
    )


class Counting:
    """Counts the reads of a store."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.reads: list[tuple[str, int | None]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def get(self, space: str, collection: str, id: str) -> str | None:
        self.reads.append((collection, 1))
        return self._store.get(space, collection, id)  # type: ignore[no-any-return]

    def list(
        self, space: str, collection: str, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> Any:
        found = self._store.list(space, collection, offset, limit, reverse)
        self.reads.append((collection, len(found)))
        return found


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A house whose world `tenth` has a catalogue of a tenth of the demo world's size."""
    folder: Path = tmp_path_factory.mktemp("fixtures") / "yourmusic" / "worlds"
    folder.mkdir(parents=True)
    whole = DEMO.read_text("utf-8")
    (folder / "tenth.yaml").write_text(whole.replace("artists: 900", "artists: 90"), "utf-8")
    assert "artists: 900" in whole
    built = build(read_settings({"providers": ("yourmusic",), "fixtures": str(folder.parent.parent)}, {}))
    yield built
    built.close()


@pytest.mark.parametrize(
    "path",
    ["/artists/search?q=an", "/releases/search?q=an", "/tracks/search?q=an", "/artists/browse?letter=a", "/home",
     "/playlists/search?keyword=summer", "/tracks/300001", "/releases/20003"],
)  # fmt: skip
def test_reads_do_not_grow_with_the_catalogue(
    tenth: App, make_room: RoomMaker, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    rooms = [make_room(tenth, world=world, now="2026-03-10T12:00:00Z") for world in ("tenth", "demo")]
    for room in rooms:
        assert room.get(path).status_code == 200

    costs = []
    for room in rooms:
        counting = Counting(tenth.store)
        monkeypatch.setattr(tenth.sandboxes, "store", counting)
        assert room.get(path).status_code == 200
        costs.append(sum(size or 0 for _, size in counting.reads))
        monkeypatch.undo()

    # A page of the larger world may name a few more different artists, labels and releases.
    assert costs[1] <= costs[0] + 40
    assert costs[0] > 0


def test_a_further_sandbox_is_a_fork(room: Room, make_room: RoomMaker) -> None:
    room.get("/profile")
    counting = Counting(room.app.store)
    other = make_room()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room.app.sandboxes, "store", counting)
        room.app.sandboxes.open(other.name, "yourmusic")

    assert len(counting.reads) < 20
