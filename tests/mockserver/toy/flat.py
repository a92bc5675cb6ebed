"""A small flat of the tests' own: every habit that a provider can have, and promises broken on purpose."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from mockserver.auth.credentials import caller_of, find_by_value, is_alive, mint
from mockserver.auth.headers import bearer_of
from mockserver.call import Call
from mockserver.clock import midnight
from mockserver.core.failure import Failure
from mockserver.core.message import NOBODY, Caller, Reply, Request
from mockserver.provider import Provider
from mockserver.traffic.idempotency import IdempotencyPlan
from mockserver.traffic.limits import LimitPlan, Window
from mockserver.webhooks.outbox import WebhookPlan
from mockserver.workflow.machine import Bindings, Fired
from mockserver.world import World
from specs import Book, Operation, open_book

HOME = Path(__file__).parent
STATUSES = {
    "route_unknown": 404, "method_unknown": 405, "malformed": 400, "invalid": 422, "too_large": 413,
    "unsupported_media": 415, "not_acceptable": 406, "unauthenticated": 401, "forbidden": 403, "not_found": 404,
    "illegal_transition": 409, "thing_is_approved": 409, "rate_limited": 429, "idempotency_mismatch": 409,
    "idempotency_key_too_long": 400, "unavailable": 503, "not_offered": 501, "no_name": 422,
    "bad_preference": 400, "bad_sandbox": 400, "unknown_world": 400,
}  # fmt: skip


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    if failure.detail == "refuse yourself":
        raise RuntimeError("errors.py stumbled over its own feet")
    told = [problem.as_json() for problem in failure.problems]
    facts = {key: value for key, value in failure.facts.items() if isinstance(value, str | int | list)}
    body = {"error": failure.kind, "detail": failure.detail, "problems": told, "facts": facts}
    headers = {"Retry-After": str(failure.facts["retry_after"])} if "retry_after" in failure.facts else {}
    return Reply(STATUSES.get(failure.kind, 500), body, headers=headers)


def identify(request: Request, world: World, operation: Operation) -> Caller:
    if operation.is_open:
        return NOBODY
    token = bearer_of(request)
    record = find_by_value(world, token) if token else None
    if record is None or not is_alive(world, record):
        raise Failure("unauthenticated")
    return caller_of(record)


def mint_credential(world: World, wish: dict[str, Any]) -> dict[str, Any]:
    return mint(world, kind="bearer", value=world.token("bearer", 20), account="1", header="Authorization")


def seed(world: World, recipe: dict[str, Any]) -> None:
    for name, account, days in (("full", "1", None), ("second-account", "2", None), ("expired", "1", -1)):
        end = world.now + timedelta(days=days) if days else None
        value = world.token("bearer", 20)
        mint(world, kind="bearer", value=value, account=account, name=name, header="Authorization", expires_at=end)


def bind(call: Call, world: World) -> None:
    if "thing_id" in call.path:
        call.found = world.require("things", call.path["thing_id"])


def shown(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in ("id", "name", "size", "status")}


def list_things(call: Call, world: World) -> Reply:
    items = [shown(record) for record in world.find("things")]
    return Reply(
        200, {"items": items, "query": call.query, "headers": call.headers}, headers={"X-Total": str(len(items))}
    )


def create_thing(call: Call, world: World) -> Reply:
    number = world.next_number("thing")
    record = {"id": str(number), "name": call.body["name"], "size": call.body.get("size")}
    record = world.begin("thing", record)
    if call.body.get("boom"):
        world.later(world.now + timedelta(hours=1), "grow", id=record["id"])
        world.queue("thing.submitted", "http://127.0.0.1:9/", news("thing.submitted", record["id"]), "s3cret")
        world.send_message("a@example.com", "mail", "Boom", "It happened.")
        raise Failure("malformed", "Boom.", place="body", reason="syntax")
    return Reply(201, shown(record))


def count_things(call: Call, world: World) -> Reply:
    return Reply(200, {"count": world.count("things")})


def get_thing(call: Call, world: World) -> Reply:
    return Reply(200, shown(call.found))


def change_thing(call: Call, world: World) -> Reply:
    call.found.update(call.body or {})
    world.put("things", call.found)
    return Reply(200, shown(call.found))


def delete_thing(call: Call, world: World) -> Reply:
    world.fire("thing", call.found["id"], "remove")
    return Reply(204)


def step_thing(call: Call, world: World) -> Reply:
    if call.path["step"] == "explode":
        raise RuntimeError("a bug of the mock's own")
    world.fire("thing", call.found["id"], call.path["step"])
    return Reply(200, shown(world.require("things", call.found["id"])))


def read_slash(call: Call, world: World) -> Reply:
    return Reply(200, f"base {call.base_url}", "text/plain")


def echo(call: Call, world: World) -> Reply:
    body = call.body.decode("latin-1") if isinstance(call.body, bytes) else call.body
    files = {
        name: [
            {
                "name": upload.filename, "type": upload.media_type, "size": upload.size,
                "md5": hashlib.md5(b"".join(upload.pieces())).hexdigest(),
                "on_disk": bool(getattr(upload.file, "_rolled", not hasattr(upload.file, "getvalue"))),
            }
            for upload in uploads
        ]
        for name, uploads in call.files.items()
    }  # fmt: skip
    return Reply(200, {"body": body, "files": files, "path": call.path})


def break_promise(call: Call, world: World) -> Reply:
    world.put("things", {"id": "77", "name": "left behind", "status": "draft"})
    fine = {"X-Total": "1"}
    replies = {
        "not": lambda: Reply(200, {"fine": True}, headers=fine),
        "body": lambda: Reply(200, {"fine": "no"}, headers=fine),
        "header": lambda: Reply(200, {"fine": True}),
        "header-value": lambda: Reply(200, {"fine": True}, headers={"X-Total": "many"}),
        "media": lambda: Reply(200, "fine", "text/plain", fine),
        "status": lambda: Reply(418, {"fine": True}),
        "empty": lambda: Reply(200, None, headers=fine),
        "too-much": lambda: Reply(204, {"fine": True}),
        "no-json": lambda: Reply(200, b"{", "application/json", fine),
    }
    if call.path["how"] == "refusal":
        raise Failure("unavailable", "not promised here")
    if call.path["how"] == "refuse":
        raise Failure("internal", "refuse yourself")
    return replies[call.path["how"]]()


def has_name(world: World, record: dict[str, Any], data: dict[str, Any]) -> None:
    if record["name"] == "nameless":
        raise Failure("no_name", "A thing without a name cannot be submitted.")


def stamp(world: World, record: dict[str, Any], data: dict[str, Any]) -> None:
    record["submitted_at"] = world.now.isoformat()


def expiry_day(world: World, record: dict[str, Any]) -> datetime | None:
    return midnight(world.now) + timedelta(days=30) if record["name"] != "eternal" else None


def news(event: str, id: str) -> str:
    return orjson.dumps({"event": event, "thing": id}).decode()


def tell(event: str) -> Any:
    def emit(world: World, fired: Fired, data: dict[str, Any]) -> None:
        hook = world.get("hooks", "1")
        if hook is not None:
            world.queue(event, hook["url"], news(event, fired.id), "s3cret")

    return emit


def grow(world: World, data: dict[str, Any]) -> None:
    record = world.get("things", data["id"])
    if record is None:
        return
    record["size"] = (record["size"] or 0) + 1
    world.put("things", record)
    world.note("task", "thing", record["id"], f"grew to {record['size']}")
    if data.get("again"):
        rest = {name: value for name, value in data.items() if name != "task"}
        world.later(world.now + timedelta(hours=data["again"]), "grow", **rest)


def limits(request: Request, caller: Caller, operation: Operation, world: World) -> LimitPlan | None:
    return LimitPlan(f"account:{caller.account}", 5, timedelta(minutes=1)) if operation.id == "countThings" else None


def finish(request: Request, reply: Reply, window: Window | None) -> None:
    if window is not None:
        reply.headers.update(window.headers())


def after_attempt(world: World, delivery: dict[str, Any]) -> None:
    world.put("attempts", {"id": f"{delivery['id']}-{len(delivery['attempts'])}", "state": delivery["state"]})


def hook_headers(delivery: dict[str, Any], at: datetime, attempt: int) -> dict[str, str]:
    return {"X-Toy-Event": delivery["event"], "X-Toy-At": at.isoformat(), "X-Toy-Attempt": str(attempt)}


class Toy(Provider):
    """Its promise lies beside this file."""

    @property
    def book(self) -> Book:
        return open_book(self.name, HOME)


PROVIDER = Toy(
    name="toy",
    operations={
        "listThings": list_things, "createThing": create_thing, "countThings": count_things, "getThing": get_thing,
        "changeThing": change_thing, "deleteThing": delete_thing, "stepThing": step_thing, "readSlash": read_slash,
        "sendForm": echo, "sendUpload": echo, "sendBytes": echo, "breakPromise": break_promise, "readFile": echo,
    },
    identify=identify,
    refuse=refuse,
    seed=seed,
    mint=mint_credential,
    bindings=Bindings(
        guards={"has_name": has_name},
        effects={"stamp": stamp},
        dues={"expiry_day": expiry_day},
        emitters={"thing.submitted": tell("thing.submitted"), "thing.approved": tell("thing.approved")},
        tasks={"grow": grow},
    ),
    bind=bind,
    limits=limits,
    finish=finish,
    idempotency=IdempotencyPlan("X-Toy-Key", 20, timedelta(hours=24), {"X-Toy-Replay": "true"}),
    webhooks=WebhookPlan(
        (timedelta(minutes=1), timedelta(minutes=5)), hook_headers, timeout_seconds=2.0, after_attempt=after_attempt
    ),
    base_paths=("", "/v1"),
    unknown_query_status=0,
    indexes={"things": ("status",)},
)  # fmt: skip
