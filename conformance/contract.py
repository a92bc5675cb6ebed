"""What a run judges against: one provider's promise, with the user's overlay laid over it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from conformance.failure import Misconfigured
from specs import PROVIDERS, Lifecycle, Operation, Rule, SpecError, open_book
from specs.operation import find_operations
from specs.overlay import find_overlay
from specs.route import Routes


@dataclass(frozen=True)
class Contract:
    """One provider's document (bundled, overlay applied), operations, rules and lifecycles."""

    provider: str
    folder: Path
    document: dict[str, Any]
    operations: dict[str, Operation]
    rules: dict[str, Rule]
    lifecycles: dict[str, Lifecycle]

    @property
    def title(self) -> str:
        """Return the API's title."""
        return str(self.document["info"]["title"])

    @cached_property
    def routes(self) -> Routes:
        """Return the path finder over the operations."""
        return Routes(self.operations.values())

    def credential_headers(self, secret: str) -> dict[str, str]:
        """Return the header that carries a bare secret, as the document's first security scheme says."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        for scheme in schemes.values():
            if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
                return {scheme["name"]: secret}
            if scheme.get("type") in ("http", "oauth2", "openIdConnect"):
                return {"Authorization": f"Bearer {secret}"}
        return {"Authorization": f"Bearer {secret}"}

    def note_lines(self, rule_id: str) -> list[str]:
        """Return the lines of the provider's NOTES.md that name a rule: the readings that were chosen."""
        file = self.folder / "NOTES.md"
        if not file.exists():
            return []
        return [line.strip() for line in file.read_text("utf-8").splitlines() if rule_id in line]


def open_contract(provider: str, overlay: Path | None = None) -> Contract:
    """Open a provider's contract; `Misconfigured` names the valid providers or the broken file.

    An overlay is a file, or one of those that come with the provider's document by its bare name, such as `observed`.
    """
    if provider not in PROVIDERS:
        raise Misconfigured(f"unknown provider {provider!r}; valid: {', '.join(PROVIDERS)}")
    try:
        overlays = (find_overlay(provider, str(overlay)),) if overlay is not None else ()
        book = open_book(provider, overlays=overlays)
        # A copy of our own: readers downstream (openapi-core, schemathesis) are free to annotate it.
        document = json.loads(json.dumps(book.document))
        rules, lifecycles = book.rules, book.lifecycles
    except ValueError as error:
        raise Misconfigured(f"overlay: {error}") from None
    except SpecError as error:
        raise Misconfigured(f"the promise of {provider} cannot be read: {error}") from None
    operations = {operation.id: operation for operation in find_operations(document)}
    return Contract(provider, book.folder, document, operations, rules, lifecycles)
