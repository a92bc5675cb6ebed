"""The resource itself: its members, their names and forms, and that reading returns what was written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ALL = [
    "name", "is-compilation", "upc-code", "copyright-line", "production-line", "production-year", "status", "cover-url",
    "release-date", "original-release-date", "mastered-by", "label-internal-reference", "subtitle", "front-cover-md5",
    "artist", "composer", "producer", "featuring", "remixer", "author", "lyricist", "performer", "arranger",
    "orchestra", "director", "custom-data", "createdAt", "updatedAt",
]  # fmt: skip
RELATIONS = ["company", "label", "product-type", "language", "offers", "tracks", "rights"]
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CONTRIBUTORS = ALL[15:25]


def test_a_resource_has_type_and_a_textual_id_that_works_in_the_path(shop: Any) -> None:
    """PR-010"""
    made = shop.create()

    assert (made["type"], type(made["id"])) == ("products", str)
    assert shop.read(made["id"])["id"] == made["id"]


def test_there_are_28_attributes_always_by_these_names(shop: Any) -> None:
    """PR-011, PR-012"""
    made = shop.create()
    seen = [
        made, shop.update(made["id"], subtitle="S"), shop.read(made["id"]), *shop.get().json["data"],
    ]  # fmt: skip

    assert len(ALL) == 28
    for one in seen:
        assert list(one["attributes"]) == ALL
        assert set(one) == {"type", "id", "attributes", "relationships", "links"}


def test_timestamps_are_utc_with_six_digits(shop: Any) -> None:
    """PR-013"""
    made = shop.create(release_date="2023-10-01", original_release_date="2020-05-01T12:30:00+02:00")["attributes"]

    for name in ("createdAt", "updatedAt", "release-date", "original-release-date"):
        assert STAMP.fullmatch(made[name])
    assert made["original-release-date"] == "2020-05-01T10:30:00.000000Z"


def test_relationships_hold_links_only_to_their_two_addresses(shop: Any) -> None:
    """PR-014, PR-015, PR-016: all seven everywhere, which the samples of create and update allow."""
    made = shop.create()
    address = f"{shop.base}/{made['id']}"

    for one in (made, shop.update(made["id"]), shop.read(made["id"]), shop.get().json["data"][0]):
        assert list(one["relationships"]) == RELATIONS
        for name, relationship in one["relationships"].items():
            assert relationship == {
                "links": {"related": f"{address}/{name}", "self": f"{address}/relationships/{name}"}
            }


def test_every_document_and_every_resource_links_to_itself(shop: Any) -> None:
    """PR-017"""
    created = shop.post(shop.document())
    own = f"{shop.base}/1"

    for reply in (created, shop.get("/1"), shop.patch("1", name="New")):
        assert reply.json["data"]["links"] == {"self": own}
        assert reply.json["links"] == {"self": own}
    assert created.headers["Location"] == own


def test_members_have_their_types(shop: Any) -> None:
    """PR-018"""
    made = shop.create(composer=["A", "B"])["attributes"]

    assert type(made["is-compilation"]) is bool
    assert type(made["production-year"]) is int
    assert made["artist"] == ["Artist name"]
    assert made["composer"] == ["A", "B"]
    assert made["producer"] is None


def test_leading_zeros_of_a_upc_stay(shop: Any) -> None:
    """PR-019"""
    made = shop.create(upc_code="0012345678905")

    assert shop.read(made["id"])["attributes"]["upc-code"] == "0012345678905"


def test_values_are_stored_verbatim(shop: Any) -> None:
    """PR-052"""
    made = shop.create(
        copyright_line="© 2023 Records Music", production_line="℗ 2023  Records\tMusic\n", name="  é 😀 "
    )

    read = shop.read(made["id"])["attributes"]
    assert (read["copyright-line"], read["production-line"], read["name"]) == (
        "© 2023 Records Music", "℗ 2023  Records\tMusic\n", "  é 😀 ",
    )  # fmt: skip


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
NAMES = st.lists(TEXT, min_size=1, max_size=3)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OPTIONAL = {
    "is_compilation": st.booleans(),
    "subtitle": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    "mastered_by": st.none() | TEXT,
    "label_internal_reference": st.none() | TEXT,
    "custom_data": st.none() | st.lists(ANY_JSON, max_size=3),
    **{name: st.none() | NAMES for name in CONTRIBUTORS},
}
REQUIRED = {
    "name": TEXT,
    "upc_code": st.from_regex("[0-9]{12,13}", fullmatch=True),
    "copyright_line": TEXT,
    "production_line": TEXT,
    "production_year": st.integers(-(2**53), 2**53),
    "artist": NAMES,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.fixed_dictionaries(REQUIRED, optional=OPTIONAL), changed=st.fixed_dictionaries({}, optional=OPTIONAL))
def test_reading_returns_what_was_written(shop: Any, sent: dict[str, Any], changed: dict[str, Any]) -> None:
    """PR-090: whatever the values are; PR-080: what an update does not send stays."""
    made = shop.create(**sent)

    read = shop.read(made["id"])
    assert read == made
    for name, value in sent.items():
        assert read["attributes"][name.replace("_", "-")] == value
    updated = shop.update(made["id"], **changed)
    assert shop.read(made["id"]) == updated
    for name, value in {**sent, **changed}.items():
        assert updated["attributes"][name.replace("_", "-")] == value


def test_the_list_shows_the_same_resource(shop: Any) -> None:
    """PR-090"""
    made = shop.create(composer=["C"], custom_data=[{"a": [1, None]}])

    assert shop.get().json["data"] == [shop.read(made["id"])]


@pytest.mark.parametrize("id", ["999999", "abc", "0", "-1", "1.0", "1e3", "9" * 30, "%20", "1%20"])
@pytest.mark.parametrize("path", ["", "/label", "/relationships/tracks"])
def test_an_unknown_or_non_numeric_id_is_404(shop: Any, errors: Any, id: str, path: str) -> None:
    """PR-091, PR-104"""
    shop.create()

    reply = shop.get(f"/{id}{path}")

    assert (reply.status_code, errors(reply)) == (404, [("404", "Not Found", None, None)])


# what only part of the resource is asked for (inferred from JSON:API)


def test_a_sparse_fieldset_shows_what_it_asks_for_and_its_link_says_so(shop: Any) -> None:
    """PR-011: a call that asks for a sparse fieldset gets the part it asked for."""
    shop.create()
    query = "?fields[products]=name,label"

    for reply in (shop.get(f"/1{query}"), shop.patch("1", query), shop.get(query)):
        one = reply.json["data"] if isinstance(reply.json["data"], dict) else reply.json["data"][0]
        assert one["attributes"] == {"name": "Product title"}
        assert list(one["relationships"]) == ["label"]
    assert shop.get(f"/1{query}").json["links"]["self"] == f"{shop.base}/1{query}"
    assert (
        shop.get("?fields[products]=name").json["links"]["first"].startswith(f"{shop.base}?fields[products]=name&page")
    )


def test_an_empty_fieldset_shows_neither_attributes_nor_relationships(shop: Any) -> None:
    """See NOTES.md: an empty value is an empty list."""
    shop.create()

    assert set(shop.get("/1?fields[products]=").json["data"]) == {"type", "id", "links"}


def test_included_resources_come_along_once(shop: Any) -> None:
    """PR-014: only with include does the relationship carry data."""
    shop.create(product_type=("product-types", "2"))
    shop.create()

    document = shop.get("?include=label,product-type,tracks,label").json

    kinds = [(one["type"], one["id"]) for one in document["included"]]
    assert kinds == [("labels", "5"), ("product-types", "2")]
    first, second = document["data"]
    assert first["relationships"]["label"]["data"] == {"type": "labels", "id": "5"}
    assert first["relationships"]["product-type"]["data"] == {"type": "product-types", "id": "2"}
    assert second["relationships"]["product-type"]["data"] is None
    assert first["relationships"]["tracks"]["data"] == []
    assert "data" not in first["relationships"]["company"]
    assert shop.get("/1?include=").json["included"] == []
    assert "included" not in shop.get("/1").json


def test_included_resources_obey_their_own_fieldset(full_shop: Any) -> None:
    """See NOTES.md."""
    document = full_shop.get("/1?include=tracks,label&fields[tracks]=isrc&fields[labels]=").json

    tracks = [one for one in document["included"] if one["type"] == "tracks"]
    assert tracks
    assert all(set(one["attributes"]) == {"isrc"} for one in tracks)
    assert [one["attributes"] for one in document["included"] if one["type"] == "labels"] == [{}]
