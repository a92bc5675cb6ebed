"""TG-008 to TG-013: what makes the sandbox a sandbox, and its recipe from end to end."""

from __future__ import annotations

import base64
import json
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import tokens, transport, wares
from conformance.judge import NotTested
from conformance.properties.webhooks import Catcher, hex_hmac, receiving

_DEAD_SESSION = "Invalid or expired token. Please log in again."


def below_api(case: Case) -> str:
    """Return what leads from the base URL to the sandbox's base path; nothing where the URL has it already."""
    return "" if case.session.client.wire.base_url.endswith("/api") else "/api"


def every_path_is_below_api(case: Case) -> None:
    """Below /api every documented path has a route: protected ones ask for a token instead of being unknown."""
    prefix = below_api(case)
    for operation in case.contract.operations.values():
        if operation.is_open or (case.is_read_only and operation.method != "GET"):
            continue
        path = operation.path
        for parameter in operation.in_place("path"):
            values = parameter.schema.get("enum", [wares.NO_ID])
            path = path.replace(f"{{{parameter.name}}}", "spotify" if parameter.name == "dsp_slug" else values[0])
        answer = case.send(operation.method, prefix + path, headers={"Accept": "application/json"}, principal=None)
        judge.that(
            answer.status == 401,
            f"{operation.method} {prefix}{operation.path} does not ask for a token",
            answer,
            expected=401,
            received=answer.status,
        )


def sandbox_path_answers_alike(case: Case) -> None:
    """With a key the sandbox path serves what the documented path serves."""
    known = case.given(case.call("listSupplyChainDsps"), 200)
    answer = case.send("GET", f"{below_api(case)}/supply-chain/dsps", headers={"Accept": "application/json"})
    judge.status(answer, 200)
    slugs = [sorted(str(dsp.get("slug")) for dsp in found.items("/data/dsps")) for found in (known, answer)]
    judge.equal("the stores", slugs[0], slugs[1], answer)


def answers_name_the_environment(case: Case) -> None:
    """Every answer of the sandbox carries X-Tonegrid-Env, refusals included."""
    found = [case.call("listReleases"), case.call("listSupplyChainDsps"), case.send("GET", "/conformance-nope")]
    if not case.is_read_only:
        found += [wares.read(case, wares.make_release(case)), *transport.refusals(case).values()]
    for answer in found:
        judge.header(answer, "X-Tonegrid-Env", "api-sandbox")


def sanity_check(case: Case) -> None:
    """The first call of the documentation: 401 without a key, 200 with data with one."""
    wares.refused(case.call("listSupplyChainDsps", principal=None), 401, "Authentication token is missing.")
    answer = case.call("listSupplyChainDsps")
    judge.status(answer, 200)
    shown = answer.items("/data/dsps")
    judge.that(shown, "there are no stores", answer, expected="stores", received=shown)


def resigned(token: str) -> str:
    """Return a token with the same claims, signed with another secret."""
    head = _part({"alg": "HS256", "typ": "JWT"})
    signed = f"{head}.{token.split('.')[1]}"
    digest = bytes.fromhex(hex_hmac("conformance-secret-of-another-environment", signed.encode()))
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def foreign_signature_is_refused(case: Case) -> None:
    """A token signed with the secret of another environment is worth nothing here."""
    token = tokens.access_token(case)
    judge.equal("the number of parts of the token", 3, len(token.split(".")))
    judge.status(case.call("listReleases", headers=tokens.bearer(token), principal=None), 200)
    answer = case.call("listSupplyChainDsps", headers=tokens.bearer(resigned(token)), principal=None)
    wares.refused(answer, 401, _DEAD_SESSION)


def foreign_key_is_refused(case: Case) -> None:
    """A key that the sandbox did not mint is worth nothing here."""
    answer = case.call("listSupplyChainDsps", headers=tokens.bearer("tgk_conformance_of_production"), principal=None)
    wares.refused(answer, 401, "Invalid, expired, or revoked API key.")


def _subscribed(case: Case, receiver: Catcher, *events: str) -> None:
    case.given(case.call("createWebhook", json=wares.webhook_body(case, *events, url=receiver.url)), 201)


def carried(case: Case, receiver: Catcher) -> list[str]:
    """Let what is due be carried and return the names of the events that came in so far."""
    case.control.post("/deliveries/run")
    return [parcel.headers.get("x-tonegrid-event", "") for parcel in receiver.received]


def delivery_advances_without_a_store(case: Case) -> None:
    """A delivery goes from submitted over accepted to live, and each hop fires a real webhook."""
    with case.own_sandbox(world="empty") as inside, receiving(inside) as receiver:
        _subscribed(inside, receiver, "release.dsp.*.*")
        release = wares.make_approved(inside, "spotify")
        wares.deliver(inside, release)
        for event, status in (("", "submitted"), ("accept", "accepted"), ("go_live", "live")):
            if event:
                wares.work(inside, release, event)
            judge.equal("the delivery's status", status, wares.rows(inside, release)["spotify"].get("status"))
            last = carried(inside, receiver)[-1:]
            judge.equal("the newest event", [f"release.dsp.spotify.{status}"], last)


def payouts_are_written(case: Case) -> None:
    """Payouts stand in the books, though no money moves."""
    answer = case.given(case.call("listPayouts"), 200)
    if not answer.items("/data"):
        raise NotTested("the account has no payouts yet")
    states = {str(entry.get("state")) for entry in answer.items("/data")}
    strays = sorted(states - {"pending", "sent", "succeeded", "failed"})
    judge.equal("the states that no payout has", [], strays, answer)


def recipe_works(case: Case) -> None:
    """The recipe of the documentation works in its order, from ingestion to the effective configuration."""
    with case.own_sandbox(world="empty") as inside, receiving(inside) as receiver:
        body = {
            "title": "Midnight in Lagos",
            "type": "single",
            "genre": "Afrobeats",
            "release_date": "2031-07-12",
            "tracks": [{"title": "Opening", "track_number": 1, "duration_seconds": 215}],
        }
        ingested = inside.call("ingestJson", json=body)
        judge.status(ingested, 201)
        path = {"uuid": wares.identity(ingested, "/data/release/uuid")}
        _subscribed(inside, receiver, "release.dsp.*.*", "ingestion.*")
        _configure(inside, path)
        message = inside.call("downloadDdexMessage", path={**path, "dsp_slug": "spotify"})
        judge.status(message, 200)
        judge.that(b"NewReleaseMessage" in message.content, "there is no message", message)
        # The recipe leaves the review out; the sandbox's reviewers pass a sound release.
        if wares.status_of(inside, path["uuid"]) == "draft":
            wares.submit(inside, path["uuid"])
        if wares.status_of(inside, path["uuid"]) == "pending":
            wares.approve(inside, path["uuid"])
        judge.status(inside.call("deliverRelease", path=path), 202, 200)
        events = carried(inside, receiver)
        told = "release.dsp.spotify.submitted"
        judge.that(told in events, "the submission was not told", expected=told, received=events)
        _judge_effective(inside, path)


_WISHES: dict[str, dict[str, Any]] = {
    "setReleaseMonetization": {"monetization_policy_codes": ["subscription_streaming"]},
    "setReleasePricingTier": {"pricing_tier_code": "premium"},
    "setReleaseTerritories": {"territory_mode": "exclude", "territory_codes": ["IR"]},
}


def _configure(case: Case, path: dict[str, str]) -> None:
    for operation, body in _WISHES.items():
        judge.status(case.call(operation, path=path, json=body), 200)


def _judge_effective(case: Case, path: dict[str, str]) -> None:
    effective = case.call("getReleaseEffectiveConfig", path=path)
    judge.status(effective, 200)
    found = [entry for entry in effective.items("/data/dsps") if entry.get("dsp") == "spotify"]
    judge.that(found, "Spotify is not in the effective configuration", effective, received=effective.at("/data/dsps"))
    for body in _WISHES.values():
        for name, value in body.items():
            judge.equal(name, value, found[0].get(name), effective)


CHECKS = (
    check("TG-008", every_path_is_below_api),
    check("TG-008", sandbox_path_answers_alike),
    check("TG-009", answers_name_the_environment),
    check("TG-010", sanity_check),
    check("TG-011", foreign_signature_is_refused),
    check("TG-011", foreign_key_is_refused),
    check("TG-012", delivery_advances_without_a_store),
    check("TG-012", payouts_are_written, required=False),
    check("TG-013", recipe_works),
)
