"""A carrier of the tests' own: scopes, reviewers, signed webhooks both ways, messages."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from mockserver.auth.credentials import caller_of, find_by_value, is_alive, mint
from mockserver.auth.headers import bearer_of
from mockserver.call import Call
from mockserver.clock import parse_instant
from mockserver.core.failure import Failure
from mockserver.core.message import NOBODY, Caller, Reply, Request
from mockserver.provider import Provider
from mockserver.traffic.limits import LimitPlan
from mockserver.webhooks import signing
from mockserver.webhooks.outbox import WebhookPlan
from mockserver.workflow.machine import Bindings, Fired
from mockserver.world import World
from specs import Book, Operation, open_book

HOME = Path(__file__).parent
_STATUSES = {
    "unauthenticated": 401, "forbidden": 403, "not_found": 404, "route_unknown": 404, "method_unknown": 405,
    "illegal_transition": 409, "on_its_way": 409, "unsupported_media": 415, "malformed": 400, "invalid": 422,
    "bad_signature": 400, "rate_limited": 429, "bad_preference": 400, "bad_sandbox": 400, "unavailable": 503,
}  # fmt: skip


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    return Reply(_STATUSES.get(failure.kind, 500), {"error": failure.kind, "detail": failure.detail})


def identify(request: Request, world: World, operation: Operation) -> Caller:
    if operation.is_open:
        return NOBODY
    token = bearer_of(request)
    record = find_by_value(world, token) if token else None
    if record is None or not is_alive(world, record):
        raise Failure("unauthenticated")
    if not operation.scopes <= set(record["scopes"]):
        raise Failure("forbidden")
    return caller_of(record)


def mint_credential(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    if wish["kind"] not in ("bearer", "client"):
        raise Failure("invalid_wish", f"no {wish['kind']} here; valid: bearer, client")
    expires = parse_instant(wish["expires_at"]) if "expires_at" in wish else None
    if wish["kind"] == "client":
        facts = {"client_id": world.token("client", 8), "client_secret": "hush"}
        return mint(world, kind="client", value="", account="1", **facts)
    return _token(world, "", wish.get("account", "1"), tuple(wish.get("scopes", ("parcels:read",))), expires)


def _token(
    world: World, name: str, account: str, scopes: tuple[str, ...], expires: datetime | None = None
) -> dict[str, Any]:
    value = world.token("bearer", 20)
    facts = {"name": name, "account": account, "scopes": scopes, "expires_at": expires}
    return mint(world, kind="bearer", value=value, header="Authorization", **facts)


def seed(world: World, recipe: dict[str, Any]) -> None:
    _token(world, "full", "1", ("parcels:read",))
    _token(world, "second-account", "2", ("parcels:read",))
    _token(world, "expired", "1", ("parcels:read",), world.now - timedelta(days=1))
    _token(world, "no-scope", "1", ())
    mint(world, kind="webhook_secret", value="stork-secret", account="1", name="stork")
    for number in range(recipe["parcels"]):
        world.begin("parcel", _parcel(world, f"Box {number}", "1" if number % 2 else "2"))


def _parcel(world: World, to: str, account: str) -> dict[str, Any]:
    number = world.next_number("parcel")
    return {"id": str(number), "code": f"PX-{number}", "to": to, "account": account, "callback_url": None}


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("code", "to", "status")}


def list_parcels(call: Call, world: World) -> Reply:
    return Reply(200, [_shown(record) for record in world.slice_by("parcels", "account", call.account)])


def order_parcel(call: Call, world: World) -> Reply:
    record = {**_parcel(world, call.body["to"], call.account), "callback_url": call.body.get("callback_url")}
    record = world.begin("parcel", record)
    code = str(100_000 + int(record["id"]))
    world.send_message(call.body["to"], "email", "Your parcel", f"Your code is {code}.", code=code, locale="en")
    return Reply(201, _shown(record))


def cancel_parcel(call: Call, world: World) -> Reply:
    id = locate(world, "parcel", call.path["code"])
    world.fire("parcel", id or "", "cancel")
    return Reply(204)


def take_stork_news(call: Call, world: World) -> Reply:
    body = call.request.body.seen or b""
    verdict = signing.verify_timestamped("stork-secret", body, call.request.header("x-stork"), world.now)
    if not verdict:
        raise Failure("bad_signature", str(verdict.refusal))
    seen = hashlib.sha256(body).hexdigest()
    is_new = world.get("stork_news", seen) is None
    world.put("stork_news", {"id": seen, "count": 1 + (world.get("stork_news", seen) or {"count": 0})["count"]})
    return Reply(200, {"taken": is_new})


def build_stork_news(world: World, wish: dict[str, Any]) -> dict[str, Any] | None:
    if wish["variant"] == "replay":
        return None
    payload = {"event": "arrived", "baby": "one", **(wish["payload"] or {})}
    body = orjson.dumps(payload)
    at = world.now - timedelta(days=1) if wish["variant"] == "stale" else world.now
    secret = "wrong" if wish["variant"] == "bad-signature" else "stork-secret"
    headers = {"Content-Type": "application/json", "X-Stork": signing.timestamped(secret, body, at)}
    return {"method": "POST", "path": "/hooks/stork", "headers": headers, "body": body}


def locate(world: World, machine: str, id: str) -> str | None:
    id = id.removeprefix("PX-")
    return id if world.get("parcels", id) else None


def has_reason(world: World, record: dict[str, Any], data: dict[str, Any]) -> None:
    if not data["reason"].strip():
        raise Failure("no_reason", "A parcel is held for a reason.")


def stamp(world: World, record: dict[str, Any], data: dict[str, Any]) -> None:
    record["reason"] = data.get("reason")


def tell_moved(world: World, fired: Fired, data: dict[str, Any]) -> None:
    if fired.record["callback_url"]:
        body = {"event": "parcel.moved", "code": fired.record["code"], "status": fired.target}
        if data.get("spoil"):
            del body["code"]
        world.queue("parcel.moved", fired.record["callback_url"], orjson.dumps(body).decode(), "s3cret")


def webhook_headers(delivery: dict[str, Any], at: datetime, attempt: int) -> dict[str, str]:
    signature = signing.timestamped(delivery["secret"], delivery["body"].encode(), at)
    return {"X-Parcel-Signature": signature, "X-Parcel-Attempt": str(attempt)}


def limits(request: Request, caller: Caller, operation: Operation, world: World) -> LimitPlan | None:
    return LimitPlan(f"account:{caller.account}", 3) if operation.id == "listParcels" else None


def signature_of(secret: str, text: bytes) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class Parcels(Provider):
    """Its promise lies beside this file."""

    @property
    def book(self) -> Book:
        return open_book("parcels", HOME)


PROVIDER = Parcels(
    name="parcels",
    operations={
        "listParcels": list_parcels,
        "orderParcel": order_parcel,
        "cancelParcel": cancel_parcel,
        "takeStorkNews": take_stork_news,
    },
    identify=identify,
    refuse=refuse,
    seed=seed,
    mint=mint_credential,
    bindings=Bindings(
        guards={"has_reason": has_reason}, effects={"stamp": stamp}, emitters={"parcel.moved": tell_moved}
    ),
    limits=limits,
    locate=locate,
    webhooks=WebhookPlan((timedelta(minutes=1), timedelta(minutes=5)), webhook_headers, timeout_seconds=2.0),
    events={"parcel.*": "parcelMoved"},
    inbound={"stork": build_stork_news},
    indexes={"parcels": ("account",)},
    about={"carrier": True},
)
