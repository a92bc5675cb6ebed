"""What a user pastes: URLs and credentials as environment variables and as lines at the start."""

from __future__ import annotations

from typing import Any

from mockserver.app import App
from mockserver.exports import credentials_of, environment_of, paste_line, shown_value


def test_urls_and_the_full_credential_are_exported(house: App) -> None:
    found = environment_of(house.sandboxes, "http://127.0.0.1:4010")

    token = next(one["value"] for one in credentials_of(house.sandboxes, "products") if one["name"] == "full")
    assert found == {
        "MOCKSERVER_URL": "http://127.0.0.1:4010",
        "PRODUCTS_BASE_URL": "http://127.0.0.1:4010/products",
        "PRODUCTS_TOKEN": token,
    }


def test_another_sandboxs_credentials_can_be_exported(house: App, products: Any) -> None:
    found = environment_of(house.sandboxes, "http://x", products.name)

    assert found["PRODUCTS_TOKEN"] == products.credential("full")["value"]


def test_a_line_to_paste_names_provider_url_and_header(house: App) -> None:
    records = credentials_of(house.sandboxes, "products")
    full = next(record for record in records if record["name"] == "full")

    line = paste_line(house.flats["products"], "http://127.0.0.1:4010", records)

    assert line.split() == ["products", "http://127.0.0.1:4010/products", "Authorization:", "Bearer", full["value"]]


def test_credentials_are_shown_as_their_header_carries_them() -> None:
    assert shown_value({"header": "Authorization", "value": "v"}) == "Bearer v"
    assert shown_value({"header": "X-Api-Key", "value": "v"}) == "v"


def test_a_client_is_shown_by_its_id(house: App) -> None:
    record = {"name": "full", "header": "", "client_id": "client-1", "value": ""}

    assert paste_line(house.flats["products"], "http://x", [record]).endswith("client_id client-1")


def test_no_credential_is_no_line_of_its_own(house: App) -> None:
    assert paste_line(house.flats["products"], "http://x", []).split() == ["products", "http://x/products"]
