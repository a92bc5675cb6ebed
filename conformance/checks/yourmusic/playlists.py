"""YM-110 to YM-121: playlists, who finds them and who changes them."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested
from conformance.pointer import MISSING
from conformance.properties.echo import Field, changed_only, shows
from conformance.properties.readback import stored, unchanged

MEMBERS = ("id", "tenant_id", "user_id", "playlist_name", "public", "created_at", "updated_at")
_LINKS = ("first", "last", "prev", "next")
_META = ("current_page", "from", "last_page", "path", "per_page", "to", "total")


def create(case: Case, principal: str | None, **sent: Any) -> Answer:
    """Send a create."""
    return case.call("createPlaylist", json=sent, principal=principal)


def made(case: Case, principal: str, name: str | None = None, **more: Any) -> Answer:
    """Return the answer of a create that is a precondition."""
    return case.given(create(case, principal, playlist_name=name or case.ledger.name("playlist"), **more), 201, 200)


def make(case: Case, principal: str, name: str | None = None, **more: Any) -> str:
    """Make a playlist as a precondition and return its id."""
    return str(made(case, principal, name, **more).at("/id"))


def read(case: Case, id: str, principal: str | None, **query: Any) -> Answer:
    """Send a read."""
    return case.call("getPlaylist", path={"playlist_id": id}, query=query, principal=principal)


def update(case: Case, id: str, principal: str | None, **sent: Any) -> Answer:
    """Send an update."""
    return case.call("updatePlaylist", path={"playlist_id": id}, json=sent, principal=principal)


def search(case: Case, keyword: str, principal: str, **query: Any) -> Answer:
    """Search by keyword."""
    return case.call("searchPlaylists", query={"keyword": keyword, **query}, principal=principal)


def ids(answer: Answer, place: str = "/data") -> list[str]:
    """Return the ids of the playlists at a place of an answer."""
    return [str(entry.get("id")) for entry in answer.items(place) if isinstance(entry, dict)]


def word(case: Case) -> str:
    """Return a word that no other name has."""
    return f"Rock{case.ledger.run}x{case.ledger.serial()}"


def playlist_members(case: Case, source: str) -> None:
    """A playlist has its seven members wherever it is shown, and their values agree."""
    owner, name = people.person(case), word(case)
    first = made(case, owner.principal, name, public=True)
    id = str(first.at("/id"))
    answer, place = {
        "create": (first, ""),
        "read": (read(case, id, owner.principal), ""),
        "update": (update(case, id, owner.principal, public=True), ""),
        "list": (case.call("listPlaylists", principal=owner.principal), "/0"),
        "search": (search(case, name, owner.principal), "/data/0"),
    }[source]
    shown = answer.at(place)
    judge.that(isinstance(shown, dict), "there is no playlist", answer, received=shown)
    judge.equal("what the playlist lacks", [], people.lacking(shown, MEMBERS), answer)
    for member in ("id", "tenant_id", "user_id", "playlist_name", "public", "created_at"):
        judge.equal(member, first.at(f"/{member}"), shown[member], answer)
    judge.equal("user_id", owner.id, shown["user_id"], answer)
    judge.that(isinstance(shown["public"], bool), "public is no boolean", answer, received=shown["public"])


def search_needs_a_keyword(case: Case) -> None:
    """A search without keyword is refused."""
    refused(case.call("searchPlaylists", principal=people.reader(case)), "keyword")


def search_covers_own_and_public(case: Case) -> None:
    """A search finds the caller's own playlists, public or not, and the public ones of others, by their names."""
    (owner, other), name = people.pair(case), word(case)
    private = make(case, owner.principal, f"{name} A")
    public = make(case, owner.principal, f"{name} P", public=True)
    own = make(case, other.principal, f"{name} B")
    elsewhere = make(case, owner.principal, case.ledger.name("unrelated"), public=True)
    people.differ("playlists", private, public, own, elsewhere)
    for someone, expected in ((owner, {private, public}), (other, {public, own})):
        answer = search(case, name, someone.principal)
        judge.status(answer, 200)
        judge.equal("the playlists found", sorted(expected), sorted(ids(answer)), answer)
        judge.that(elsewhere not in ids(answer), "a playlist of another name is found", answer)


def search_stays_in_the_tenant(case: Case) -> None:
    """Neither a private nor a public playlist is found from another tenant."""
    owner, stranger, name = people.person(case), people.person(case, "second-account"), word(case)
    make(case, owner.principal, f"{name} A")
    public = make(case, owner.principal, f"{name} P", public=True)
    answer = search(case, name, stranger.principal)
    judge.status(answer, 200)
    judge.equal("the playlists found from another tenant", [], ids(answer), answer)
    if public not in ids(search(case, name, owner.principal)):
        raise NotTested("could not be set up: the owner's own search does not find the playlist")


def search_takes_any_case_and_place(case: Case) -> None:
    """A keyword is found in any case and anywhere in the name."""
    owner, name = people.person(case), word(case)
    id = make(case, owner.principal, f"My {name} list")
    if id in ids(search(case, word(case), owner.principal)):
        raise NotTested("could not be set up: a keyword that is not in its name finds the playlist too")
    for keyword in (name.lower(), name.upper(), name[2:], f"y {name} l"):
        answer = search(case, keyword, owner.principal)
        judge.that(id in ids(answer), f"{keyword!r} does not find the playlist", answer, expected=id)


def paginator_envelope(case: Case) -> None:
    """A search answers with data, links and meta of the paginator, and the figures are right."""
    owner, name = people.person(case), word(case)
    made_ids = [make(case, owner.principal, f"{name} {number}") for number in range(3)]
    people.differ("playlists", *made_ids)
    answer = search(case, name, owner.principal)
    judge.status(answer, 200)
    judge.equal("what the body lacks", [], people.lacking(answer.json, ("data", "links", "meta")), answer)
    judge.equal("what links lacks", [], people.lacking(answer.at("/links"), _LINKS), answer)
    judge.equal("what meta lacks", [], people.lacking(answer.at("/meta"), _META), answer)
    judge.equal("the playlists", sorted(made_ids), sorted(ids(answer)), answer)
    for member, expected in (("current_page", 1), ("from", 1), ("to", 3), ("total", 3), ("last_page", 1)):
        judge.equal(f"meta.{member}", expected, answer.at(f"/meta/{member}"), answer)


def pages_visit_everything_once(case: Case) -> None:
    """Following next visits every playlist found exactly once, and every page counts them all."""
    owner, name = people.person(case), word(case)
    made_ids = [make(case, owner.principal, f"{name} {number}") for number in range(17)]
    people.differ("playlists", *made_ids)
    answer = search(case, name, owner.principal)
    seen = ids(answer)
    for number in range(1, 21):
        judge.equal("meta.current_page", number, answer.at("/meta/current_page"), answer)
        judge.equal("meta.total", len(made_ids), answer.at("/meta/total"), answer)
        if answer.at("/links/next") in (None, MISSING):
            break
        answer = case.follow(answer.at("/links/next"), owner.principal)
        judge.status(answer, 200)
        seen += ids(answer)
    judge.equal("the playlists seen on the way", sorted(made_ids), sorted(seen), answer)
    judge.equal(
        "meta.last_page on the last page", answer.at("/meta/current_page"), answer.at("/meta/last_page"), answer
    )


def list_is_bare(case: Case) -> None:
    """The playlist list is a bare array, empty for a user without playlists."""
    owner = people.person(case)
    answer = case.call("listPlaylists", principal=owner.principal)
    judge.status(answer, 200)
    judge.equal("the list of a new user", [], answer.json, answer)
    id = make(case, owner.principal)
    answer = case.call("listPlaylists", principal=owner.principal)
    judge.equal("the playlists listed", [id], ids(answer, ""), answer)


def list_holds_own_only(case: Case) -> None:
    """The list shows the caller's own playlists, public or not, and nobody else's."""
    owner, other = people.pair(case)
    mine = {make(case, owner.principal), make(case, owner.principal, public=True)}
    people.differ("playlists", *mine, make(case, other.principal, public=True))
    answer = case.call("listPlaylists", principal=owner.principal)
    judge.equal("the playlists listed", sorted(mine), sorted(ids(answer, "")), answer)


def name_is_required(case: Case) -> None:
    """A playlist without a name is refused and not made."""
    owner = people.person(case)
    refused(create(case, owner.principal, public=True), "playlist_name")
    judge.equal("the playlists", [], case.call("listPlaylists", principal=owner.principal).json)


def public_is_a_boolean(case: Case) -> None:
    """A public that is no boolean is refused."""
    refused(create(case, people.reader(case), playlist_name=case.ledger.name(), public="conformance"), "public")


def caller_becomes_owner(case: Case, public: str) -> None:
    """A new playlist belongs to its maker, has the name sent, is private unless said otherwise, and is stored."""
    owner, name = people.person(case), case.ledger.name("playlist")
    more = {} if public == "default" else {"public": public == "true"}
    answer = create(case, owner.principal, playlist_name=name, **more)
    judge.that(answer.is_success, "a valid create is refused", answer, expected="2xx", received=answer.status)
    for member, expected in (("user_id", owner.id), ("playlist_name", name), ("public", public == "true")):
        judge.equal(member, expected, answer.at(f"/{member}"), answer)
    stored(answer, read(case, str(answer.at("/id")), owner.principal), "")


def with_takes_tracks_only(case: Case) -> None:
    """with=tracks is taken, any other value refused."""
    owner = people.reader(case)
    id = make(case, owner)
    judge.status(read(case, id, owner, **{"with": "tracks"}), 200)
    for value in ("owner", "tracks,owner"):
        refused(read(case, id, owner, **{"with": value}), "with")


def only_the_owner_updates(case: Case, visibility: str) -> None:
    """Somebody else's update is refused and changes nothing; the owner's works."""
    owner, other = people.pair(case)
    id = make(case, owner.principal, public=visibility == "public")
    with unchanged(lambda: read(case, id, owner.principal), place=""):
        for sent in ({"playlist_name": "Taken over"}, {"public": False}, {"public": True}):
            refused(update(case, id, other.principal, **sent))
        refused(update(case, id, None, playlist_name="Taken over"))
    judge.status(update(case, id, owner.principal, playlist_name="Still mine"), 200)


def update_is_partial(case: Case, wanted: tuple[str, str]) -> None:
    """An update of one field of a private or a public playlist leaves the other, now and when read again."""
    field, visibility = wanted
    owner, is_public = people.person(case), visibility == "public"
    first = made(case, owner.principal, public=is_public)
    value: Any = not is_public if field == "public" else case.ledger.name("renamed")
    answer = update(case, str(first.at("/id")), owner.principal, **{field: value})
    judge.status(answer, 200)
    shows(answer, [Field(field, value)], "")
    changed_only(first.json, answer.json, [Field(field, value)], ("updated_at",), answer)
    stored(answer, read(case, str(first.at("/id")), owner.principal), "")


def updates_add_up(case: Case) -> None:
    """Of several updates in a row each leaves what the others changed, and a later value replaces an earlier one."""
    owner = people.reader(case)
    id = make(case, owner)
    names = [case.ledger.name("renamed") for _ in range(2)]
    for sent in ({"playlist_name": names[0]}, {"public": True}, {"playlist_name": names[1]}):
        answer = update(case, id, owner, **sent)
        judge.status(answer, 200)
        stored(answer, read(case, id, owner), "")
    shows(answer, [Field("playlist_name", names[1]), Field("public", True)], "")


CHECKS = (
    check("YM-110", playlist_members, each=("create", "read", "update", "list", "search")),
    check("YM-111", search_needs_a_keyword),
    check("YM-111", search_covers_own_and_public),
    check("YM-112", search_stays_in_the_tenant),
    check("YM-113", search_takes_any_case_and_place),
    check("YM-114", paginator_envelope),
    check("YM-114", pages_visit_everything_once, required=False),
    check("YM-115", list_is_bare),
    check("YM-116", list_holds_own_only),
    check("YM-117", name_is_required),
    check("YM-117", public_is_a_boolean),
    check("YM-117", caller_becomes_owner, each=("default", "true", "false")),
    check("YM-118", with_takes_tracks_only),
    check("YM-120", only_the_owner_updates, each=("public", "private")),
    check("YM-121", updates_add_up),
    check(
        "YM-121",
        update_is_partial,
        each=[(field, visibility) for field in ("playlist_name", "public") for visibility in ("private", "public")],
    ),
)
