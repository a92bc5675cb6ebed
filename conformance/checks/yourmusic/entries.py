"""YM-119 and YM-122 to YM-134: the tracks in a playlist and their order."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people, playlists
from conformance.checks.yourmusic.refusing import refused
from conformance.pointer import MISSING
from conformance.properties.readback import unchanged

MEMBERS = ("id", "playlist_id", "track_id", "order", "created_at", "updated_at")


def add(case: Case, playlist: str, principal: str | None, track: Any) -> Answer:
    """Append a track."""
    return case.call("addPlaylistTrack", path={"playlist_id": playlist}, json={"track_id": track}, principal=principal)


def replace(case: Case, playlist: str, principal: str | None, tracks: Any) -> Answer:
    """Replace all tracks."""
    return case.call(
        "replacePlaylistTracks", path={"playlist_id": playlist}, json={"tracks": tracks}, principal=principal
    )


def move(case: Case, playlist: str, entry: str, principal: str | None, order: Any) -> Answer:
    """Move an entry; an order of MISSING is not sent."""
    path = {"playlist_id": playlist, "playlistTrackId": entry}
    sent = {} if order is MISSING else {"order": order}
    return case.call("reorderPlaylistTrack", path=path, json=sent, principal=principal)


def listed(case: Case, playlist: str, principal: str | None) -> Answer:
    """Read the entries."""
    return case.call("listPlaylistTracks", path={"playlist_id": playlist}, principal=principal)


def filled(case: Case, principal: str, count: int) -> tuple[str, list[dict[str, Any]]]:
    """Make a playlist with some different tracks; its id and its entries as they were answered."""
    tracks = case.fact("tracks", at_least=count)[:count]
    id = playlists.make(case, principal)
    return id, [dict(case.given(add(case, id, principal, track), 201, 200).json) for track in tracks]


def tracks_of(answer: Answer) -> list[str]:
    """Return the track ids of a list of entries, in order."""
    return [str(entry.get("track_id")) for entry in answer.items("")]


def entry_ids(answer: Answer) -> list[str]:
    """Return the entries' own ids, in order."""
    return [str(entry.get("id")) for entry in answer.items("")]


def _known(entry: Any) -> Any:
    """Return an entry's documented members: an answer that holds one alone may tell more than a list."""
    return {name: entry[name] for name in MEMBERS if name in entry} if isinstance(entry, dict) else entry


def _orders(answer: Answer) -> list[Any]:
    return [entry.get("order") for entry in answer.items("")]


def entry_members(case: Case, source: str) -> None:
    """An entry has its six members in every answer that shows one, with text and integer where they belong."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 2)
    track = case.fact("tracks")[0]
    answer = {
        "list": lambda: listed(case, id, owner),
        "add": lambda: add(case, id, owner, track),
        "replace": lambda: replace(case, id, owner, [{"track_id": track, "order": 1}]),
        "reorder": lambda: move(case, id, entries[1]["id"], owner, 1),
    }[source]()
    judge.that(answer.is_success, f"{source} is refused", answer, expected="2xx", received=answer.status)
    judge.equal(
        "whether the answer is a bare array", source in ("list", "replace"), isinstance(answer.json, list), answer
    )
    shown = answer.json if isinstance(answer.json, list) else [answer.json]
    judge.that(shown, "there is no entry", answer)
    for entry in shown:
        judge.equal("what an entry lacks", [], people.lacking(entry, MEMBERS), answer)
        judge.equal("playlist_id", id, entry["playlist_id"], answer)
        judge.that(isinstance(entry["track_id"], str), "track_id is no text", answer, received=entry["track_id"])
        judge.that(type(entry["order"]) is int, "order is no integer", answer, received=entry["order"])


def relation_is_added(case: Case) -> None:
    """with=tracks adds the entries as their own list shows them; without it there is no such member."""
    owner = people.reader(case)
    id, _ = filled(case, owner, 3)
    plain, rich = playlists.read(case, id, owner), playlists.read(case, id, owner, **{"with": "tracks"})
    judge.that(plain.at("/tracks") is MISSING, "tracks are there without being asked for", plain)
    judge.equal("the tracks", listed(case, id, owner).json, rich.at("/tracks"), rich)


def entries_ascend(case: Case) -> None:
    """Entries are listed by strictly increasing order."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 4)
    case.given(move(case, id, entries[3]["id"], owner, 1), 200)
    answer = listed(case, id, owner)
    orders = _orders(answer)
    judge.equal("the orders as listed", sorted(set(orders)), orders, answer)
    judge.equal("the number of entries", 4, len(orders), answer)


def added_at_the_end(case: Case) -> None:
    """A track that is added stands last, with the greatest order, and the answer is that one entry."""
    owner = people.reader(case)
    id, tracks = playlists.make(case, owner), case.fact("tracks", at_least=3)[:3]
    before: list[int] = []
    for count, track in enumerate(tracks, 1):
        answer = add(case, id, owner, track)
        judge.that(answer.is_success, "adding is refused", answer, expected="2xx", received=answer.status)
        judge.equal("track_id", track, answer.at("/track_id"), answer)
        judge.that(all(answer.at("/order") > order for order in before), "the order is not the greatest", answer)
        before.append(answer.at("/order"))
        read = listed(case, id, owner)
        judge.equal("the entries after adding", count, len(read.items("")), read)
        judge.equal("the last entry", _known(answer.json), _known(read.at(f"/{count - 1}")), read)
    judge.equal("the tracks in order", tracks, tracks_of(listed(case, id, owner)))


def track_is_required(case: Case) -> None:
    """Adding without track_id, or with one that is no text, is refused and adds nothing."""
    owner = people.reader(case)
    id, _ = filled(case, owner, 1)
    with unchanged(lambda: listed(case, id, owner), place=""):
        for sent in ({}, {"track_id": None}, {"track_id": {"id": "1"}}):
            answer = case.call("addPlaylistTrack", path={"playlist_id": id}, json=sent, principal=owner)
            refused(answer, "track_id")


def replaced_as_sent(case: Case) -> None:
    """Replacing leaves exactly the tracks sent, drops every former entry and answers with the new ones."""
    owner = people.reader(case)
    id, former = filled(case, owner, 3)
    wanted = case.fact("tracks", at_least=5)[3:5]
    answer = replace(case, id, owner, [{"track_id": track, "order": n} for n, track in enumerate(wanted, 1)])
    judge.status(answer, 200)
    judge.equal("the tracks answered", wanted, tracks_of(answer), answer)
    read = listed(case, id, owner)
    judge.equal("the entries when read again", answer.json, read.json, read)
    kept = {entry["id"] for entry in former} & set(entry_ids(read))
    judge.equal("the former entries that are still there", [], sorted(kept), read)


_BAD_SETS: tuple[tuple[str, Any], ...] = (
    ("nothing", {}),
    ("text", {"tracks": "conformance"}),
    ("null", {"tracks": None}),
    ("ids-alone", {"tracks": ["1", "2"]}),
    ("no-track-id", {"tracks": [{"order": 1}]}),
    ("order-no-integer", {"tracks": [{"track_id": "", "order": "first"}]}),
)


def set_is_required(case: Case, name: str) -> None:
    """Replacing without an array of tracks is refused, and every former entry stays."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 2)
    sent = dict(_BAD_SETS)[name]
    if name == "order-no-integer":
        sent = {"tracks": [{"track_id": entries[0]["track_id"], "order": "first"}]}
    with unchanged(lambda: listed(case, id, owner), place=""):
        answer = case.call("replacePlaylistTracks", path={"playlist_id": id}, json=sent, principal=owner)
        refused(answer, "tracks")


def replace_honours_order(case: Case) -> None:
    """Replacing sorts by the order values sent."""
    owner = people.reader(case)
    first, second, third = case.fact("tracks", at_least=3)[:3]
    id = playlists.make(case, owner)
    sent = [{"track_id": first, "order": 3}, {"track_id": second, "order": 1}, {"track_id": third, "order": 2}]
    case.given(replace(case, id, owner, sent), 200)
    answer = listed(case, id, owner)
    judge.equal("the tracks in order", [second, third, first], tracks_of(answer), answer)


def empty_set_empties(case: Case) -> None:
    """Replacing by an empty array empties the playlist."""
    owner = people.reader(case)
    id, _ = filled(case, owner, 2)
    judge.equal("the entries answered", [], case.given(replace(case, id, owner, []), 200).json)
    judge.equal("the entries when read again", [], listed(case, id, owner).json)


_BAD_ORDERS: tuple[tuple[str, Any], ...] = (
    ("zero", 0),
    ("negative", -1),
    ("text", "x"),
    ("fraction", 1.5),
    ("missing", MISSING),
)


def order_is_a_positive_integer(case: Case, name: str) -> None:
    """A new position that is no integer of at least 1 is refused, and the order stays."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 2)
    with unchanged(lambda: listed(case, id, owner), place=""):
        refused(move(case, id, entries[1]["id"], owner, dict(_BAD_ORDERS)[name]), "order")


_MOVES = ((4, 2, "adbc"), (1, 3, "bcad"), (2, 4, "acdb"), (3, 1, "cabd"), (2, 2, "abcd"), (1, 4, "bcda"))


def reorder_shifts_the_others(case: Case, wanted: tuple[int, int, str]) -> None:
    """Moving an entry shifts the others, which keep their relative order; the answer is the moved entry."""
    source, order, expected = wanted
    owner = people.reader(case)
    id, entries = filled(case, owner, 4)
    moved = entries[source - 1]
    answer = move(case, id, moved["id"], owner, order)
    judge.status(answer, 200)
    for member, value in (("id", moved["id"]), ("track_id", moved["track_id"]), ("order", order)):
        judge.equal(f"{member} of the answer", value, answer.at(f"/{member}"), answer)
    read = listed(case, id, owner)
    judge.equal("the entries in order", ["abcd".index(letter) for letter in expected], _places(read, entries), read)
    judge.equal("the orders", [1, 2, 3, 4], _orders(read), read)
    judge.equal("the moved entry when read again", _known(answer.json), _known(read.at(f"/{order - 1}")), read)


def _places(answer: Answer, entries: list[dict[str, Any]]) -> list[int]:
    known = [entry["id"] for entry in entries]
    return [known.index(id) if id in known else -1 for id in entry_ids(answer)]


def positions_have_no_gaps(case: Case, way: str) -> None:
    """After any change the orders are 1, 2, 3 and so on."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 3)
    if way == "replace":
        sent = [
            {"track_id": entry["track_id"], "order": order} for entry, order in zip(entries, (5, 90, 7), strict=True)
        ]
        case.given(replace(case, id, owner, sent), 200)
        case.given(add(case, id, owner, entries[0]["track_id"]), 201, 200)
    elif way == "reorder":
        case.given(move(case, id, entries[0]["id"], owner, 2), 200)
    answer = listed(case, id, owner)
    judge.equal("the orders", list(range(1, len(answer.items("")) + 1)), _orders(answer), answer)


def order_beyond_the_end_is_the_end(case: Case) -> None:
    """A position beyond the end is the end."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 3)
    answer = move(case, id, entries[0]["id"], owner, 99)
    judge.status(answer, 200)
    judge.equal("order", 3, answer.at("/order"), answer)
    judge.equal("the entries in order", [1, 2, 0], _places(listed(case, id, owner), entries))


def public_is_read_by_all(case: Case) -> None:
    """Another user of the tenant reads a public playlist and its tracks, with and without the relation."""
    owner, other = people.pair(case)
    id, _ = filled(case, owner.principal, 2)
    case.given(playlists.update(case, id, owner.principal, public=True), 200)
    judge.status(playlists.read(case, id, other.principal), 200)
    mine, theirs = listed(case, id, owner.principal), listed(case, id, other.principal)
    judge.status(theirs, 200)
    judge.equal("the entries that another user reads", mine.json, theirs.json, theirs)


_WRITES = ("add", "replace", "reorder", "update")


def _intrude(case: Case, way: str, id: str, entry: str, intruder: str) -> Answer:
    track = case.fact("tracks")[0]
    return {
        "add": lambda: add(case, id, intruder, track),
        "replace": lambda: replace(case, id, intruder, []),
        "reorder": lambda: move(case, id, entry, intruder, 1),
        "update": lambda: playlists.update(case, id, intruder, playlist_name="Taken over"),
    }[way]()


def only_the_owner_writes(case: Case, wanted: tuple[str, str]) -> None:
    """Another user's write to a public playlist is 403, to a private one 404, and changes nothing."""
    way, visibility = wanted
    owner, other = people.pair(case)
    id, entries = filled(case, owner.principal, 2)
    case.given(playlists.update(case, id, owner.principal, public=visibility == "public"), 200)
    with unchanged(lambda: playlists.read(case, id, owner.principal, **{"with": "tracks"}), place=""):
        answer = _intrude(case, way, id, entries[1]["id"], other.principal)
    judge.status(answer, *((403,) if visibility == "public" else (403, 404)))


def private_is_hidden(case: Case) -> None:
    """Another user does not find a private playlist, nor does somebody of another tenant a public one."""
    owner, other = people.pair(case)
    id, _ = filled(case, owner.principal, 1)
    for answer in (playlists.read(case, id, other.principal), listed(case, id, other.principal)):
        judge.status(answer, 404, 403)
    for answer in (playlists.read(case, id, None), listed(case, id, None)):
        judge.status(answer, 401)


def tenants_are_apart(case: Case) -> None:
    """A public playlist does not exist for another tenant."""
    owner, stranger = people.person(case), people.person(case, "second-account")
    id = playlists.make(case, owner.principal, public=True)
    judge.status(playlists.read(case, id, stranger.principal), 404)
    judge.status(listed(case, id, stranger.principal), 404)


def entry_belongs_to_its_playlist(case: Case) -> None:
    """An entry cannot be moved by way of another playlist."""
    owner = people.reader(case)
    id, entries = filled(case, owner, 2)
    other = playlists.make(case, owner)
    people.differ("playlists", id, other)
    with unchanged(lambda: listed(case, id, owner), place=""):
        judge.status(move(case, other, entries[1]["id"], owner, 1), 404)


def a_track_may_stand_twice(case: Case) -> None:
    """One track added twice makes two entries with two ids."""
    owner = people.reader(case)
    id, track = playlists.make(case, owner), case.fact("tracks")[0]
    first, second = (case.given(add(case, id, owner, track), 201, 200) for _ in range(2))
    judge.that(first.at("/id") != second.at("/id"), "two entries have one id", second, received=second.at("/id"))
    judge.equal("the tracks listed", [track, track], tracks_of(listed(case, id, owner)))


CHECKS = (
    check("YM-119", relation_is_added),
    check("YM-122", entry_members, each=("list", "add", "replace", "reorder")),
    check("YM-123", entries_ascend),
    check("YM-124", added_at_the_end),
    check("YM-125", track_is_required),
    check("YM-126", replaced_as_sent),
    check("YM-127", set_is_required, each=[name for name, _ in _BAD_SETS]),
    check("YM-128", replace_honours_order),
    check("YM-128", empty_set_empties),
    check("YM-129", order_is_a_positive_integer, each=[name for name, _ in _BAD_ORDERS]),
    check("YM-130", reorder_shifts_the_others, each=_MOVES),
    check("YM-130", entry_belongs_to_its_playlist, required=False),
    check("YM-131", positions_have_no_gaps, each=("add", "replace", "reorder")),
    check("YM-132", order_beyond_the_end_is_the_end),
    check("YM-133", public_is_read_by_all),
    check(
        "YM-133",
        only_the_owner_writes,
        each=[(way, visibility) for way in _WRITES for visibility in ("public", "private")],
    ),
    check("YM-133", private_is_hidden),
    check("YM-133", tenants_are_apart, needs=("second-account",), required=False),
    check("YM-134", a_track_may_stand_twice),
)
