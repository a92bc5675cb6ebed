"""Creating: what is required, what is optional, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

REQUIRED = ["name", "upc-code", "copyright-line", "production-line", "production-year", "status", "artist"]
CONTRIBUTORS = [
    "composer", "producer", "featuring", "remixer", "author", "lyricist", "performer", "arranger", "orchestra",
    "director",
]  # fmt: skip
TEXTS = ["subtitle", "mastered-by", "label-internal-reference"]


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_attribute_is_missed_by_name(shop: Any, errors: Any, name: str) -> None:
    """PR-040, PR-043"""
    reply = shop.post(shop.document(name))

    assert reply.status_code == 422
    assert errors(reply) == [
        ("422", "Unprocessable Entity", f"The {name} field is required.", {"pointer": f"/data/attributes/{name}"})
    ]
    assert shop.ids() == []


@pytest.mark.parametrize("name", ["label", "language"])
def test_each_required_relationship_is_missed_by_name(shop: Any, errors: Any, name: str) -> None:
    """PR-040, PR-044"""
    reply = shop.post(shop.document(name))

    assert errors(reply) == [
        ("422", "Unprocessable Entity", f"The {name} field is required.", {"pointer": f"/data/relationships/{name}"})
    ]
    assert reply.status_code == 422


def test_one_error_is_told_for_each_failing_field(shop: Any, errors: Any) -> None:
    """PR-042: the document's own example."""
    reply = shop.post(shop.document("name", "upc-code"))

    assert reply.status_code == 422
    assert reply.json["errors"] == [
        {
            "detail": "The name field is required.", "source": {"pointer": "/data/attributes/name"}, "status": "422",
            "title": "Unprocessable Entity",
        },
        {
            "detail": "The upc-code field is required.", "source": {"pointer": "/data/attributes/upc-code"},
            "status": "422", "title": "Unprocessable Entity",
        },
    ]  # fmt: skip


def test_a_field_with_several_faults_is_told_once(shop: Any, errors: Any) -> None:
    """PR-042"""
    told = errors(shop.post(shop.document(upc_code="", name="", artist=["", 3, "fine"])))

    assert [source["pointer"] for _, _, _, source in told] == [
        "/data/attributes/name", "/data/attributes/upc-code", "/data/attributes/artist/0", "/data/attributes/artist/1",
    ]  # fmt: skip


def test_the_minimum_is_a_draft_with_everything_else_unset(shop: Any) -> None:
    """PR-041, PR-054, PR-073"""
    reply = shop.post(shop.document())

    attributes = reply.json["data"]["attributes"]
    assert reply.status_code == 201
    for name in (*CONTRIBUTORS, *TEXTS, "release-date", "original-release-date", "custom-data"):
        assert attributes[name] is None
    assert attributes["is-compilation"] is False
    assert attributes["status"] == "draft"
    assert (attributes["cover-url"], attributes["front-cover-md5"]) == (None, None)
    assert attributes["createdAt"] == attributes["updatedAt"] == "2026-03-01T10:00:00.000000Z"


@pytest.mark.parametrize("status", ["active", "archived", "live", "", None, 3, "Draft"])
def test_a_product_begins_as_a_draft_and_as_nothing_else(shop: Any, errors: Any, status: Any) -> None:
    """PR-045"""
    reply = shop.post(shop.document(status=status))

    assert reply.status_code == 422
    assert [source["pointer"] for _, _, _, source in errors(reply)] == ["/data/attributes/status"]
    assert shop.ids() == []


def test_a_flat_body_is_no_document(shop: Any, errors: Any) -> None:
    """PR-046"""
    reply = shop.post(shop.document()["data"]["attributes"])

    assert errors(reply) == [
        ("400", "Non-Compliant JSON:API Document", "The member data is required.", {"pointer": "/"})
    ]
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("name", "link"), [("label", "labels"), ("language", "languages"), ("product_type", "product-types")]
)
@pytest.mark.parametrize("id", ["999999", "", "abc", "05"])
def test_a_link_to_nothing_is_404_with_its_pointer(shop: Any, errors: Any, name: str, link: str, id: str) -> None:
    """PR-047"""
    reply = shop.post(shop.document(**{name: (link, id)}))

    pointer = {"pointer": f"/data/relationships/{name.replace('_', '-')}"}
    assert (reply.status_code, errors(reply)) == (
        404, [("404", "Not Found", "The related resource does not exist.", pointer)],
    )  # fmt: skip
    assert shop.ids() == []


def test_the_label_of_another_company_is_as_unknown_as_none(shop: Any) -> None:
    """PR-047, PR-Q07"""
    assert shop.post(shop.document(label=("labels", "9"))).status_code == 404


def test_the_product_type_is_optional(shop: Any) -> None:
    """PR-048"""
    shop.create()
    shop.create(product_type=("product-types", "3"))
    shop.create(product_type=None)

    assert [shop.get(f"/{id}/product-type").json["data"] for id in ("1", "3")] == [None, None]
    assert shop.get("/2/product-type").json["data"]["id"] == "3"


def test_the_company_is_the_callers(shop: Any) -> None:
    """PR-049: sent, it is ignored."""
    document = shop.document()
    document["data"]["relationships"]["company"] = {"data": {"type": "companies", "id": "2"}}

    id = shop.post(document).json["data"]["id"]

    assert shop.get(f"/{id}/company").json["data"] == {
        "type": "companies", "id": "1", "attributes": {"name": "Records Music"},
    }  # fmt: skip


def test_another_type_is_409_and_a_clients_id_403(shop: Any, errors: Any) -> None:
    """PR-050"""
    typed, own = shop.document(), shop.document(id="77")
    typed["data"]["type"] = "labels"

    text = "Resource type labels is not supported by this endpoint."
    assert errors(shop.post(typed)) == [("409", "Not Supported", text, {"pointer": "/data/type"})]
    text = "Resource type products does not support client-generated IDs."
    assert errors(shop.post(own)) == [("403", "Not Supported", text, {"pointer": "/data/id"})]
    assert (shop.post(typed).status_code, shop.post(own).status_code) == (409, 403)
    assert shop.ids() == []


@pytest.mark.parametrize("name", ["artist", *CONTRIBUTORS])
def test_names_come_as_lists(shop: Any, errors: Any, name: str) -> None:
    """PR-051"""
    reply = shop.post(shop.document(**{name: "X"}))

    assert errors(reply) == [
        ("422", "Unprocessable Entity", f"The {name} field must be an array.", {"pointer": f"/data/attributes/{name}"})
    ]
    assert shop.create(**{name: ["X", "Y"]})["attributes"][name] == ["X", "Y"]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("name", None, "The name field is required."),
        ("name", "", "The name field is required."),
        ("name", 3, "The name field must be a string."),
        ("artist", [], "The artist field is required."),
        ("artist", None, "The artist field is required."),
        ("production-year", "2023", "The production-year field must be an integer."),
        ("production-year", 2023.5, "The production-year field must be an integer."),
        ("production-year", True, "The production-year field must be an integer."),
        ("production-year", None, "The production-year field is required."),
        ("upc-code", "123", "The upc-code field format is invalid."),
        ("upc-code", "12345678901234", "The upc-code field format is invalid."),
        ("upc-code", "80881112223 3", "The upc-code field format is invalid."),
        ("upc-code", 8088111222333, "The upc-code field must be a string."),
        ("is-compilation", "yes", "The is-compilation field must be true or false."),
        ("is-compilation", 1, "The is-compilation field must be true or false."),
        ("subtitle", 3, "The subtitle field must be a string."),
        ("custom-data", {"a": 1}, "The custom-data field must be an array."),
        ("custom-data", "a", "The custom-data field must be an array."),
    ],
)
def test_a_value_of_a_wrong_kind_is_told_by_field(shop: Any, errors: Any, name: str, value: Any, detail: str) -> None:
    """PR-042, PR-Q04"""
    reply = shop.post(shop.document(**{name: value}))

    assert reply.status_code == 422
    assert errors(reply) == [("422", "Unprocessable Entity", detail, {"pointer": f"/data/attributes/{name}"})]


def test_two_creates_make_two_products(shop: Any) -> None:
    """PR-053"""
    assert shop.create()["id"] != shop.create(upc_code="0012345678905")["id"]
    assert len(shop.ids()) == 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2023-10-01", "2023-10-01T00:00:00.000000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
        ("2023-10-01T00:00:00.000000Z", "2023-10-01T00:00:00.000000Z"),
        ("2023-10-01T23:30:00-02:00", "2023-10-02T01:30:00.000000Z"),
        ("1000-01-01", "1000-01-01T00:00:00.000000Z"),
        ("9999-12-31", "9999-12-31T00:00:00.000000Z"),
        (None, None),
    ],
)
@pytest.mark.parametrize("name", ["release-date", "original-release-date"])
def test_a_day_comes_back_as_its_midnight(shop: Any, name: str, sent: str | None, shown: str | None) -> None:
    """PR-060, PR-061, PR-062"""
    made = shop.create(**{name: sent})

    assert made["attributes"][name] == shown
    assert shop.update(made["id"], **{name: sent})["attributes"][name] == shown


@pytest.mark.parametrize(
    "sent",
    [
        "01/10/2023", "2023-10-1", "2023-02-30", "2023-13-01", "20231001", "2023-10-01 00:00:00", "2023-10-01T00:00:00",
        "tomorrow", "", 20231001, True, [], "2023-W40-1", "2016-12-31T23:59:60Z", "9999-12-31T23:59:59-10:00",
        "0999-01-01", "+2023-10-01",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["release-date", "original-release-date"])
def test_what_is_no_date_is_422_with_its_pointer(shop: Any, errors: Any, name: str, sent: Any) -> None:
    """PR-062"""
    reply = shop.post(shop.document(**{name: sent}))

    assert reply.status_code == 422
    text = f"The {name} field must be a valid date."
    assert errors(reply) == [("422", "Unprocessable Entity", text, {"pointer": f"/data/attributes/{name}"})]


def test_attributes_of_the_server_are_ignored(shop: Any) -> None:
    """PR-076: an attributes object can be sent back as it was read."""
    first = shop.create(custom_data=["x"])
    document = shop.document()
    document["data"]["attributes"] = {**first["attributes"], "name": "Copy", "createdAt": "2000-01-01", "cover-url": 3}

    made = shop.post(document).json["data"]["attributes"]

    assert made == {**first["attributes"], "name": "Copy"}


def test_strict_identifiers_refuse_a_wrong_check_digit(make_box: Any, errors: Any) -> None:
    """PR-Q04: only where the setting asks for it."""
    from mockserver.app import build
    from mockserver.settings import read_settings

    house = build(read_settings({"providers": ("products",), "strict_identifiers": True}, {}))
    box = make_box(house, "products", world="empty")
    document = {
        "data": {
            "type": "products",
            "attributes": {
                "name": "n", "upc-code": "8088111222333", "copyright-line": "c", "production-line": "p",
                "production-year": 1, "status": "draft", "artist": ["a"],
            },
            "relationships": {
                "label": {"data": {"type": "labels", "id": "1"}},
                "language": {"data": {"type": "languages", "id": "1"}},
            },
        }
    }  # fmt: skip

    refused = box.send("POST", "/api/v1/products", document)
    document["data"]["attributes"]["upc-code"] = "0012345678905"  # type: ignore[index]
    taken = box.send("POST", "/api/v1/products", document)

    assert refused.status_code == 422
    assert errors(refused)[0][2:] == (
        "The upc-code field format is invalid.", {"pointer": "/data/attributes/upc-code"},
    )  # fmt: skip
    assert taken.status_code == 201
