"""What a user pastes: base URLs and credentials as environment variables."""

from __future__ import annotations

from mockserver.auth.credentials import CREDENTIALS
from mockserver.core.ground import Record
from mockserver.provider import Provider
from mockserver.sandbox import DEFAULT, Sandboxes


def credentials_of(sandboxes: Sandboxes, provider: str, sandbox: str = DEFAULT) -> list[Record]:
    """Return the credential records of a provider in a sandbox."""
    meta = sandboxes.open(sandbox, provider)
    return list(sandboxes.world(meta, provider).find(CREDENTIALS))


def environment_of(sandboxes: Sandboxes, url: str, sandbox: str = DEFAULT) -> dict[str, str]:
    """Return MOCKSERVER_URL, <PROVIDER>_BASE_URL and the credentials of the default sandbox's `full` accounts."""
    found = {"MOCKSERVER_URL": url}
    for flat in sandboxes.flats.values():
        prefix = flat.name.upper()
        found[f"{prefix}_BASE_URL"] = f"{url}/{flat.name}"
        records = credentials_of(sandboxes, flat.name, sandbox)
        for suffix, (kind, member) in flat.exports.items():
            value = _value(records, kind, member)
            if value is not None:
                found[f"{prefix}_{suffix}"] = value
    return found


def _value(records: list[Record], kind: str, member: str) -> str | None:
    fitting = [record for record in records if record["kind"] == kind and record.get(member)]
    fitting.sort(key=lambda record: record["name"] != "full")
    return str(fitting[0][member]) if fitting else None


def paste_line(flat: Provider, url: str, records: list[Record]) -> str:
    """Return a provider's line for the start of `serve`: name, base URL, a credential to paste."""
    full = next((record for record in records if record["name"] == "full"), None)
    shown = ""
    if full is not None:
        shown = f"{full['header']}: {shown_value(full)}" if full["header"] else f"client_id {full.get('client_id')}"
    return f"{flat.name:<11} {url}/{flat.name:<12} {shown}"


def shown_value(record: Record) -> str:
    """Return a credential as its header carries it."""
    return f"Bearer {record['value']}" if record["header"].lower() == "authorization" else str(record["value"])
