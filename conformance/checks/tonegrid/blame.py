"""Which requirement is broken when an answer breaks the document, or when generation finds a fault."""

from __future__ import annotations

from conformance.exchange import Breach, Exchange

_OPERATIONS = {
    "TG-001": ("uploadReleaseArtwork",),
    "TG-018": ("issueAccessToken",),
    "TG-019": ("refreshAccessToken",),
    "TG-021": ("revokeToken",),
    "TG-024": ("login",),
    "TG-026": ("updateApiKey",),
    "TG-031": ("signup",),
    "TG-047": ("listReleases", "listTransfers"),
    "TG-048": ("listIngestionJobs",),
    "TG-055": ("listTracks",),
    "TG-061": ("createRelease",),
    "TG-066": ("updateRelease",),
    "TG-070": ("getRelease", "submitRelease"),
    "TG-072": ("deleteRelease",),
    "TG-076": ("attachReleaseDsps", "replaceReleaseDsps"),
    "TG-077": ("listReleaseTracks",),
    "TG-078": ("createTrack", "getTrack"),
    "TG-079": ("uploadTrackAudio",),
    "TG-081": ("updateTrack", "deleteTrack"),
    "TG-085": ("listArtists",),
    "TG-086": ("createArtist", "getArtist", "updateArtist"),
    "TG-087": ("getAnalyticsSummary", "getAnalyticsByRelease"),
    "TG-088": ("getAnalyticsByTerritory",),
    "TG-092": ("getAnalyticsByDsp",),
    "TG-093": ("getRoyaltyBalance", "listRoyaltyStatements", "requestWithdrawal"),
    "TG-095": ("getRoyaltyStatement", "downloadRoyaltyStatementPdf"),
    "TG-101": ("distributeRelease",),
    "TG-103": ("getReleaseDistribution",),
    "TG-104": ("updateDistributionTerritories",),
    "TG-105": ("takedownRelease",),
    "TG-107": ("listDistributionTerritories",),
    "TG-108": ("listDistributionDsps",),
    "TG-111": ("previewDdexMessage",),
    "TG-112": ("downloadDdexMessage",),
    "TG-116": ("updateReleaseSupplyChainConfig",),
    "TG-117": ("updateTenantSupplyChainConfig",),
    "TG-136": ("validateDdexMessage",),
    "TG-140": ("approveRelease",),
    "TG-141": ("deliverRelease",),
    "TG-142": ("deliverReleaseToDsp",),
    "TG-145": ("listDdexDeliveries",),
    "TG-148": ("redeliverRelease",),
    "TG-152": ("previewPurgeMessage", "downloadPurgeMessage"),
    "TG-155": ("validatePurgeMessage",),
    "TG-156": ("purgeRelease",),
    "TG-157": ("purgeReleaseFromDsp",),
    "TG-159": ("createTransfer",),
    "TG-162": ("acceptTransfer",),
    "TG-164": ("declineTransfer",),
    "TG-165": ("getTransfer",),
    "TG-169": ("createWebhook", "updateWebhook"),
    "TG-173": ("listWebhookEventTypes",),
    "TG-175": ("testWebhook",),
    "TG-183": ("listWebhookDeliveries",),
    "TG-185": ("rotateWebhookSecret",),
    "TG-189": ("ingestJson",),
    "TG-192": ("ingestBulk",),
    "TG-193": ("ingestDdex",),
    "TG-196": ("ingestCsv",),
    "TG-198": ("getIngestionJob",),
    "TG-202": ("listSupplyChainDsps",),
    "TG-203": ("listMonetizationPolicies", "listPricingTiers"),
    "TG-204": ("setReleaseMonetization",),
    "TG-205": ("getReleaseSupplyChainConfig",),
    "TG-206": ("setReleasePricingTier",),
    "TG-207": ("setReleaseTerritories",),
    "TG-208": ("getReleaseEffectiveConfig", "setReleaseDspOverride"),
    "TG-209": ("clearReleaseDspOverride",),
    "TG-211": ("getReleaseDeliveryPipeline",),
    "TG-212": ("setReleaseRights",),
    "TG-214": ("uploadAnimatedArtwork",),
    "TG-218": ("getFinanceBalance", "listPayeeStatements"),
    "TG-219": ("createFinancePeriod",),
    "TG-220": ("listFinancePeriods",),
    "TG-221": ("approveTenantStatement",),
    "TG-222": ("listSalesReports",),
    "TG-223": ("listTenantStatements",),
    "TG-224": ("listPayouts",),
    "TG-225": ("createWriter",),
    "TG-226": ("replaceTrackWriters", "replaceTrackPublishers"),
    "TG-227": ("createPublisher",),
    "TG-228": ("replaceTrackCollaborators",),
    "TG-230": ("setReleaseLocalizations",),
    "TG-232": ("setTrackLocalizations",),
    "TG-235": ("createClientTenant",),
    "TG-237": ("impersonateTenant",),
    "TG-238": ("getTenantUsage",),
    "TG-240": ("listAuditLog",),
}
_RULE = {operation: rule for rule, operations in _OPERATIONS.items() for operation in operations}
_HEADERS = {
    "x-ratelimit-limit": "TG-058",
    "x-ratelimit-remaining": "TG-058",
    "x-ratelimit-reset": "TG-058",
    "x-request-id": "TG-006",
    "x-tonegrid-env": "TG-009",
    "x-tonegrid-idempotent-replay": "TG-037",
    "link": "TG-049",
    "retry-after": "TG-059",
}


def of_operation(operation: str | None) -> str:
    """Return the requirement that an operation's own answer stands for."""
    return _RULE.get(operation or "", "TG-001")


def of_breach(breach: Breach, exchange: Exchange) -> str:
    """Return the requirement that a breach of the document breaks."""
    if breach.kind == "media type":
        return "TG-001"
    if breach.kind == "header":
        return _HEADERS.get(breach.keyword.lower(), of_operation(exchange.operation))
    if breach.kind == "status":
        return "TG-033" if exchange.status >= 400 else of_operation(exchange.operation)
    if exchange.status >= 400:
        return "TG-029" if "errors" in f"{breach.pointer} {breach.text}" else "TG-028"
    if breach.pointer.startswith("/meta"):
        return "TG-049" if "cursor" in breach.text else "TG-048"
    return of_operation(exchange.operation)


def of_fuzzing(check: str, operation: str, status: int | None) -> str:
    """Return the requirement that a failure of generated input breaks."""
    if check == "ignored_auth":
        return "TG-014"
    if check == "content_type_conformance":
        return "TG-001"
    if check in ("unsupported_method", "allow_header_conformance"):
        return "TG-003"
    if check == "status_code_conformance":
        return "TG-033"
    if check in ("negative_data_rejection", "missing_required_header"):
        return "TG-029"
    if check == "response_schema_conformance" and status is not None and status >= 400:
        return "TG-029" if status == 422 else "TG-028"
    return of_operation(operation)
