"""The inspector's pages: each reads the control API and shows what it says."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for

from mockserver.control.holdings import is_own
from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.core.message import Body
from mockserver.pipeline.govern import Govern, admit
from mockserver.web.control import asked_of_us
from mockserver.web.inspector.drawing import draw
from mockserver.web.inspector.reader import Reader

_PAGE = 50


def bind(app: Flask, house: House, govern: Govern) -> None:
    """Let the application answer below /_inspector/."""
    pages = Blueprint(
        "inspector", __name__, url_prefix="/_inspector", template_folder="templates", static_folder="static"
    )
    read = Reader(govern, house.settings)

    @pages.before_request
    def guard() -> Response | None:
        asked = asked_of_us()
        asked.body = Body(None, 0)
        try:
            admit(asked, house.settings, by_password=True)
        except Failure as failure:
            status = 401 if failure.kind == "unauthenticated" else 403
            return Response(failure.detail, status, failure.headers, content_type="text/plain; charset=utf-8")
        return None

    @pages.context_processor
    def frame() -> dict[str, Any]:
        root = request.script_root.removesuffix(f"/~{g.sandbox}")
        return {
            "sandbox": g.sandbox,
            "root": root,
            "control": f"{request.script_root}/_control",
            "token": house.settings.control_token,
            "clock": read.get("clock"),
            "providers": list(house.flats),
            "broken": len(read.get("violations")),
            "pretty": _pretty,
        }

    _bind_overview(pages, read)
    _bind_requests(pages, read)
    _bind_records(pages, read)
    _bind_messages(pages, read)
    _bind_machines(pages, read, house)
    app.register_blueprint(pages)
    app.add_url_rule("/_inspector", "inspector_bare", lambda: redirect(url_for("inspector.overview")))


def _bind_overview(pages: Blueprint, read: Reader) -> None:
    @pages.get("/")
    def overview() -> str:
        info = read.get("info")
        counts = {provider["name"]: read.get("state", provider["name"]) for provider in info["providers"]}
        latest = read.get("requests", limit=8)
        return render_template(
            "inspector/overview.html",
            info=info,
            counts=counts,
            latest=latest,
            waiting=len(read.get("deliveries", state="pending")),
            faults=read.get("faults"),
        )

    @pages.get("/sandboxes")
    def sandboxes() -> str:
        return render_template("inspector/sandboxes.html", sandboxes=read.get("sandboxes"))

    @pages.get("/trouble")
    def trouble() -> str:
        return render_template("inspector/trouble.html", faults=read.get("faults"), violations=read.get("violations"))


def _bind_requests(pages: Blueprint, read: Reader) -> None:
    @pages.get("/requests")
    def requests() -> str:
        asked = {name: request.args.get(name, "") for name in ("provider", "operation", "status")}
        journal = read.get("requests", limit=200, **asked)
        return render_template("inspector/requests.html", journal=journal, asked=asked)

    @pages.get("/requests/<id>")
    def request_page(id: str) -> str:
        entry = read.get("requests", id)
        changes = [change for change in entry["changes"] if not is_own(change["collection"])]
        return render_template("inspector/request.html", entry=entry, changes=changes)


def _bind_records(pages: Blueprint, read: Reader) -> None:
    @pages.get("/records/<provider>")
    def collections(provider: str) -> str:
        return render_template("inspector/collections.html", provider=provider, counts=read.get("state", provider))

    @pages.get("/records/<provider>/<collection>")
    def records(provider: str, collection: str) -> str:
        offset = max(0, request.args.get("offset", 0, int))
        found = read.get("state", provider, collection, limit=_PAGE, offset=offset)
        total = read.get("state", provider).get(collection, 0)
        return render_template(
            "inspector/records.html",
            provider=provider,
            collection=collection,
            records=found,
            columns=_columns(found),
            offset=offset,
            total=total,
            page=_PAGE,
        )

    @pages.get("/records/<provider>/<collection>/<path:id>")
    def record(provider: str, collection: str, id: str) -> str:
        kept = read.get("state", provider, collection, id)
        return render_template("inspector/record.html", provider=provider, collection=collection, id=id, kept=kept)


def _bind_messages(pages: Blueprint, read: Reader) -> None:
    @pages.get("/webhooks")
    def webhooks() -> str:
        asked = {name: request.args.get(name, "") for name in ("provider", "state")}
        found = read.get("deliveries", **asked)
        return render_template("inspector/webhooks.html", deliveries=found[::-1], asked=asked)

    @pages.get("/webhooks/<id>")
    def webhook(id: str) -> str:
        return render_template("inspector/webhook.html", delivery=read.get("deliveries", id))

    @pages.get("/inbox")
    def inbox() -> str:
        names = [provider["name"] for provider in read.get("info")["providers"]]
        messages = {name: read.get("inbox", name) for name in names}
        return render_template("inspector/inbox.html", messages=messages)


def _bind_machines(pages: Blueprint, read: Reader, house: House) -> None:
    @pages.get("/lifecycles")
    def lifecycles_index() -> Any:
        return redirect(url_for("inspector.lifecycles", provider=next(iter(house.flats))))

    @pages.get("/lifecycles/<provider>")
    def lifecycles(provider: str) -> str:
        machines = read.get("workflows", provider)["machines"]
        rows = [row for row in read.get("coverage")["transitions"] if row["provider"] == provider]
        seen: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row["resource"], row["event"])
            seen[key] = seen.get(key, 0) + row["count"]
        names = [machine["resource"] for machine in machines]
        return render_template(
            "inspector/lifecycles.html",
            provider=provider,
            machines=[(machine, draw(machine)) for machine in machines],
            mermaid={name: read.text("workflows", provider, **{"as": "mermaid", "resource": name}) for name in names},
            seen=seen,
        )


def _columns(records: list[dict[str, Any]]) -> list[str]:
    """Return the members that fit into a table: the first few that hold plain values in some record."""
    plain: dict[str, None] = {}
    for record in records:
        for name, value in record.items():
            if name != "id" and (value is None or isinstance(value, str | int | float)):
                plain[name] = None
    return list(plain)[:7]


def _pretty(value: Any) -> str:
    """Return a JSON value for reading; text as it is."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
