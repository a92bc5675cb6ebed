"""JSON Schema validators of one document, each built once; openapi-core builds them anew for every value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jsonschema.validators import extend  # type: ignore[import-untyped]
from openapi_core.validation.schemas import oas31_schema_validators_factory
from openapi_core.validation.schemas.factories import DialectSchemaValidatorsFactory
from openapi_core.validation.schemas.validators import SchemaValidator

_PLAIN = oas31_schema_validators_factory
# What describes a value and judges none.
_ANNOTATIONS = frozenset(("description", "example", "externalDocs", "xml"))
# The types that a JSON reader gives and no schema type overlaps with: for these the name alone decides.
_TYPES = {str: "string", dict: "object", list: "array", bool: "boolean"}


class Schemas(DialectSchemaValidatorsFactory):
    """openapi-core's factory for OpenAPI 3.1, with a memory. It serves one document, which nobody changes."""

    def __init__(self) -> None:
        super().__init__(_PLAIN.schema_validator_cls, _PLAIN.default_jsonschema_dialect_id, _PLAIN.format_checker)
        self._built: dict[int, SchemaValidator] = {}
        self._classes: dict[type, Any] = {}

    def get_validator_cls(self, spec: Any, schema: Any) -> Any:
        """Return the validator class of the schema's dialect, remembering the parts of schemas."""
        plain = super().get_validator_cls(spec, schema)
        if plain not in self._classes:
            self._classes[plain] = _remembering(plain)
        return self._classes[plain]

    def get_format_checker(self, *options: Any) -> Any:
        """Return the checker of formats, which the plain factory copies each time."""
        return self.format_checker

    def create(self, spec: Any, schema: Any, *options: Any, **named: Any) -> SchemaValidator:
        """Return the validator of a schema of the document; those of others and with other options are plain ones."""
        if schema.accessor is not spec.accessor or any((*options, *named.values())):
            return _PLAIN.create(spec, schema, *options, **named)
        with schema.resolve() as resolved:
            place = id(resolved.contents)  # the document keeps them, so that the number stays theirs
        if place not in self._built:
            self._built[place] = super().create(spec, schema)
        return self._built[place]


def _remembering(plain: Any) -> Any:
    """Return a validator class that judges as the plain one does, but prepares each part of a schema only once.

    The keywords are jsonschema's own. Only the way down is another: jsonschema makes a validator for every value it
    meets and looks every reference up. What is kept here holds for the whole of a document, because none has an `$id`
    or a dynamic reference (specs/grammar.py): a schema and a reference mean the same wherever they stand.
    """
    parts: dict[int, Any] = {}
    targets: dict[str, Any] = {}
    judge_type = plain.VALIDATORS["type"]

    def prepare(validator: Any, schema: Any, resolver: Any) -> Any:
        built = validator.evolve(schema=schema, _resolver=resolver or validator._resolver)
        built._validators = [entry for entry in built._validators if entry[1] not in _ANNOTATIONS]
        parts[id(schema)] = built  # it keeps its schema, so that the number stays the schema's
        return built

    def descend(
        self: Any, instance: Any, schema: Any, path: Any = None, schema_path: Any = None, resolver: Any = None
    ) -> Iterable[Any]:
        if isinstance(schema, bool):
            return list(plain.descend(self, instance, schema, path, schema_path, resolver))
        found: list[Any] = []
        below = parts.get(id(schema)) or prepare(self, schema, resolver)
        for judge, keyword, value in below._validators:
            for error in judge(below, value, instance, schema) or ():
                error._set(
                    below.TYPE_CHECKER, validator=keyword, validator_value=value, instance=instance, schema=schema
                )
                if keyword not in ("if", "$ref"):
                    error.schema_path.appendleft(keyword)
                if path is not None:
                    error.path.appendleft(path)
                if schema_path is not None:
                    error.schema_path.appendleft(schema_path)
                found.append(error)
        return found

    def follow(self: Any, ref: str, instance: Any, schema: Any = None) -> Iterable[Any]:
        target = targets.get(ref)
        if target is None:
            target = targets[ref] = self._resolver.lookup(ref)
        return descend(self, instance, target.contents, resolver=target.resolver)

    def is_type(self: Any, instance: Any, type: str) -> bool:
        return _TYPES.get(instance.__class__) == type or plain.is_type(self, instance, type)

    def fits_type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterable[Any]:
        return () if _TYPES.get(instance.__class__) == types else judge_type(validator, types, instance, schema)

    remembering: Any = extend(plain, {"$ref": follow, "type": fits_type})
    remembering.descend, remembering.is_type = descend, is_type
    return remembering
