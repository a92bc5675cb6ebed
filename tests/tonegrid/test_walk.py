"""Walks every operation once, as the owner, as nobody, and as another tenant."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from mockserver.app import App
from mockserver.media.pictures import jpeg
from mockserver.media.sounds import wav
from specs import open_book

OPERATIONS = open_book("tonegrid").operations
UNKNOWN = "00000000-0000-4000-8000-000000000000"
OPEN = ("issueAccessToken", "refreshAccessToken", "login", "signup")
XML = b"""<?xml version="1.0"?><n:NewReleaseMessage xmlns:n="http://ddex.net/xml/ern/43"><MessageHeader>
<MessageId>M1</MessageId></MessageHeader></n:NewReleaseMessage>"""


def _form(**files: tuple[bytes, str]) -> dict[str, Any]:
    return {"files": files}


def send(room: Any, call: Any, key: str | None = "full", **headers: str) -> Any:
    """Make a call, with new files each time."""
    method, path, parts, _ = call
    files = parts.get("files")
    if files:
        parts = {"data": {name: (BytesIO(data), file) for name, (data, file) in files.items()}}
    return room.ask(
        method, path, key, headers={"-".join(name.split("_")): text for name, text in headers.items()}, **parts
    )


@pytest.fixture
def calls(unlimited: Any) -> dict[str, tuple[str, str, dict[str, Any], int]]:
    """One well-formed call of every operation: method, path, parts, expected status."""
    return well_formed(unlimited)


def well_formed(room: Any) -> dict[str, tuple[str, str, dict[str, Any], int]]:
    """Prepare what the calls need and return them by operation."""
    draft = room.ready("spotify", "tidal")
    track = room.get(f"/releases/{draft}/tracks").json["tracks"][0]["uuid"]
    spare = room.add_track(draft, position=2)
    waiting, pending = room.ready("spotify"), room.ready("spotify")
    room.post(f"/releases/{pending}/submit")
    approved, live, other_live = room.approved("spotify"), room.live("spotify", "tidal"), room.live("spotify")
    artist = room.post("/artists", {"name": "Rema"}).json["artist"]["uuid"]
    hook = room.subscribe("*")["uuid"]
    ingest = {"title": "Night", "tracks": [{"title": "One"}]}
    job = room.post("/ingestion/json", ingest).json["data"]["ingestion_job_id"]
    writer = room.post("/writers", {"name": "Ayo"}).json["data"]["uuid"]
    publisher = room.post("/publishers", {"name": "Lagos Sound"}).json["data"]["uuid"]
    offer = {"to_account_uuid": room.account("second-account"), "releases": [room.create()]}
    sent = room.post("/transfers", offer).json["transfer"]["uuid"]
    back = {"to_account_uuid": room.account("full"), "releases": [room.create("second-account")]}
    received = room.post("/transfers", back, "second-account").json["transfer"]["uuid"]
    back = {"to_account_uuid": room.account("full"), "releases": [room.create("second-account")]}
    refused = room.post("/transfers", back, "second-account").json["transfer"]["uuid"]
    statement = room.find("finance_statements", tenant=room.account("full"), state="draft")[0]["id"]
    child = room.account("client-tenant")
    client = room.credential("client")
    pair = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    tokens = room.post("/auth/token", pair, None).json
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    login = {"email": "label@example.com", "password": "correct-horse", "tenant_slug": "demo-label"}
    signup = {"email": "new@example.com", "password": "secret", "tenant_name": "New Label"}
    hook_body = {"name": "h", "url": "https://example.com/h", "events": ["ingestion.*"]}
    shares = {"writers": [{"writer_uuid": writer, "role": "composer", "composer_share_percent": 100}]}
    bulk = [ingest]
    xml = {"data": XML, "content_type": "application/xml"}
    csv = _form(releases_csv=(b"title,track_title\nA,B\n", "a.csv"))
    gif = _form(asset=(_gif(), "a.gif"))
    json = lambda body: {"json": body}  # noqa: E731
    release = f"/releases/{draft}"
    chain = f"/supply-chain/releases/{draft}"
    return {
        "issueAccessToken": ("POST", "/auth/token", json(pair), 200),
        "refreshAccessToken": ("POST", "/auth/token/refresh", json(refresh), 200),
        "revokeToken": ("POST", "/auth/token/revoke", json({"token": "unknown"}), 200),
        "login": ("POST", "/auth/login", json(login), 200),
        "signup": ("POST", "/auth/signup", json(signup), 201),
        "listReleases": ("GET", "/releases", {}, 200),
        "createRelease": ("POST", "/releases", json(BODY), 201),
        "getRelease": ("GET", release, {}, 200),
        "updateRelease": ("PUT", release, json({"genre": "Afropop"}), 200),
        "deleteRelease": ("DELETE", f"/releases/{room.create()}", {}, 200),
        "submitRelease": ("POST", f"/releases/{waiting}/submit", {}, 200),
        "attachReleaseDsps": ("POST", f"{release}/dsps", json({"dsps": ["deezer"]}), 200),
        "approveRelease": ("POST", f"/releases/{pending}/approve", {}, 200),
        "uploadReleaseArtwork": ("POST", f"{release}/artwork", _form(artwork=(jpeg(60, 60, (9, 9, 9)), "a.jpg")), 200),
        "listReleaseTracks": ("GET", f"{release}/tracks", {}, 200),
        "createTrack": ("POST", f"{release}/tracks", json({"title": "B", "position": 3, "explicit": True}), 201),
        "getTrack": ("GET", f"/tracks/{track}", {}, 200),
        "updateTrack": ("PUT", f"/tracks/{track}", json({"title": "C"}), 200),
        "deleteTrack": ("DELETE", f"/tracks/{spare}", {}, 200),
        "uploadTrackAudio": ("POST", f"/tracks/{track}/audio", _form(audio=(wav(1), "a.wav")), 202),
        "listTracks": ("GET", "/tracks", {}, 200),
        "listArtists": ("GET", "/artists", {}, 200),
        "createArtist": ("POST", "/artists", json({"name": "Tems"}), 201),
        "getArtist": ("GET", f"/artists/{artist}", {}, 200),
        "updateArtist": ("PUT", f"/artists/{artist}", json({"country": "NG"}), 200),
        "getAnalyticsSummary": ("GET", "/analytics/summary", {}, 200),
        "getAnalyticsByRelease": ("GET", "/analytics/releases", {}, 200),
        "getAnalyticsByTerritory": ("GET", "/analytics/territories", {}, 200),
        "getAnalyticsByDsp": ("GET", "/analytics/dsps", {}, 200),
        "getRoyaltyBalance": ("GET", "/royalties/balance", {}, 200),
        "listRoyaltyStatements": ("GET", "/royalties/statements", {}, 200),
        "getRoyaltyStatement": ("GET", "/royalties/statements/stmt_202609", {}, 200),
        "downloadRoyaltyStatementPdf": ("GET", "/royalties/statements/stmt_202609/pdf", {}, 200),
        "requestWithdrawal": ("POST", "/royalties/withdrawals", json({"amount_usd": 10}), 201),
        "listDistributionDsps": ("GET", "/distribution/dsps", {}, 200),
        "listDistributionTerritories": ("GET", "/distribution/territories", {}, 200),
        "distributeRelease": ("POST", f"/releases/{approved}/distribute", json({"dsps": ["spotify"]}), 202),
        "getReleaseDistribution": ("GET", f"/releases/{live}/distribution", {}, 200),
        "updateDistributionTerritories": (
            "PATCH", f"/releases/{live}/distribution/territories", json({"exclude": ["IR"]}), 202,
        ),
        "takedownRelease": ("POST", f"/releases/{other_live}/takedown", json({"reason": "x"}), 202),
        "previewDdexMessage": ("GET", f"{release}/ddex/preview/spotify", {}, 200),
        "downloadDdexMessage": ("GET", f"{release}/ddex/preview/spotify.xml", {}, 200),
        "validateDdexMessage": ("GET", f"{release}/ddex/validate/spotify", {}, 200),
        "deliverRelease": ("POST", f"/releases/{approved}/ddex/deliver", {}, 202),
        "deliverReleaseToDsp": ("POST", f"/releases/{approved}/ddex/deliver/spotify", {}, 202),
        "redeliverRelease": ("POST", f"/releases/{live}/ddex/redeliver", {}, 202),
        "listDdexDeliveries": ("GET", f"/releases/{live}/ddex/deliveries", {}, 200),
        "previewPurgeMessage": ("GET", f"{release}/ddex/purge/preview/spotify", {}, 200),
        "downloadPurgeMessage": ("GET", f"{release}/ddex/purge/preview/spotify.xml", {}, 200),
        "validatePurgeMessage": ("GET", f"{release}/ddex/purge/validate/spotify", {}, 200),
        "purgeReleaseFromDsp": ("POST", f"/releases/{live}/ddex/purge/tidal", {}, 202),
        "purgeRelease": ("POST", f"/releases/{live}/ddex/purge", {}, 202),
        "createTransfer": ("POST", "/transfers", json({"to_account_uuid": room.account("second-account")}), 201),
        "listTransfers": ("GET", "/transfers", {}, 200),
        "getTransfer": ("GET", f"/transfers/{sent}", {}, 200),
        "acceptTransfer": ("POST", f"/transfers/{received}/accept", {}, 200),
        "declineTransfer": ("POST", f"/transfers/{refused}/decline", {}, 200),
        "listWebhookEventTypes": ("GET", "/webhooks/event-types", {}, 200),
        "createWebhook": ("POST", "/webhooks", json(hook_body), 201),
        "testWebhook": ("POST", f"/webhooks/{hook}/test", {}, 202),
        "listWebhookDeliveries": ("GET", f"/webhooks/{hook}/deliveries", {}, 200),
        "rotateWebhookSecret": ("POST", f"/webhooks/{hook}/rotate-secret", {}, 200),
        "updateWebhook": ("PUT", f"/webhooks/{hook}", json({"name": "other"}), 200),
        "ingestJson": ("POST", "/ingestion/json", json(ingest), 201),
        "ingestBulk": ("POST", "/ingestion/bulk", json(bulk), 202),
        "ingestDdex": ("POST", "/ingestion/ddex", xml, 202),
        "ingestCsv": ("POST", "/ingestion/csv", csv, 202),
        "listIngestionJobs": ("GET", "/ingestion/jobs", {}, 200),
        "getIngestionJob": ("GET", f"/ingestion/jobs/{job}", {}, 200),
        "listSupplyChainDsps": ("GET", "/supply-chain/dsps", {}, 200),
        "listMonetizationPolicies": ("GET", "/supply-chain/monetization-policies", {}, 200),
        "listPricingTiers": ("GET", "/supply-chain/pricing-tiers", {}, 200),
        "getReleaseSupplyChainConfig": ("GET", chain, {}, 200),
        "updateReleaseSupplyChainConfig": ("PUT", chain, json({"is_test_delivery": True}), 200),
        "setReleaseMonetization": (
            "PUT", f"{chain}/monetization", json({"monetization_policy_codes": ["restricted"]}), 200,
        ),
        "setReleasePricingTier": ("PUT", f"{chain}/pricing-tier", json({"pricing_tier_code": "mid"}), 200),
        "setReleaseTerritories": ("PUT", f"{chain}/territories", json({"territory_mode": "worldwide"}), 200),
        "getReleaseDeliveryPipeline": ("GET", f"{chain}/dsps", {}, 200),
        "getReleaseEffectiveConfig": ("GET", f"{chain}/effective-config", {}, 200),
        "setReleaseDspOverride": ("PUT", f"{chain}/overrides/spotify", json({"is_blocked": True}), 200),
        "clearReleaseDspOverride": ("DELETE", f"{chain}/overrides/spotify", {}, 204),
        "updateTenantSupplyChainConfig": ("PUT", "/supply-chain/config", json({"sobo_party_name": "Label"}), 200),
        "setReleaseRights": ("PUT", f"{release}/rights", json({"streaming": True}), 200),
        "uploadAnimatedArtwork": ("POST", f"{release}/animated-artwork/square_motion", gif, 201),
        "getFinanceBalance": ("GET", "/finance/balance", {}, 200),
        "listFinancePeriods": ("GET", "/finance/periods", {}, 200),
        "createFinancePeriod": ("POST", "/finance/periods", json({"code": "2030-01", "type": "monthly"}), 201),
        "listSalesReports": ("GET", "/finance/sales-reports", {}, 200),
        "listTenantStatements": ("GET", "/finance/statements", {}, 200),
        "approveTenantStatement": ("POST", f"/finance/statements/{statement}/approve", {}, 200),
        "listPayeeStatements": ("GET", "/finance/payee-statements", {}, 200),
        "listPayouts": ("GET", "/finance/payouts", {}, 200),
        "createWriter": ("POST", "/writers", json({"name": "W"}), 201),
        "createPublisher": ("POST", "/publishers", json({"name": "P"}), 201),
        "replaceTrackWriters": ("PUT", f"/tracks/{track}/writers", json(shares), 200),
        "replaceTrackPublishers": (
            "PUT", f"/tracks/{track}/publishers",
            json({"publishers": [{"publisher_uuid": publisher, "share_percent": 50}]}), 200,
        ),
        "replaceTrackCollaborators": ("PUT", f"/tracks/{track}/collaborators", json({"collaborators": []}), 200),
        "setReleaseLocalizations": ("PUT", f"{release}/localizations", json({"localized_titles": {"fr": "X"}}), 200),
        "setTrackLocalizations": ("PUT", f"/tracks/{track}/localizations", json({"localized_lyrics": {}}), 200),
        "createClientTenant": (
            "POST", "/tenants/clients", json({"name": "C", "slug": "new-client", "tenant_role": "client"}), 201,
        ),
        "impersonateTenant": ("POST", f"/tenants/clients/{child}/impersonate", {}, 200),
        "getTenantUsage": ("GET", f"/tenants/clients/{child}/usage", {}, 200),
        "listAuditLog": ("GET", "/audit-log", {}, 200),
        "updateApiKey": ("PUT", f"/api-keys/{room.credential('full')['id']}", json({"ip_allowlist": None}), 200),
    }  # fmt: skip


BODY = {"title": "Eclipse", "type": "single", "release_date": "2027-01-15", "genre": "Afrobeats"}


def _gif() -> bytes:
    from PIL import Image

    frames = [Image.new("P", (64, 64), shade) for shade in (0, 90, 180)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200)
    return file.getvalue()


def test_every_operation_answers_as_the_spec_promises(unlimited: Any, calls: Any) -> None:
    """TG-001, TG-032, TG-033: 104 operations, none of them canned, none breaking its promise."""
    answers = {id: send(unlimited, call) for id, call in calls.items()}

    assert set(calls) == set(OPERATIONS)
    expected = {id: status for id, (_, _, _, status) in calls.items()}
    assert {id: answer.status_code for id, answer in answers.items()} == expected
    files = {"downloadDdexMessage", "downloadPurgeMessage", "downloadRoyaltyStatementPdf", "clearReleaseDspOverride"}
    assert {id for id, answer in answers.items() if answer.mimetype != "application/json"} == files


def test_every_operation_answers_as_the_overlaid_spec_promises(observed: Any) -> None:
    """What others observed: 105 operations, two of them by another method, one that the document has not."""
    promised = observed.app.flats["tonegrid"].book.operations
    calls = well_formed(observed)
    release = calls["attachReleaseDsps"][1]
    calls["replaceReleaseDsps"] = ("PUT", release, {"json": {"dsps": ["spotify", "boomplay"]}}, 200)
    moved = {id: (promised[id].method, *call[1:]) for id, call in calls.items() if promised[id].method != call[0]}
    old = {id: send(observed, calls[id]) for id in moved}

    answers = {id: send(observed, call) for id, call in {**calls, **moved}.items()}

    assert set(calls) == set(promised)
    assert sorted(moved) == ["updateRelease", "updateTrack"]
    assert {(one.status_code, one.json["error"]) for one in old.values()} == {(404, "Endpoint not found.")}
    expected = {id: status for id, (_, _, _, status) in calls.items()}
    assert {id: answer.status_code for id, answer in answers.items()} == expected


def test_every_change_can_be_repeated_with_a_key(unlimited: Any, calls: Any) -> None:
    """TG-043, C-07: every POST, PUT and PATCH but those under /auth runs once and answers twice."""
    changing = {id: call for id, call in calls.items() if OPERATIONS[id].idempotent}
    assert set(changing) == {id for id, call in calls.items() if call[0] in ("POST", "PUT", "PATCH")} - {
        *OPEN,
        "revokeToken",
    }

    for id, call in changing.items():
        first = send(unlimited, call, Idempotency_Key=id)
        second = send(unlimited, call, Idempotency_Key=id)

        assert (first.status_code, first.data) == (call[3], second.data), id
        assert second.headers.get("X-ToneGrid-Idempotent-Replay") == "true", id


def test_no_operation_but_the_token_ones_answers_without_credentials(unlimited: Any, calls: Any) -> None:
    """TG-014: 401 with the named string, whatever else is right or wrong about the call."""
    protected = {id: call for id, call in calls.items() if id not in OPEN}

    answers = {id: send(unlimited, call, None) for id, call in protected.items()}

    assert {answer.status_code for answer in answers.values()} == {401}
    assert {answer.json["error"] for answer in answers.values()} == {"Authentication token is missing."}


def test_what_is_one_tenants_is_not_there_for_another(unlimited: Any, calls: Any) -> None:
    """TG-027: 404 for every path that names something, tenants aside (403)."""
    shared = ("getTransfer", "acceptTransfer", "declineTransfer")
    named = {
        id: call
        for id, call in calls.items()
        if "{" in OPERATIONS[id].path and id not in shared and not OPERATIONS[id].path.startswith("/tenants")
    }
    named.pop("getRoyaltyStatement"), named.pop("downloadRoyaltyStatementPdf")  # both tenants have that month

    answers = {id: send(unlimited, call, "second-account") for id, call in named.items()}

    assert {id: answer.status_code for id, answer in answers.items() if answer.status_code != 404} == {}
    assert all(answer.json["error"].endswith("not found.") for answer in answers.values())
    unharmed = {id: send(unlimited, call).status_code for id, call in named.items()}
    assert unharmed == {id: status for id, (_, _, _, status) in named.items()}


def test_a_key_without_scopes_reads_the_common_catalogues_and_nothing_else(unlimited: Any, calls: Any) -> None:
    """TG-023: 403 where a scope is missing."""
    answers = {id: send(unlimited, call, "no-scope") for id, call in calls.items() if id not in OPEN}

    refused = {id for id, answer in answers.items() if answer.status_code == 403}
    assert refused == {id for id in answers if OPERATIONS[id].scopes}
    assert all(answers[id].json["error"].startswith("Missing required scope: ") for id in refused)
    assert {answers[id].status_code for id in set(answers) - refused} == {200}


def test_a_key_that_may_read_changes_nothing(unlimited: Any, calls: Any) -> None:
    """TG-023."""
    changing = {id: call for id, call in calls.items() if "releases:write" in OPERATIONS[id].scopes}

    answers = {id: send(unlimited, call, "read-only") for id, call in changing.items()}

    assert {answer.status_code for answer in answers.values()} == {403}


def test_every_operation_takes_unreadable_queries_and_unknown_ids(unlimited: Any, calls: Any) -> None:
    """TG-004, TG-074: a query that is no UTF-8 is 400, a path value that names nothing 404."""
    for id, (method, path, _, _) in calls.items():
        if id in OPEN:
            continue

        broken = unlimited.ask(method, f"{path}?x=%ff")

        assert broken.status_code in (400, 422) or OPERATIONS[id].body, id
        if "{uuid}" in OPERATIONS[id].path:
            parts = path.split("/")
            place = OPERATIONS[id].path.split("/").index("{uuid}")
            parts[place] = UNKNOWN
            assert unlimited.ask(method, "/".join(parts), json={}).status_code == 404, id


def test_the_census_is_complete(app: App) -> None:
    """Operations 104 of 104."""
    assert app.counts[0].line() == "tonegrid 104/104 operations"
