"""Which requirement is broken when an answer breaks the document, or when generation finds a fault."""

from __future__ import annotations

from conformance.exchange import Breach, Exchange

_OPERATION = {
    "createSubmission": "GARD-074",
    "listSubmissions": "GARD-029",
    "getReferenceData": "GARD-109",
    "listPlatforms": "GARD-113",
    "listPlatformGroups": "GARD-114",
    "listReleases": "GARD-118",
    "getRelease": "GARD-122",
    "getReleaseStatus": "GARD-122",
    "listReleaseTracks": "GARD-123",
    "syncRelease": "GARD-040",
    "getReleaseCover": "GARD-125",
    "listReleaseVideoClips": "GARD-128",
    "listTrackVideoClips": "GARD-128",
    "getReleasePlatformLinks": "GARD-127",
    "sortReleaseTracks": "GARD-129",
    "deleteRelease": "GARD-043",
    "revokeRelease": "GARD-045",
    "searchPersons": "GARD-133",
    "createPerson": "GARD-134",
    "listReleasePersons": "GARD-135",
    "addReleasePerson": "GARD-135",
    "listTrackPersons": "GARD-136",
    "addTrackPerson": "GARD-136",
    "createDeleteRequest": "GARD-138",
    "listDeleteRequests": "GARD-140",
    "getPanelScope": "GARD-143",
    "listActivityLog": "GARD-144",
    "exportStreamingReport": "GARD-145",
    "createPitch": "GARD-147",
    "listPitches": "GARD-152",
    "getPayoutSettings": "GARD-156",
    "updatePayoutSettings": "GARD-157",
    "listWithdrawals": "GARD-158",
    "requestWithdrawal": "GARD-159",
    "listApiKeys": "GARD-211",
    "getWebhookSigningSecret": "GARD-211",
    "queryReleaseAnalytics": "GARD-174",
    "getReleaseAnalytics": "GARD-180",
    "getTrackAnalytics": "GARD-180",
    "querySpotifyBar": "GARD-199",
    "queryAppleMusicBar": "GARD-199",
    "queryVkClipsGraphTotal": "GARD-200",
    "querySummaryStats": "GARD-201",
}
_LIMITED = 429
# Members whose shape is a requirement of its own, wherever they stand.
_MEMBER = {
    "status": "GARD-029",
    "workflow_status": "GARD-221",
    "message": "GARD-032",
    "created_at": "GARD-008",
    "last_synced_at": "GARD-008",
    "updated_at": "GARD-008",
    "public_id": "GARD-016",
    "submission_id": "GARD-016",
    "track_id": "GARD-028",
    "columns": "GARD-206",
    "lines": "GARD-198",
}
_STAGED = (
    "listSubmissions",
    "listReleases",
    "getRelease",
    "getReleaseStatus",
    "syncRelease",
    "getPanelScope",
)


def of_operation(operation: str | None) -> str:
    """Return the requirement that an operation as a whole stands for."""
    name = operation or ""
    if name in _OPERATION:
        return _OPERATION[name]
    if name.endswith("Filters"):
        return "GARD-203"
    if "Table" in name:
        return "GARD-193"
    return "GARD-197" if "Graph" in name else "GARD-006"


def of_breach(breach: Breach, exchange: Exchange) -> str:
    """Return the requirement that a breach of the document breaks."""
    if breach.keyword == "X-Gard-Analytics-Cached":
        return "GARD-192"
    if breach.keyword == "Retry-After":
        return "GARD-227"
    if exchange.status == _LIMITED:
        return "GARD-228"
    if breach.kind in ("status", "media type") and exchange.status < 300:
        return "GARD-005" if breach.kind == "status" else of_operation(exchange.operation)
    if exchange.status >= 400:
        return of_operation(exchange.operation) if breach.kind == "status" else "GARD-226"
    names = [token for token in breach.pointer.split("/")[1:] if not token.isdigit()]
    member = names[-1] if names else ""
    if member == "status" and exchange.operation not in _STAGED:
        return of_operation(exchange.operation)
    return _MEMBER.get(member, of_operation(exchange.operation))


def of_fuzzing(check: str, operation: str, status: int | None) -> str:
    """Return the requirement that a failure of generated input breaks."""
    if check == "ignored_auth":
        return "GARD-009"
    if status == _LIMITED:
        return "GARD-228"
    if check in ("unsupported_method", "allow_header_conformance"):
        return "GARD-226"
    if check == "response_headers_conformance":
        return "GARD-192"
    if check == "response_schema_conformance" and status is not None and status >= 400:
        return "GARD-226"
    return of_operation(operation)
