"""What the server says of itself: specs, reference pages, a first page, all of it without the network."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from mockserver.app import App
from mockserver.control.documents import annotated
from specs import open_book

STATIC = Path(__file__).parents[3] / "mockserver" / "web" / "static"


def test_a_spec_names_this_server_first(tester: Any) -> None:
    document = tester.ask("GET", "/parcels/openapi.json", headers={"Host": "127.0.0.1:4010"}).json

    assert [server["url"] for server in document["servers"]] == [
        "http://127.0.0.1:4010/parcels",
        "https://parcels.example",
    ]
    assert "x-hosts" not in document
    assert document["paths"].keys() == tester.app.flats["parcels"].book.document["paths"].keys()


def test_a_spec_keeps_the_prefix_of_the_sandbox(tester: Any) -> None:
    answer = tester.ask("GET", f"/~{tester.sandbox}/parcels/openapi.json")

    assert answer.json["servers"][0]["url"] == f"http://localhost/~{tester.sandbox}/parcels"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_yaml_says_the_same_as_json(tester: Any) -> None:
    text = tester.ask("GET", "/products/openapi.yaml")

    assert text.mimetype == "application/yaml"
    assert yaml.safe_load(text.text) == tester.ask("GET", "/products/openapi.json").json


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/products/openapi.json", "/_control/openapi.json", "/_docs/products.json", "/_docs/control.json"]
)
def test_what_is_served_is_a_valid_document(tester: Any, path: str) -> None:
    validate(tester.ask("GET", path).json)


def test_the_document_that_the_house_acts_by_is_not_changed(tester: Any) -> None:
    before = repr(open_book("products").document)

    tester.ask("GET", "/products/openapi.json")
    tester.ask("GET", "/_docs/products.json")

    assert repr(open_book("products").document) == before


@pytest.mark.parametrize(
    "path", ["/spotless/openapi.json", "/parcels/openapi.txt", "/_docs/spotless", "/_docs/spotless.json"]
)
def test_what_is_not_served_is_not_found(tester: Any, path: str) -> None:
    answer = tester.ask("GET", path)

    assert answer.status_code == 404


def test_the_reference_tells_what_an_operation_rests_on(tester: Any) -> None:
    document = tester.ask("GET", "/_docs/parcels.json").json

    listing, ordering = document["paths"]["/parcels"]["get"], document["paths"]["/parcels"]["post"]
    assert listing["description"] == "**`documented`** · *nowhere, L1*\n\nThose of the caller's account."
    assert ordering["description"] == "**`inferred`** · *nowhere, L2* · PA-001"
    assert document["servers"][0]["url"] == "http://localhost/parcels"


def test_operations_without_a_basis_stay_as_they_are() -> None:
    document = {"paths": {"/x": {"parameters": [], "get": {"responses": {}, "description": "As it is."}}}}

    assert annotated(document) == document


@pytest.mark.parametrize("provider", ["parcels", "products", "control"])
def test_the_reference_page_loads_nothing_from_elsewhere(tester: Any, provider: str) -> None:
    answer = tester.ask("GET", f"/~{tester.sandbox}/_docs/{provider}")

    assert 'load-fonts="false"' in answer.text
    assert f'spec-url="/~{tester.sandbox}/_docs/{provider}.json"' in answer.text
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_reference_page_brings_a_key_to_try_with(tester: Any, build_house: Callable[..., App]) -> None:
    from werkzeug.test import Client

    key = tester.key()["Authorization"]
    here = tester.ask("GET", "/_docs/parcels").text
    foreign = tester.ask("GET", "/_docs/parcels", headers={"Host": "evil.example"}).text
    locked = Client(build_house(control_token="s3same").wsgi).get("/_docs/parcels").text

    assert f'api-key-value="{key}"' in here
    assert "api-key-value" not in foreign
    assert "api-key-value" not in locked


def test_the_script_of_the_reference_page_is_ours_to_give(tester: Any) -> None:
    answer = tester.ask("GET", "/_docs/static/rapidoc-min.js")

    assert answer.mimetype == "text/javascript"
    assert answer.data == (STATIC / "rapidoc-min.js").read_bytes()
    assert "MIT License" in (STATIC / "rapidoc-LICENSE.txt").read_text("utf-8")


def test_the_first_page_is_json_for_scripts_and_html_for_people(tester: Any) -> None:
    script = tester.ask("GET", "/", headers={"Accept": "*/*"})
    person = tester.ask("GET", "/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert script.json["providers"][0]["base_url"] == "http://localhost/parcels"
    assert script.json["inspector_url"] == "http://localhost/_inspector/"
    assert person.mimetype == "text/html"
    assert "http://localhost/products" in person.text


def test_the_index_of_references_leads_to_every_one(tester: Any) -> None:
    page = tester.ask("GET", "/_docs/").text

    for name in ("parcels", "products", "control"):
        assert f'href="http://localhost/_docs/{name}"' in page
    assert tester.ask("GET", "/_docs").headers["Location"].endswith("/_docs/")


def test_what_lies_nowhere_is_a_problem_document_that_shows_the_way(tester: Any) -> None:
    answer = tester.ask("GET", "/tonegird/releases")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert "/parcels/" in answer.json["detail"]


@pytest.mark.parametrize("name", ["QA", "\u65e5\u672c", "..", "a b", "\u00e4"])
@pytest.mark.parametrize(
    "path", ["", "_docs/", "_docs/parcels", "_inspector/", "parcels/openapi.json", "_control/clock"]
)
def test_under_a_name_that_no_sandbox_can_have_there_is_nothing(tester: Any, name: str, path: str) -> None:
    answer = tester.ask("GET", f"/~{name}/{path}")

    assert answer.status_code == 422
    assert answer.headers["X-Sandbox"] == "default"
    assert "no sandbox name" in answer.json["detail"]


@pytest.mark.parametrize("path", ["/", "/_docs/", "/parcels/openapi.yaml"])
def test_documents_are_for_reading(tester: Any, path: str) -> None:
    answer = tester.ask("PUT", path)

    assert answer.status_code in (404, 405)
    assert answer.content_type.startswith("application/")


def test_the_documents_own_host_needs_no_prefix_and_keeps_the_rooms(tester: Any) -> None:
    own = {"Host": "parcels.example"}

    assert tester.ask("POST", "/hooks/stork", {}, headers=own).json == {"error": "bad_signature", "detail": "missing"}
    assert tester.ask("GET", "/_docs/parcels", headers=own).status_code == 200
