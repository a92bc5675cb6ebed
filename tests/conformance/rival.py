"""A second implementation of the products API, on bare werkzeug, that the suite is tried against.

It shares no code with the mock or with the specs package and has no control API. A list of defects makes it wrong in
known ways.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from rival_defects import Defects
from rival_query import DATES, JSONAPI, LISTS, LOOSE_TEXTS, TO_MANY, TO_ONE, TOKENS, Query, Refused
from rival_writing import Reply, Writing
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


class Rival:
    """The API over one in-memory world: 24 products of one company, 3 of another."""

    def __init__(self, *defects: str) -> None:
        self.defects = Defects(defects)
        self.writing = Writing(self)
        self.lock = threading.Lock()
        self.products: dict[str, dict[str, Any]] = {}
        self.covers: dict[str, tuple[str, bytes]] = {}
        self.serial = 0
        for number in range(27):
            company = "1" if number < 24 else "2"
            attributes = self.blank() | {"name": f"Seeded {number}", "upc-code": f"{8445281840000 + number}"}
            links = {"label": ("1", "5")[number % 2], "language": ("1", "2")[number % 2], "product-type": "1"}
            links["product-type"] = ("1", "2", "3")[number % 3]
            self.add(company, attributes, links, tasks=number % 5 == 0)

    def blank(self) -> dict[str, Any]:
        moment = self.now()
        values: dict[str, Any] = dict.fromkeys(
            (*LOOSE_TEXTS, *LISTS, *DATES, "custom-data", "cover-url", "front-cover-md5")
        )
        given = {
            "copyright-line": "Records",
            "production-line": "Records",
            "production-year": 2023,
            "artist": ["Artist"],
        }
        return values | given | {"is-compilation": False, "status": "draft", "createdAt": moment, "updatedAt": moment}

    def now(self) -> str:
        shift = timedelta(hours=2) if self.defects.has("T03-local-time-labelled-z") else timedelta()
        present = datetime.now(UTC)  # noqa: TID251 - it is a server of its own
        return (present + shift).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def add(self, company: str, attributes: dict[str, Any], links: dict[str, Any], tasks: bool = False) -> str:
        self.serial += 1
        id = str(self.serial)
        self.products[id] = {"company": company, "attributes": attributes, "links": links, "tasks": tasks}
        return id

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        with self.lock:
            response = self.answer(request)
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        try:
            status, document, headers = self.dispatch(request)
        except Refused as refused:
            status, document, headers = refused.status, {"errors": refused.errors}, refused.headers
        if isinstance(document, tuple):
            return Response(document[1], status, content_type=document[0])
        if document is None:
            return self.defects.rewrite(request, Response(b"", status, headers))
        whole = {"jsonapi": {"version": "1.0"}, **document}
        status, whole, headers = self.defects.edit(request, status, whole, headers)
        body = json.dumps(whole, ensure_ascii=False).encode()
        return self.defects.rewrite(request, Response(body, status, headers, content_type=JSONAPI))

    def dispatch(self, request: Request) -> Reply:
        path, method = request.path, request.method
        found = re.fullmatch(r"/storage/covers/([^/]+)", path)
        if found:
            if found[1] not in self.covers or self.defects.has("C-cover-cannot-be-fetched"):
                raise Refused(404, "Not Found")
            return 200, self.covers[found[1]], {}
        found = re.fullmatch(r"/api/v1/products(?:/([^/]+))?(?:/(relationships/)?([^/]+))?", path)
        if not found or (found[3] and found[3] not in TO_ONE | TO_MANY):
            raise Refused(404, "Not Found", (f"The route {path[1:]} could not be found.", {}))
        allowed = ("GET",) if found[3] else ("GET", "PATCH", "DELETE") if found[1] else ("GET", "POST")
        if method not in allowed and not (method == "HEAD"):
            raise Refused(405, "Method Not Allowed", Allow=", ".join(allowed))
        company = self.company(request, found[3])
        self.negotiate(request)
        if method == "POST":
            return self.writing.create(request, company)
        if not found[1]:
            return self.list(request, company)
        product = self.product(found[1], company)
        if found[3]:
            return self.related(request, found[1], product, found[3], bool(found[2]))
        if method == "PATCH":
            return self.writing.update(request, found[1], product)
        return self.writing.delete(found[1], product) if method == "DELETE" else self.read(request, found[1], product)

    def company(self, request: Request, relationship: str | None) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token == TOKENS["full"]:
            return "1"
        if token == TOKENS["second-account"]:
            return "2"
        open_door = self.defects.has("A01-one-operation-needs-no-token") and relationship == "label"
        any_token = self.defects.has("A02-any-token-accepted") and scheme == "Bearer"
        old_token = self.defects.has("A03-expired-token-accepted") and token == TOKENS["expired"]
        if open_door or any_token or old_token:
            return "1"
        raise Refused(401, "Unauthorized", ("Unauthenticated.", {}))

    def negotiate(self, request: Request) -> None:
        accepted = request.headers.get("Accept", "*/*")
        if not any(kind in accepted for kind in (JSONAPI, "*/*", "application/*")):
            raise Refused(406, "Not Acceptable")
        writes = request.method in ("POST", "PATCH") and not self.defects.has("V06-content-type-not-checked")
        if writes and request.headers.get("Content-Type") != JSONAPI:
            raise Refused(415, "Unsupported Media Type")

    def product(self, id: str, company: str) -> dict[str, Any]:
        product = self.products.get(id)
        if product is None or (product["company"] != company and not self.defects.has("A05-foreign-product-readable")):
            raise Refused(404, "Not Found")
        return product

    # --- reading

    def url(self, request: Request, tail: str) -> str:
        host = "https://domain.com/" if self.defects.has("L-links-name-another-host") else request.host_url
        return host + "api/v1/products" + tail

    def resource(self, request: Request, id: str, fields: list[str] | None = None) -> dict[str, Any]:
        product = self.products[id]
        names = (*TO_ONE, *TO_MANY)
        relationships = {name: self.links_of(request, id, name) for name in names if fields is None or name in fields}
        attributes = {name: value for name, value in product["attributes"].items() if fields is None or name in fields}
        links = {"self": self.url(request, f"/{id}")}
        return {"type": "products", "id": id, "attributes": attributes, "relationships": relationships, "links": links}

    def links_of(self, request: Request, id: str, name: str) -> dict[str, Any]:
        own, related = f"/{id}/relationships/{name}", f"/{id}/{name}"
        return {"links": {"related": self.url(request, related), "self": self.url(request, own)}}

    def one(self, request: Request, id: str) -> dict[str, Any]:
        query = self.query(request)
        document = {"data": self.resource(request, id, query.fields), "links": {"self": self.url(request, f"/{id}")}}
        if query.asked:
            document["links"]["self"] += "?" + urlencode(query.asked)
        return self.included(request, document, query, [id])

    def included(self, request: Request, document: dict[str, Any], query: Query, ids: list[str]) -> dict[str, Any]:
        if not query.include:
            return document
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for id, resource in zip(ids, _listed(document["data"]), strict=True):
            for name in query.include:
                entries = self.targets(id, name)
                identifiers = [{"type": entry["type"], "id": entry["id"]} for entry in entries]
                linkage = identifiers if name in TO_MANY else (identifiers or [None])[0]
                resource["relationships"].setdefault(name, self.links_of(request, id, name))["data"] = linkage
                found.update({(entry["type"], entry["id"]): entry for entry in entries})
        return {**document, "included": list(found.values())}

    def targets(self, id: str, name: str) -> list[dict[str, Any]]:
        if name in TO_MANY:
            return []
        product = self.products[id]
        target = product["company"] if name == "company" else product["links"].get(name)
        return [{"type": TO_ONE[name], "id": target, "attributes": {"name": f"{name} {target}"}}] if target else []

    def read(self, request: Request, id: str, product: dict[str, Any]) -> Reply:
        return 200, self.one(request, id), {}

    def related(self, request: Request, id: str, product: dict[str, Any], name: str, bare: bool) -> Reply:
        self.query(request)
        entries = self.targets(id, name)
        data = [{"type": entry["type"], "id": entry["id"]} for entry in entries] if bare else entries
        own = self.url(request, f"/{id}/relationships/{name}" if bare else f"/{id}/{name}")
        document: dict[str, Any] = {"links": {"self": own}, "data": data if name in TO_MANY else (data or [None])[0]}
        if bare:
            document["links"]["related"] = self.url(request, f"/{id}/{name}")
        if name in TO_MANY:
            figures = {"currentPage": 1, "from": 0, "lastPage": 1, "perPage": 20, "to": 0, "total": 0}
            document["meta"] = {"page": figures}
        return 200, document, {}

    def query(self, request: Request) -> Query:
        return Query(request, self.defects)

    def list(self, request: Request, company: str) -> Reply:
        query = self.query(request)
        leaks = self.defects.has("A06-list-leaks-other-accounts")
        ids = [id for id, product in self.products.items() if leaks or product["company"] == company]
        ids = [id for id in ids if self.matches(id, self.products[id], query)]
        if query.sort and not self.defects.has("P-sort-ignored"):
            for order in reversed(query.sort):
                key = order.lstrip("-")
                ids.sort(key=lambda id: str(self.products[id]["attributes"][key]), reverse=order[0] == "-")
        total, last = len(ids), max(1, -(-len(ids) // query.size))
        start = self.defects.start((query.number - 1) * query.size, query.number)
        shown = ids if self.defects.has("P03-page-size-ignored") else ids[start : start + query.size]
        first = (query.number - 1) * query.size + 1
        figures = {"currentPage": query.number, "from": first if shown else 0, "lastPage": last, "perPage": query.size}
        figures |= {"to": first + len(shown) - 1 if shown else 0, "total": self.defects.total(total, len(shown))}
        numbers = {"first": 1, "last": last, "prev": query.number - 1, "next": query.number + 1}
        links = {
            name: self.url(
                request, "?" + urlencode([*query.asked, ("page[number]", number), ("page[size]", query.size)])
            )
            for name, number in numbers.items()
            if number >= 1 and (number <= last or name == "first")
        }
        data = [self.resource(request, id, query.fields) for id in shown]
        document = {"data": data, "meta": {"page": figures}, "links": links}
        return 200, self.included(request, document, query, shown), {}

    def matches(self, id: str, product: dict[str, Any], query: Query) -> bool:
        attributes, created = product["attributes"], product["attributes"]["createdAt"][:10]
        tests = {
            "name": lambda value: value.lower() in attributes["name"].lower(),
            "status": lambda value: value == attributes["status"],
            "id": lambda value: value == id,
            "label-id": lambda value: value == product["links"]["label"],
            "upc-code": lambda value: value == attributes["upc-code"],
            "created-at-gte": lambda value: created >= value,
            "created-at-lte": lambda value: created <= value,
            "has-send-tasks": lambda value: (value == "true") is product["tasks"],
        }
        return all(tests[name](value) for name, value in query.filters.items() if not self.defects.ignores(name))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # headers and body are two writes; waiting between them costs 40 ms

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def serving(*defects: str) -> Iterator[str]:
    """Serve a rival on a free port; gives its base URL."""
    server = make_server("127.0.0.1", 0, Rival(*defects), threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


if __name__ == "__main__":
    import sys

    made = make_server("127.0.0.1", int(sys.argv[1]), Rival(*sys.argv[2:]), threaded=True, request_handler=_Handler)
    made.serve_forever()
