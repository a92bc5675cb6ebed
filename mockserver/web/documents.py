"""What this server says of itself: specs with its own address, reference pages, a first page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
import yaml
from flask import Flask, Response, abort, g, jsonify, redirect, render_template, request, url_for

from mockserver.auth.credentials import CREDENTIALS
from mockserver.control.documents import annotated, served
from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.exports import shown_value
from mockserver.pipeline.govern import admit
from mockserver.web.control import asked_of_us, root_url
from specs import Book, open_book

_YAML_TYPE = "application/yaml"
_dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def bind(app: Flask, house: House) -> None:
    """Let the application answer for documents, reference pages and the first page."""

    def spec(provider: str, form: str) -> Response:
        book = _book(house, provider)
        url = f"{root_url()}/{provider}"
        if form == "yaml":
            return _open(Response(_as_yaml(book, url), content_type=f"{_YAML_TYPE}; charset=utf-8"))
        return _open(Response(orjson.dumps(served(book, url)), content_type="application/json"))

    def reference_spec(provider: str) -> Response:
        book = _book(house, provider)
        url = root_url() if provider == "control" else f"{root_url()}/{provider}"
        return Response(orjson.dumps(annotated(served(book, url))), content_type="application/json")

    def reference(provider: str) -> str:
        title = _book(house, provider).title
        return render_template("reference.html", title=title, provider=provider, key=_key_of(house, provider))

    def index() -> str:
        return render_template("documents.html", **_first(house))

    def first() -> Response | str:
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return render_template("first.html", **_first(house))
        return jsonify(_first(house))

    app.add_url_rule("/<provider>/openapi.<any(json, yaml):form>", "spec", spec)
    app.add_url_rule("/_docs/<provider>.json", "reference_spec", reference_spec)
    app.add_url_rule("/_docs/<provider>", "reference", reference)
    app.add_url_rule("/_docs/", "documents", index)
    app.add_url_rule("/_docs", "documents_bare", lambda: redirect(url_for("documents")))
    app.add_url_rule("/", "first", first)


def _key_of(house: House, provider: str) -> tuple[str, str] | None:
    """Return header and value of the full credential, so that trying an operation out works at once.

    Who may not use the control API is not shown one either.
    """
    if provider == "control" or house.settings.control_token:
        return None
    try:
        admit(asked_of_us(), house.settings)
    except Failure:
        return None
    records = house.enter(g.sandbox, provider).find(CREDENTIALS)
    full = next((record for record in records if record["name"] == "full" and record["header"]), None)
    return None if full is None else (full["header"], shown_value(full))


def _book(house: House, provider: str) -> Book:
    if provider == "control":
        return open_book(provider)
    if provider not in house.flats:
        abort(404)
    return house.flats[provider].book


@lru_cache(maxsize=16)
def _as_yaml(book: Book, url: str) -> str:
    text: str = yaml.dump(served(book, url), Dumper=_dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def _open(response: Response) -> Response:
    """Let any page read it: a spec is no secret, and tools in browsers ask for it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _first(house: House) -> dict[str, Any]:
    root = root_url()
    providers = [
        {
            "name": flat.name,
            "title": flat.book.title,
            "base_url": f"{root}/{flat.name}",
            "spec_url": f"{root}/{flat.name}/openapi.json",
            "docs_url": f"{root}/_docs/{flat.name}",
            "operations": len(flat.book.operations),
        }
        for flat in house.flats.values()
    ]
    return {
        "name": "soundcheck",
        "version": house.version,
        "providers": providers,
        "control_url": f"{root}/_control/",
        "control_docs_url": f"{root}/_docs/control",
        "docs_url": f"{root}/_docs/",
        "inspector_url": f"{root}/_inspector/",
    }
