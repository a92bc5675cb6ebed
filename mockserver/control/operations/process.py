"""The running server: is it up, is it ready, what is it."""

from __future__ import annotations

from dataclasses import asdict

from mockserver.call import Call
from mockserver.control.documents import served
from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import not_offered
from specs import open_book

_SECRET = "control_token"  # noqa: S105 - the name of a setting, not its value


def get_health(call: Call, house: House) -> Reply:
    """Answer: that is enough."""
    return Reply(200, {"status": "ok"})


def get_ready(call: Call, house: House) -> Reply:
    """Answer once the default worlds stand; `not_ready` while somebody else builds them."""
    if not house.prepare():
        raise Failure("not_ready", "The worlds are being built.")
    return Reply(200, {"status": "ready"})


def get_info(call: Call, house: House) -> Reply:
    """Tell version, store, settings without secrets, and the providers."""
    settings = {name: value for name, value in asdict(house.settings).items() if name != _SECRET}
    providers = [
        {
            "name": flat.name,
            "title": flat.book.title,
            "base_url": f"{call.base_url}/{flat.name}",
            "spec_url": f"{call.base_url}/{flat.name}/openapi.json",
            "docs_url": f"{call.base_url}/_docs/{flat.name}",
            "operations": sum(1 for function in flat.operations.values() if function is not not_offered),
            **flat.about,
        }
        for flat in house.flats.values()
    ]
    kind = house.settings.store.partition(":")[0]
    return Reply(200, {"version": house.version, "store": kind, "settings": settings, "providers": providers})


def get_control_spec(call: Call, house: House) -> Reply:
    """Return the control API's own document."""
    return Reply(200, served(open_book("control"), call.base_url))


OPERATIONS = {
    "getHealth": get_health,
    "getReady": get_ready,
    "getInfo": get_info,
    "getControlSpec": get_control_spec,
}
