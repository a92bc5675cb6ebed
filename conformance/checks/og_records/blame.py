"""Which requirement is broken when an answer breaks the document, or when generation finds a fault."""

from __future__ import annotations

from conformance.exchange import Breach, Exchange

_OPERATION = {
    "createRelease": "OG-060",
    "getRelease": "OG-061",
    "updateReleaseStep": "OG-062",
    "submitRelease": "OG-065",
    "createTrack": "OG-075",
    "getTrackQcStatus": "OG-076",
    "createSplit": "OG-085",
    "listReleaseSplits": "OG-086",
    "createPerson": "OG-089",
    "listEarnings": "OG-095",
    "listPayouts": "OG-098",
    "requestPayout": "OG-099",
    "createSmartlink": "OG-110",
    "getSmartlinkPublic": "OG-111",
    "getSmartlinkStats": "OG-113",
    "receiveStripeWebhook": "OG-120",
    "receiveWiseWebhook": "OG-101",
    "receiveDspSyncWebhook": "OG-124",
    "receiveMailgunWebhook": "OG-125",
    "receiveWhapiWebhook": "OG-126",
    "authorize": "OG-010",
    "decideConsent": "OG-010",
    "issueToken": "OG-010",
    "listApiKeys": "OG-016",
    "rotateApiKey": "OG-017",
    "createWebhookEndpoint": "OG-148",
}
# Members whose form is a requirement of its own.
_MEMBER = {"amount": "OG-097", "currency": "OG-097", "meta": "OG-096", "next_cursor": "OG-096", "presave": "OG-110"}
_REFUSALS = {401: "OG-015", 403: "OG-015", 429: "OG-035"}


def of_operation(operation: str | None) -> str:
    """Return the requirement that an operation as a whole stands for."""
    return _OPERATION.get(operation or "", "OG-001")


def of_breach(breach: Breach, exchange: Exchange) -> str:
    """Return the requirement that a breach of the document breaks."""
    if breach.keyword in ("X-RateLimit-Limit", "X-RateLimit-Remaining"):
        return "OG-034"
    if breach.keyword == "Retry-After":
        return "OG-035" if exchange.status == 429 else "OG-039"
    if exchange.status >= 400 and breach.kind != "status":
        return "OG-003"
    if breach.kind in ("status", "media type", "header"):
        return of_operation(exchange.operation)
    names = [token for token in breach.pointer.split("/")[1:] if not token.isdigit()]
    if exchange.operation in ("listEarnings", "listPayouts", "requestPayout", "createSmartlink"):
        return next((_MEMBER[name] for name in reversed(names) if name in _MEMBER), of_operation(exchange.operation))
    return of_operation(exchange.operation)


def of_fuzzing(check: str, operation: str, status: int | None) -> str:
    """Return the requirement that a failure of generated input breaks."""
    if check == "ignored_auth":
        return "OG-022"
    if check == "response_headers_conformance":
        return "OG-034"
    if check in ("unsupported_method", "allow_header_conformance"):
        return "OG-001"
    if check == "response_schema_conformance" and status is not None and status >= 400:
        return "OG-003"
    if check == "status_code_conformance" and status in _REFUSALS:
        return _REFUSALS[status]
    return of_operation(operation)
