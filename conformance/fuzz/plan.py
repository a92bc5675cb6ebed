"""What a generating run is told - address, credentials, bounds - as schemathesis' own configuration file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from conformance.contract import Contract

# Without tuning the tool raises false alarms: a server with state may well refuse a schema-valid request
# (positive_data_acceptance), an id that nobody made is no lost resource (ensure_resource_availability), and a broken
# path value that was replaced by one of our samples is broken no longer (negative_data_rejection).
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "use_after_free",
)


def configuration(
    contract: Contract,
    base_url: str,
    credential: Mapping[str, str],
    headers: Mapping[str, str],
    seconds: int,
    samples: Mapping[str, Mapping[str, Any]],
    special: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """Return the configuration file. `samples` are path values of things that exist, by operationId.

    `special` are the credentials of security schemes that want another principal's than the usual one.
    """
    lines = [
        f"base-url = {_text(base_url)}",
        f"max-time = {seconds}",
        "[cache]",
        "enabled = false",  # else a second run turns green because of what the first one learnt
        "[generation]",
        'database = "none"',
        "[phases.fuzzing.error-feedback]",
        "enabled = false",
        "[output.sanitization]",
        "enabled = false",  # our own redaction knows the secrets and leaves the rest readable
        "[headers]",
        *(f"{_text(name)} = {_text(value)}" for name, value in headers.items()),
    ]
    lines += _credentials(contract, credential, special or {})
    for operation, values in samples.items():
        lines += ["[[operations]]", f"include-operation-id = {_text(operation)}", "[operations.parameters]"]
        lines += [f"{_text('path.' + name)} = {_text(str(value))}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _credentials(contract: Contract, usual: Mapping[str, str], special: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Tell the credential as a security scheme, not as a header: only so does the tool know when to leave it out."""
    schemes = contract.document.get("components", {}).get("securitySchemes", {})
    lines: list[str] = []
    for name, scheme in schemes.items():
        credential = special.get(name, usual)
        value = credential.get("Authorization", "")
        if scheme.get("type") == "http" and scheme.get("scheme") == "bearer" and value.startswith("Bearer "):
            lines += [f"[auth.openapi.{_text(name)}]", f"bearer = {_text(value.removeprefix('Bearer '))}"]
        elif scheme.get("type") == "apiKey" and scheme.get("name") in credential:
            lines += [f"[auth.openapi.{_text(name)}]", f"api_key = {_text(credential[scheme['name']])}"]
    return lines


def _text(value: str) -> str:
    """Return a TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(value, ensure_ascii=True)
