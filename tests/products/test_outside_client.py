"""A client library of the field, used as its users do, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonapi_requests import Api
from jsonapi_requests.data import Dictionary, JsonApiObject
from jsonapi_requests.request_factory import ApiClientError

from mockserver.web.serving import LocalServer


class Bearer:
    """Puts a token on every request, in the form that the library's `AUTH` wants."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@pytest.fixture
def api(demo: Any) -> Iterator[Api]:
    server = LocalServer(demo.house.wsgi)
    root = f"{server.url}/~{demo.name}/products/api/v1"
    yield Api.config({"API_ROOT": root, "AUTH": Bearer(demo.credential("full")["value"]), "APPEND_SLASH": False})
    server.close()


def new_product() -> JsonApiObject:
    attributes = {
        "name": "From outside", "upc-code": "8088111222333", "copyright-line": "©", "production-line": "℗",
        "production-year": 2026, "status": "draft", "artist": ["A"],
    }  # fmt: skip
    relationships = {
        "label": {"data": {"type": "labels", "id": "1"}},
        "language": {"data": {"type": "languages", "id": "1"}},
    }
    return JsonApiObject.from_data({"type": "products", "attributes": attributes, "relationships": relationships})


def test_it_lists_and_filters(api: Api) -> None:
    """PR-020, PR-027"""
    endpoint = api.endpoint("products")

    page = endpoint.get(params={"page[size]": 50, "filter[status]": "active"})

    assert len(page.data) == 50
    assert {one.attributes["status"] for one in page.data} == {"active"}


def test_it_reads_creates_changes_and_deletes(api: Api) -> None:
    """PR-041, PR-080, PR-090, PR-092"""
    made = api.endpoint("products").post(object=new_product()).data
    own = api.endpoint(f"products/{made.id}")

    assert own.get().data.attributes["name"] == "From outside"
    change = JsonApiObject(type="products", id=made.id, attributes=Dictionary(subtitle="S"))
    assert own.patch(object=change).data.attributes["subtitle"] == "S"
    assert own.delete().status_code == 204
    with pytest.raises(ApiClientError) as caught:
        own.get()
    assert caught.value.status_code == 404


def test_it_raises_what_the_document_says(api: Api) -> None:
    """PR-042"""
    wrong = new_product()
    del wrong.attributes["name"]

    with pytest.raises(ApiClientError) as caught:
        api.endpoint("products").post(object=wrong)

    assert caught.value.status_code == 422
    assert "The name field is required." in str(caught.value.content)
