"""Reads YAML files of a promise and bundles them into one document, refusing what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from specs.grammar import find_mistakes

# ruff's naming rule does not apply to PyYAML's own class: the C parser is six times faster (33 against 210 ms).
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SpecError(Exception):
    """A file of the promise cannot be used; the text names file, line and what is wrong."""

    def __init__(self, file: Path, line: int | None, text: str) -> None:
        where = f"{file}:{line}" if line else str(file)
        super().__init__(f"{where}: {text}")
        self.file, self.line, self.text = file, line, text


class _PromiseLoader(_Base):  # type: ignore[misc]
    """YAML as JSON understands it: dates, times and numbers with leading zeros stay text, a key stands once."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way to start without YAML 1.1's guesses


for _tag, _form, _first in (
    ("null", "null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", "-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
):
    _PromiseLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})$"), _first)


def _construct_mapping(loader: Any, node: Any, deep: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        text = key if isinstance(key, str) else _key_text(key)
        if text in found:
            raise yaml.constructor.ConstructorError(None, None, f"key {text!r} stands twice", key_node.start_mark)
        found[text] = loader.construct_object(value_node, deep=True)
    return found


def _key_text(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)


_PromiseLoader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def read_yaml(file: Path) -> Any:
    """Return the content of a YAML file as JSON values; `SpecError` names the line of a syntax error."""
    try:
        data = file.read_bytes()
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(file, line, f"not UTF-8: {error.reason} (byte {error.start})") from None
    except OSError as error:
        raise SpecError(file, None, error.strerror or str(error)) from None
    try:
        return yaml.load(data, Loader=_PromiseLoader)  # noqa: S506 - derives from the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SpecError(file, mark.line + 1 if mark else None, str(getattr(error, "problem", None) or error)) from None


# Yields (pointer, keyword, what is wrong) for mistakes in a bundled document.
Check = Callable[[dict[str, Any]], Iterable[tuple[str, str, str]]]


def bundle(root_file: Path, *checks: Check) -> dict[str, Any]:
    """Return the document of `root_file` with every reference local (`#/components/...`) and every keyword known.

    `checks` look at the bundled document further; the first mistake is a `SpecError` that names its file and line.
    """
    return _Bundle(root_file).build(find_mistakes, *checks)


class _Bundle:
    """One bundling run. A referenced place outside the root must have a name in the root's components."""

    def __init__(self, root_file: Path) -> None:
        self.root_file = root_file.resolve()
        self.files: dict[Path, Any] = {}
        self.homes: dict[tuple[Path, str], str] = {}
        self.nodes: dict[Path, Any] = {}

    def build(self, *checks: Check) -> dict[str, Any]:
        root = self.read(self.root_file)
        if not isinstance(root, dict):
            raise SpecError(self.root_file, 1, "an OpenAPI document is a mapping")
        self.name_homes(root.get("components", {}))
        built: dict[str, Any] = {}
        for key, value in root.items():
            if key in ("paths", "webhooks"):
                built[key] = {name: self.inline(item, self.root_file) for name, item in value.items()}
            elif key == "components":
                built[key] = {
                    section: {name: self.component(entry) for name, entry in entries.items()}
                    for section, entries in value.items()
                }
            else:
                built[key] = self.rewrite(value, self.root_file)
        self.check(built, checks)
        return built

    def read(self, file: Path) -> Any:
        if file not in self.files:
            self.files[file] = read_yaml(file)
        return self.files[file]

    def name_homes(self, components: dict[str, Any]) -> None:
        for section, entries in components.items():
            for name, entry in entries.items():
                reference = entry.get("$ref") if isinstance(entry, dict) else None
                if isinstance(reference, str) and not reference.startswith("#"):
                    self.homes[self.split(reference, self.root_file)] = f"#/components/{section}/{name}"

    def split(self, reference: str, file: Path) -> tuple[Path, str]:
        name, _, pointer = reference.partition("#")
        return ((file.parent / name).resolve() if name else file), pointer

    def component(self, entry: Any) -> Any:
        reference = entry.get("$ref") if isinstance(entry, dict) else None
        if isinstance(reference, str) and not reference.startswith("#"):
            return self.inline(entry, self.root_file)
        return self.rewrite(entry, self.root_file)

    def inline(self, node: Any, file: Path) -> Any:
        """Return what a path item or component points at, or itself where it points nowhere."""
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str) or reference.startswith("#"):
            return self.rewrite(node, file)
        target, pointer = self.split(reference, file)
        return self.rewrite(self.follow(target, pointer, file, reference), target)

    def follow(self, target: Path, pointer: str, file: Path, reference: str) -> Any:
        if not target.is_file():
            raise SpecError(file, line_of_text(file, reference), f"$ref {reference!r}: there is no file {target}")
        node = self.read(target)
        for token in pointer_tokens(pointer):
            if not isinstance(node, dict) or token not in node:
                raise SpecError(file, line_of_text(file, reference), f"$ref {reference!r} leads nowhere ({token!r})")
            node = node[token]
        return node

    def rewrite(self, node: Any, file: Path) -> Any:
        if isinstance(node, list):
            return [self.rewrite(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            rest = {key: self.rewrite(value, file) for key, value in node.items() if key != "$ref"}
            return {"$ref": self.local(reference, file), **rest}
        return {key: self.rewrite(value, file) for key, value in node.items()}

    def local(self, reference: str, file: Path) -> str:
        target, pointer = self.split(reference, file)
        if target == self.root_file:
            return f"#{pointer}"
        home = self.homes.get((target, pointer))
        if home is None:
            text = f"$ref {reference!r} points outside the root at a place that the root's components do not name"
            raise SpecError(file, line_of_text(file, reference), text)
        return home

    def check(self, built: dict[str, Any], checks: Iterable[Check]) -> None:
        for pointer in find_dead_references(built):
            raise SpecError(*self.place(pointer, "$ref"), f"{pointer}: $ref leads nowhere")
        for check in checks:
            for pointer, keyword, text in check(built):
                raise SpecError(*self.place(pointer, keyword), f"{pointer}: {text}")

    def place(self, pointer: str, keyword: str) -> tuple[Path, int | None]:
        """Return file and line of a keyword in the bundled document, following the references to split files."""
        file, node = self.root_file, self.compose(self.root_file)
        line = node.start_mark.line + 1 if node is not None else None
        for token in [*pointer_tokens(pointer.removeprefix("#")), *([keyword] if keyword else [])]:
            file, node = self.enter(file, node)
            entry = _entry(node, token)
            if entry is None:
                break
            line, node = entry
        return file, line

    def enter(self, file: Path, node: Any) -> tuple[Path, Any]:
        reference = _child(node, "$ref")
        if reference is None or str(reference.value).startswith("#"):
            return file, node
        target, pointer = self.split(str(reference.value), file)
        inner = self.compose(target)
        for token in pointer_tokens(pointer):
            inner = _child(inner, token) or inner
        return target, inner

    def compose(self, file: Path) -> Any:
        if file not in self.nodes:
            self.nodes[file] = yaml.compose(file.read_bytes(), Loader=_Base)
        return self.nodes[file]


def places(root_file: Path, pointers: Iterable[str]) -> dict[str, tuple[Path, int | None]]:
    """Return file and line of what JSON pointers into a bundled document name; no file is read twice."""
    bundled = _Bundle(root_file)
    return {pointer: bundled.place(pointer, "") for pointer in pointers}


def _entry(node: Any, token: str) -> tuple[int, Any] | None:
    """Return line and node of a member: of a mapping by its key's text, of a list by its index."""
    if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        return node.value[int(token)].start_mark.line + 1, node.value[int(token)]
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if str(key.value) == token), None)
    return None


def _child(node: Any, token: str) -> Any:
    entry = _entry(node, token)
    return entry[1] if entry else None


def line_at(file: Path, *tokens: str | int) -> int | None:
    """Return the line of a member of a YAML file by the keys and indexes that lead to it, or of what is nearest."""
    node = yaml.compose(file.read_bytes(), Loader=_Base)
    line = None
    for token in tokens:
        entry = _entry(node, str(token))
        if entry is None:
            break
        line, node = entry
    return line


def pointer_tokens(pointer: str) -> list[str]:
    """Split a JSON pointer (RFC 6901) into its unescaped tokens."""
    if pointer in ("", "/"):
        return []
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.lstrip("/").split("/")]


def resolve(document: Any, reference: str) -> Any:
    """Return what a local reference `#/a/b` names; `KeyError` where it leads nowhere."""
    node = document
    for token in pointer_tokens(reference.removeprefix("#")):
        node = node[int(token)] if isinstance(node, list) else node[token]
    return node


def find_dead_references(document: dict[str, Any]) -> list[str]:
    """Return the pointers of references that lead nowhere."""
    dead: list[str] = []
    known: set[str] = set()

    def walk(node: Any, pointer: str) -> None:
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in known:
                try:
                    resolve(document, reference)
                    known.add(reference)
                except (KeyError, IndexError, TypeError, ValueError):
                    dead.append(pointer)
            for key, value in node.items():
                if key not in ("example", "examples", "default", "const", "enum"):
                    walk(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                walk(value, f"{pointer}/{index}")

    walk(document, "#")
    return dead


def line_of_text(file: Path, text: str) -> int | None:
    """Return the line of a file in which a text first stands, or None."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if text in line:
            return number
    return None
