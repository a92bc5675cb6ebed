"""Every operation once: with a key, without one, with another account's ids, and by each documented answer."""

from __future__ import annotations

from typing import Any

import pytest

from specs import open_book

BOOK = open_book("gard")
EP = "rel_ExampleId123"
SINGLE = "rel_xxxxxxxx"


def _path(operation: str, **values: Any) -> str:
    path = BOOK.operations[operation].path
    for name, value in values.items():
        path = path.replace("{" + name + "}", str(value))
    return path


class Visit:
    """How a client calls each operation with one account's ids."""

    def __init__(self, desk: Any, owner: Any) -> None:
        """`owner` is the desk whose ids are used."""
        self.desk = desk
        rows = owner.get("/releases/all", limit=100).json
        live = next(row for row in rows if row["sale_platforms"])
        self.rel, self.number = live["id"], live["release_id"]
        waiting = next(row for row in rows if row["status"] == "sent_to_stores")
        self.waiting = waiting["id"]
        status = owner.get(f"/releases/{self.waiting}/status").json
        self.request = status["moderation_request_id"]
        self.mdr = owner.get(f"/releases/{self.rel}/status").json["submission_id"]
        self.track = owner.get(f"/releases/{self.rel}/tracks").json["tracks"][0]["track_id"]
        self.person = owner.get(f"/releases/{self.rel}/persons").json["persons"][0]["person_id"]
        table = owner.report("summary/table", {"release_public_ids": [self.rel]}).json
        self.album = table["data"][0]["album_id"]
        self.artist = table["data"][0]["artist"]
        self.key = owner.key["id"]

    @property
    def tracks(self) -> list[int]:
        """The numbers of the tracks of the live release."""
        found = self.desk.world.slice_by("tracks", "release", self.rel)
        return [track["number"] for track in found]

    def call(self, operation: str) -> Any:
        """Call one operation."""
        desk, spec = self.desk, BOOK.operations[operation]
        ref = self.waiting if operation == "revokeRelease" else self.rel
        path = _path(operation, release_ref=ref, ref=self.rel, track_ref=self.track, id=self.key)
        if operation == "createSubmission":
            return desk.submit()
        if operation == "createPitch":
            return desk.pitch(self.request)
        bodies: dict[str, Any] = {
            "createPerson": {"content_name": "Somebody New"},
            "addReleasePerson": {"person_id": self.person, "role": "artist"},
            "addTrackPerson": {"person_id": self.person, "track_id": self.track, "role": "artist"},
            "sortReleaseTracks": {"track_ids": self.tracks},
            "createDeleteRequest": {"release_id": self.rel},
            "updatePayoutSettings": {"method": "card_ru"},
            "requestWithdrawal": {"amount_cents": 100, "currency": "USD"},
            "queryReleaseAnalytics": {"releases": [self.rel]},
        }
        query = {"query": "a"} if operation == "searchPersons" else {}
        if operation == "deleteRelease":
            path = _path(operation, release_ref=desk.submitted().rel if desk is self.desk else ref)
        if not spec.body:
            return desk.ask(spec.method, path, query_string=query)
        return desk.ask(spec.method, path, json=bodies.get(operation, {"filters": {}}))


@pytest.mark.parametrize("operation", BOOK.operations)
def test_every_operation_answers_with_success(demo_desk: Any, operation: str) -> None:
    """GARD-005, GARD-006, GARD-181"""
    answer = Visit(demo_desk, demo_desk).call(operation)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("operation", BOOK.operations)
@pytest.mark.parametrize("key", [None, "", "gard_unknown", "nonsense", "expired", "swapped"])
def test_every_operation_refuses_a_bad_key(demo_desk: Any, operation: str, key: str | None) -> None:
    """GARD-009, GARD-010"""
    spec = BOOK.operations[operation]
    good = demo_desk.key["value"]
    values = {"expired": demo_desk.as_("expired").key["value"], "swapped": good.replace("gard_", "drag_")}
    headers = {} if key is None else {"X-API-Key": values.get(key, key)}

    path = _path(operation, release_ref=EP, ref=EP, track_ref="track_ExampleTrackA", id="key_1")
    answer = demo_desk.box.ask(spec.method, path, token=None, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (401, 401)
    assert set(answer.json) == {"code", "msg", "detail"}


def _own_words(desk: Any) -> set[str]:
    """Everything that names something of an account."""
    rows = desk.get("/releases/all", limit=100).json
    words = {row[name] for row in rows for name in ("id", "name", "artist_name", "upc", "label")}
    for row in rows:
        status = desk.get(f"/releases/{row['id']}/status").json
        words |= {status["submission_id"], *(track["track_id"] for track in status["tracks"]), *status["tracks_isrc"]}
        words |= {person["name"] for person in desk.get(f"/releases/{row['id']}/persons").json["persons"]}
    words |= {row["id"] for row in desk.get("/api/v1/keys").json["keys"]}
    return {word for word in words if word}


@pytest.mark.parametrize(("mine", "theirs"), [("second-account", "full"), ("full", "second-account")])
def test_no_operation_shows_anything_of_another_account(make_desk: Any, mine: str, theirs: str) -> None:
    """GARD-012, GARD-013, GARD-188, GARD-191"""
    desk = make_desk()
    owner, guest = desk.as_(theirs), desk.as_(mine)
    secret = _own_words(owner) - _own_words(guest)
    assert len(secret) > 10
    foreign = Visit(guest, owner)
    asked = {foreign.rel, foreign.track, foreign.waiting, foreign.mdr, foreign.key}
    before = list(owner.world.find("releases")), owner.account

    for operation in BOOK.operations:
        spec = BOOK.operations[operation]
        if operation in ("createSubmission", "deleteRelease"):
            continue  # the one makes something of its own; the other is asked below
        answer = foreign.call(operation)
        takes_ids = "{" in spec.path or operation in ("createDeleteRequest", "createPitch")
        assert answer.status_code == (404 if takes_ids else 200), (operation, answer.text)
        leaked = {word for word in secret - asked if f'"{word}"' in answer.text or f",{word}," in answer.text}
        assert not leaked, (operation, leaked)
    for ref in (foreign.rel, foreign.number, foreign.mdr):
        assert guest.ask("DELETE", f"/releases/{ref}").status_code == 404

    mine_only = [one for one in owner.world.find("releases") if one["account"] == owner.key["account"]]
    assert mine_only == [one for one in before[0] if one["account"] == owner.key["account"]]
    assert owner.account == before[1]


def test_filters_by_another_accounts_ids_are_unknown(demo_desk: Any) -> None:
    """GARD-188"""
    guest = demo_desk.as_("second-account")
    foreign = Visit(guest, demo_desk)

    ids = {"release_public_ids": foreign.rel, "album_ids": foreign.album, "artist_names": foreign.artist}
    for name, id in ids.items():
        assert guest.report("summary/stats", {name: [id]}).status_code == 400
    assert guest.post("/analytics/releases", {"releases": [foreign.rel, foreign.mdr]}).json["found"] == 0


@pytest.mark.parametrize(
    ("operation", "status"), [(id, status) for id, spec in BOOK.operations.items() for status in spec.promises]
)
def test_every_documented_answer_can_be_asked_for(demo_desk: Any, operation: str, status: int) -> None:
    """GARD-224, GARD-227"""
    spec = BOOK.operations[operation]
    path = _path(operation, release_ref=EP, ref=EP, track_ref="track_ExampleTrackA", id="key_1")

    answer = demo_desk.ask(spec.method, path, headers={"Prefer": f"code={status}"})

    assert answer.status_code == status
    assert (answer.headers.get("Retry-After") == "30") == (status == 503)


@pytest.mark.parametrize("operation", [id for id, spec in BOOK.operations.items() if 413 in spec.promises])
def test_a_body_beyond_the_bound_is_413_before_it_is_read(demo_desk: Any, operation: str) -> None:
    """GARD-226"""
    spec = BOOK.operations[operation]
    kind = next(iter(spec.body))
    length = (spec.max_bytes or 26_214_400) + 1
    path = _path(operation, release_ref=EP)

    answer = demo_desk.ask(
        spec.method, path, content_type=f"{kind}; boundary=x", environ_overrides={"CONTENT_LENGTH": str(length)}
    )

    assert (answer.status_code, answer.json["code"]) == (413, 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/music-distributor/nothing", 404), ("GET", "/nothing", 404),
        ("PATCH", "/api/v1/music-distributor/moderation/", 405), ("PUT", "/api/v1/music-distributor/pitch/", 405),
        ("DELETE", "/api/v1/music-distributor/releases/all", 404),
    ],
)  # fmt: skip
def test_unknown_paths_and_methods_have_the_same_body(demo_desk: Any, method: str, path: str, status: int) -> None:
    """GARD-226"""
    answer = demo_desk.box.ask(method, path, token=None, headers={"X-API-Key": demo_desk.key["value"]})

    assert answer.status_code in (status, 405)
    assert answer.json["code"] == answer.status_code
    assert answer.json["msg"]


def test_a_query_that_is_no_text_is_422_everywhere(demo_desk: Any) -> None:
    for path in ("/moderation/", "/releases/all", f"/releases/{EP}/status", "/catalog/platforms"):
        assert demo_desk.ask("GET", f"{path}?x=%ff").status_code == 422


def test_no_answer_shows_credits_or_balance(demo_desk: Any) -> None:
    """GARD-108"""
    visit = Visit(demo_desk, demo_desk)

    for operation, spec in BOOK.operations.items():
        if spec.method == "GET":
            data = visit.call(operation).data
            assert b'"credits"' not in data
            assert b"balance" not in data
