"""Operations as the house reads them: parameters, bodies, answers, security."""

from __future__ import annotations

from typing import Any

import pytest

from specs.operation import Operation, find_operations, json_kind

DOCUMENT: dict[str, Any] = {
    "security": [{"bearer": []}],
    "paths": {
        "/a/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "post": {
                "operationId": "sendA",
                "tags": ["letters", "more"],
                "summary": "Send it",
                "x-idempotent": True,
                "x-max-bytes": 100,
                "x-rate-limit": "general",
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
                    {"name": "deep", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "X-A", "in": "header", "schema": {"type": ["integer", "null"], "default": 3}},
                ],
                "requestBody": {"$ref": "#/components/requestBodies/A"},
                "responses": {
                    "201": {
                        "description": "Made.",
                        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {}, "example": {"a": 1}}},
                    },
                    "409": {"$ref": "#/components/responses/No"},
                },
            },
            "get": {"operationId": "readA", "security": [{}, {"key": ["read"]}], "responses": {}},
            "put": {"operationId": "openA", "security": [], "responses": {}},
        }
    },
    "components": {
        "parameters": {
            "Id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/Id"}}
        },
        "schemas": {
            "Id": {"type": "integer"},
            "Form": {"allOf": [{"properties": {"n": {"$ref": "#/components/schemas/Id"}}}], "properties": {
                "list": {"type": "array", "items": {"$ref": "#/components/schemas/Id"}}}},
        },
        "responses": {"No": {"description": "No."}},
        "requestBodies": {
            "A": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {"$ref": "#/components/schemas/Form"},
                        "encoding": {"meta": {"contentType": "application/json"}},
                        "examples": {"one": {"$ref": "#/components/examples/One"}},
                    }
                },
            }
        },
        "examples": {"One": {"value": {"n": 1}}},
    },
}  # fmt: skip


@pytest.fixture
def operations() -> dict[str, Operation]:
    return {operation.id: operation for operation in find_operations(DOCUMENT)}


def test_parameters_are_those_of_the_path_and_of_the_operation(operations: dict[str, Operation]) -> None:
    send = operations["sendA"]

    assert [(p.name, p.place, p.kind, p.item_kind, p.style, p.explode, p.default) for p in send.parameters] == [
        ("id", "path", "integer", "string", "simple", False, None),
        ("q", "query", "array", "integer", "form", True, None),
        ("deep", "query", "object", "string", "deepObject", False, None),
        ("X-A", "header", "integer", "string", "simple", False, 3),
    ]
    assert [p.name for p in send.in_place("query")] == ["q", "deep"]
    assert [p.name for p in operations["readA"].parameters] == ["id"]


def test_bodies_know_their_fields_with_references_followed(operations: dict[str, Operation]) -> None:
    media = operations["sendA"].body["multipart/form-data"]

    assert operations["sendA"].body_required
    assert media.fields == {"n": {"type": "integer"}, "list": {"type": "array", "items": {"type": "integer"}}}
    assert media.json_fields == {"meta"}
    assert media.examples == {"one": {"n": 1}}


def test_answers_are_promised_by_status(operations: dict[str, Operation]) -> None:
    promises = operations["sendA"].promises

    assert list(promises) == [201, 409]
    assert promises[201].headers == {"Location": (True, {"type": "string"})}
    assert promises[201].content["application/json"].examples == {"example": {"a": 1}}
    assert promises[409].content == {}
    assert operations["sendA"].success_status() == 201


def test_security_is_the_documents_unless_the_operation_says_otherwise(operations: dict[str, Operation]) -> None:
    assert not operations["sendA"].is_open
    assert operations["readA"].is_open
    assert operations["readA"].scopes == {"read"}
    assert operations["openA"].is_open


def test_extensions_are_kept(operations: dict[str, Operation]) -> None:
    send = operations["sendA"]

    assert (send.idempotent, send.max_bytes, send.rate_limit, send.tag) == (True, 100, "general", "letters")


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "integer"}, "integer"),
        ({"type": ["boolean", "null"]}, "boolean"),
        ({"type": ["boolean", "integer"]}, "string"),
        ({}, "string"),
    ],
)
def test_a_text_is_read_as_the_one_type_that_a_schema_names(schema: dict[str, Any], kind: str) -> None:
    assert json_kind(schema) == kind
