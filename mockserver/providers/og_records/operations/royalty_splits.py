"""Who gets which share: split configurations, payees and invitations."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.explain import entry
from mockserver.providers.og_records.records import print_person, print_split
from mockserver.providers.og_records.rules import check_shares, require_release, require_track
from mockserver.world import World


def create_split(call: Call, world: World) -> Reply:
    """Share out a track or a release; the configuration before it is superseded (OG-085, OG-086)."""
    body = call.body
    if "track_id" in body:
        home = require_track(world, body["track_id"], call.account)["release_id"]
    else:
        home = require_release(world, body["release_id"], call.account)["id"]
    check_shares(world, call.account, body["shares"])
    return Reply(201, print_split(put_split(world, call.account, home, body)))


def put_split(world: World, account: str, release_id: str, wish: Record) -> Record:
    """Store a configuration in place of the active one of the same target; returns its record."""
    target = wish.get("track_id") or release_id
    for old in world.slice_by("splits", "active_target", target):
        world.put("splits", {**old, "status": "superseded", "active_target": None, "active_release": None})
    shares = [
        {"person_id": share["person_id"], "role": share.get("role", "payee"), "percentage": share["percentage"]}
        for share in wish["shares"]
    ]
    split = {
        "id": world.uuid("split"),
        "account": account,
        "release_id": None if wish.get("track_id") else release_id,
        "track_id": wish.get("track_id"),
        "status": "active",
        "shares": shares,
        "active_target": target,
        "active_release": release_id,
        "created_at": instant(world.now),
    }
    world.put("splits", split)
    return split


def list_release_splits(call: Call, world: World) -> Reply:
    """Answer the active splits of a release and of its tracks, oldest first (OG-086)."""
    splits = world.slice_by("splits", "active_release", call.found["id"])
    return Reply(200, {"data": [print_split(split) for split in splits]})


def create_person(call: Call, world: World) -> Reply:
    """Create a payee, or invite one by e-mail (OG-089)."""
    body = call.body
    email, is_invited = body.get("email"), body.get("invite", False)
    key = f"{call.account}/{email.casefold()}" if email else None
    if key is not None and world.count_by("persons", "email_key", key):
        taken = entry("taken", email, "email")
        raise Failure("email_taken", "A payee with this e-mail address exists.", details=[taken])
    person = {
        "id": world.uuid("person"),
        "account": call.account,
        "name": body["name"],
        "email": email,
        "email_key": key,
        "status": "invited" if is_invited else "active",
        "created_at": instant(world.now),
    }
    world.put("persons", person)
    if is_invited:
        invite(world, person)
    return Reply(201, print_person(world.require("persons", person["id"])))


def invite(world: World, person: Record) -> Record:
    """Send an invitation to a payee's address; returns its record."""
    account = world.get("accounts", person["account"]) or {"name": person["account"]}
    invitation = {
        "id": world.uuid("invitation"),
        "account": person["account"],
        "person_id": person["id"],
        "email": person["email"],
        "email_key": person["email"].casefold(),
        "sent_at": instant(world.now),
    }
    text = (
        f"Hello {person['name']},\n\n{account['name']} would like to pay you a share of its royalties.\n"
        f"Accept the invitation {invitation['id']} to become a payee.\n"
    )
    world.send_message(
        person["email"],
        "email",
        f"{account['name']} invites you to OG Records",
        text,
        person_id=person["id"],
        invitation_id=invitation["id"],
    )
    return world.begin("invitation", invitation)


OPERATIONS: dict[str, OperationFunction] = {
    "createSplit": create_split,
    "listReleaseSplits": list_release_splits,
    "createPerson": create_person,
}
