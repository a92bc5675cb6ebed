"""The loader: YAML as JSON understands it, one document of many files, what is unclear refused by file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specs.load import SpecError, bundle, line_at, pointer_tokens, read_yaml, resolve
from specs.soundness import find_unsound

ROOT = """openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /a:
    get:
      operationId: readA
      responses:
        '200':
          description: Fine.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/A'}
components:
  schemas:
    A: {type: object}
"""


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder / "openapi.yaml"


def refusal(folder: Path, text: str, **files: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        bundle(written(folder, openapi=text, **files), find_unsound)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2023-10-01", "2023-10-01"),
        ("2023-10-01T00:00:00Z", "2023-10-01T00:00:00Z"),
        ("3:38", "3:38"),
        ("0012345677", "0012345677"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("=", "="),
        ("<<", "<<"),
        ("12", 12),
        ("-3", -3),
        ("1.50", 1.5),
        ("2e3", 2000.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("'12'", "12"),
    ],
)
def test_scalars_are_read_as_json_would(tmp_path: Path, text: str, value: Any) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"a: {text}\n")

    read = read_yaml(file)["a"]

    assert (type(read), read) == (type(value), value)


def test_keys_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("200: a\ntrue: b\n2023-01-01: c\nnull: d\n")

    assert list(read_yaml(file)) == ["200", "true", "2023-01-01", "None"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (b"a: 1\nb: [1, 2\nc: 3\n", 3, "did not find"),
        (b"a: 1\nb: 2\na: 3\n", 3, "key 'a' stands twice"),
        (b"a:\n  200: x\n  '200': y\n", 3, "key '200' stands twice"),
        (b"a: 1\n\tb: 2\n", 2, "tab character"),
        (b"a: 1\nb: \xff\xfe\n", 2, "not UTF-8"),
        (b"a: *nowhere\n", 1, "undefined alias"),
        (b"a: !!python/object:os.system x\n", 1, "could not determine a constructor"),
    ],
)
def test_bad_yaml_is_refused_with_its_line(tmp_path: Path, text: bytes, line: int, what: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(text)

    with pytest.raises(SpecError) as caught:
        read_yaml(file)

    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert what in caught.value.text


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"nowhere\.yaml: No such file"):
        bundle(tmp_path / "nowhere.yaml")


def test_a_document_comes_back_as_it_is(tmp_path: Path) -> None:
    document = bundle(written(tmp_path, openapi=ROOT), find_unsound)

    assert document["paths"]["/a"]["get"]["operationId"] == "readA"
    assert resolve(document, "#/components/schemas/A") == {"type": "object"}


def test_split_files_become_one_document(tmp_path: Path) -> None:
    root = """openapi: 3.1.0
info: {title: Split, version: '1'}
paths:
  /a/{id}: {$ref: 'paths/a.yaml#/~1a~1{id}'}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {$ref: '#/components/schemas/Id'}}
  schemas:
    Id: {type: string}
    A: {$ref: 'schemas/a.yaml#/A'}
    B: {$ref: 'schemas/a.yaml#/B'}
"""
    paths = """/a/{id}:
  parameters:
  - $ref: ../openapi.yaml#/components/parameters/Id
  get:
    operationId: readA
    responses:
      '200':
        description: Fine.
        content:
          application/json:
            schema: {$ref: ../schemas/a.yaml#/A}
"""
    schemas = """A: {type: object, properties: {b: {$ref: '#/B'}, id: {$ref: '../openapi.yaml#/components/schemas/Id'}}}
B: {type: string}
"""
    for folder, text in (("paths", paths), ("schemas", schemas)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(text)

    document = bundle(written(tmp_path, openapi=root), find_unsound)

    operation = document["paths"]["/a/{id}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/A"}
    assert resolve(document, schema["$ref"])["properties"] == {
        "b": {"$ref": "#/components/schemas/B"},
        "id": {"$ref": "#/components/schemas/Id"},
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("operationId: readA", "operationId: readA\n      x-colour: red", 7, "unknown keyword 'x-colour'; known here"),
        ("{type: object}", "{type: object, additionalItems: true}", 15, "unknown keyword 'additionalItems'"),
        ("schemas/A'", "schemas/Gone'", 12, "$ref leads nowhere"),
        ("openapi: 3.1.0\n", "", 1, "openapi is missing"),
        ("      operationId: readA\n", "", 5, "operationId is missing"),
        ("          description: Fine.\n", "", 8, "description is missing"),
        ("'200':", "default:", 8, "'default' is no status"),
        ("'200':", "'20':", 8, "'20' is no status"),
        ("/a:", "a:", 4, "does not begin with a slash"),
        ("/a:", "/a/{id}:", 5, "path parameter 'id': no parameter describes it"),
        ("{type: object}", "{type: objekt}", 15, "no valid schema"),
        ("{type: object}", "{type: object, properties: {a: {pattern: '['}}}", 15, "no valid schema"),
        ("{type: object}", "[1]", 15, "no valid schema"),
        ("    get:", "    get: 3\n    put:", 5, "expected a mapping"),
        ("      responses:", "      parameters: {}\n      responses:", 7, "parameters must be a list"),
        ("      responses:", "      tags: [a]\n      parameters: [{name: a}]\n      responses:", 8, "in is missing"),
    ],
)
def test_a_mistake_in_a_document_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, what: str
) -> None:
    assert old in ROOT

    error = refusal(tmp_path, ROOT.replace(old, new, 1))

    assert what in error.text
    assert (error.file.name, error.line) == ("openapi.yaml", line)


def test_two_operations_must_not_share_an_id(tmp_path: Path) -> None:
    twice = ROOT.replace("components:", "  /b: {get: {operationId: readA, responses: {}}}\ncomponents:")

    error = refusal(tmp_path, twice)

    assert "operationId 'readA' stands twice" in error.text
    assert error.line == 13


def test_a_mistake_in_a_split_file_names_that_file(tmp_path: Path) -> None:
    part = "B:\n  type: object\n  wrong: 1\n"

    error = refusal(tmp_path, ROOT.replace("A: {type: object}", "A: {$ref: 'part.yaml#/B'}"), part=part)

    assert (error.file.name, error.line) == ("part.yaml", 3)
    assert "unknown keyword 'wrong'" in error.text


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("gone.yaml#/B", "there is no file"),
        ("part.yaml#/Gone", "leads nowhere"),
        ("part.yaml#/C/deeper", "leads nowhere"),
    ],
)
def test_a_reference_to_nowhere_names_where_it_stands(tmp_path: Path, reference: str, what: str) -> None:
    text = ROOT.replace("A: {type: object}", f"A: {{$ref: '{reference}'}}")

    error = refusal(tmp_path, text, part="B: {type: string}\nC: 3\n")

    assert what in error.text
    assert (error.file.name, error.line) == ("openapi.yaml", 15)


def test_a_reference_past_the_components_is_refused(tmp_path: Path) -> None:
    """A place outside the root must have a name in the root, so that the bundled document names it."""
    text = ROOT.replace("'#/components/schemas/A'", "'part.yaml#/B'")

    error = refusal(tmp_path, text, part="B: {type: string}\n")

    assert "do not name" in error.text
    assert error.line == 12


def test_dead_references_inside_examples_are_data(tmp_path: Path) -> None:
    text = ROOT.replace("{type: object}", "{type: object, examples: [{$ref: '#/not/a/reference'}]}")

    assert bundle(written(tmp_path, openapi=text), find_unsound)


def test_an_empty_document_is_refused(tmp_path: Path) -> None:
    assert "an OpenAPI document is a mapping" in refusal(tmp_path, "# nothing\n").text


def test_lines_are_found_by_keys_and_indexes(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a:\n- b: 1\n- c:\n    d: 2\n")

    assert line_at(file, "a", 1, "c", "d") == 4
    assert line_at(file, "a", 1, "nowhere", "d") == 3


def test_pointers_are_unescaped() -> None:
    assert pointer_tokens("/~1a~1{id}/x~0y") == ["/a/{id}", "x~y"]
