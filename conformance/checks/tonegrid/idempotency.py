"""TG-036 to TG-046: the same key and the same body run once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, wares
from conformance.pointer import MISSING
from conformance.properties.readback import unchanged

REPLAY = "X-ToneGrid-Idempotent-Replay"
MISMATCH = "Idempotency-Key reused with a different request body."


def key(case: Case, length: int = 0) -> dict[str, str | None]:
    """Return the header with a key that nobody has used, filled up to a length where one is asked for."""
    text = f"conformance-{case.ledger.run}-{case.ledger.serial()}-"
    return {"Idempotency-Key": text.ljust(length, "k")}


def replayed(first: Answer, second: Answer) -> None:
    """Judge that the second answer is the first one, remembered."""
    judge.status(second, first.status)
    judge.header(second, REPLAY, "true")
    judge.equal("the replayed body", first.json, second.json, second)


def not_replayed(answer: Answer) -> None:
    """Judge that an answer is no replay."""
    judge.equal(f"header {REPLAY}", None, answer.header(REPLAY), answer)


def _total(case: Case, principal: str = "full") -> Any:
    answer = case.given(case.call("listReleases", principal=principal), 200)
    return answer.at("/total")


def create_runs_once(case: Case) -> None:
    """A create sent twice with one key makes one release, and the second answer is the first one."""
    with case.own_sandbox(world="empty") as inside:
        headers, body = key(inside), wares.release_body(inside)
        before = _total(inside)
        first = wares.create_release(inside, body, headers=headers)
        judge.status(first, 201)
        second = wares.create_release(inside, body, headers=headers)
        replayed(first, second)
        judge.equal("the UUID", first.at("/release/uuid"), second.at("/release/uuid"), second)
        judge.equal("the number of releases", before + 1, _total(inside))


def update_runs_once(case: Case) -> None:
    """An update sent again with its key does not undo what came in between."""
    release, headers = wares.make_release(case), key(case)
    path = {"uuid": release}
    first = case.call("updateRelease", path=path, json={"genre": "Afropop"}, headers=headers)
    judge.status(first, 200)
    case.given(case.call("updateRelease", path=path, json={"genre": "Highlife"}), 200)
    replayed(first, case.call("updateRelease", path=path, json={"genre": "Afropop"}, headers=headers))
    judge.equal("genre", "Highlife", wares.read(case, release).at("/release/genre"))


def patch_runs_once(case: Case) -> None:
    """A PATCH sent again with its key pushes one update."""
    release, headers = wares.make_live(case, "spotify"), key(case)
    body = {"worldwide": True, "exclude": ["IR"]}
    first = case.call("updateDistributionTerritories", path={"uuid": release}, json=body, headers=headers)
    judge.that(first.is_success, "the change is refused", first, expected="2xx", received=first.status)
    wares.work(case, release, "finish_update")
    second = case.call("updateDistributionTerritories", path={"uuid": release}, json=body, headers=headers)
    replayed(first, second)
    judge.equal("the delivery's status", "live", wares.rows(case, release)["spotify"].get("status"))


def first_answer_is_no_replay(case: Case) -> None:
    """The first answer to a key does not claim to be remembered, nor does one without a key."""
    not_replayed(wares.create_release(case, wares.release_body(case), headers=key(case)))
    not_replayed(wares.create_release(case, wares.release_body(case)))


def deletes_ignore_the_key(case: Case) -> None:
    """A DELETE sent twice with one key runs twice: the second finds nothing."""
    headers, path = key(case), {"uuid": wares.make_release(case)}
    judge.status(case.call("deleteRelease", path=path, headers=headers), 200, 204)
    again = case.call("deleteRelease", path=path, headers=headers)
    judge.status(again, 404)
    not_replayed(again)


def reads_ignore_the_key(case: Case) -> None:
    """A GET with a key shows what is there now."""
    headers, release = key(case), wares.make_release(case)
    judge.status(case.call("getRelease", path={"uuid": release}, headers=headers), 200)
    case.given(case.call("updateRelease", path={"uuid": release}, json={"genre": "Highlife"}), 200)
    answer = case.call("getRelease", path={"uuid": release}, headers=headers)
    judge.equal("genre", "Highlife", answer.at("/release/genre"), answer)
    not_replayed(answer)


def other_body_is_refused(case: Case) -> None:
    """A used key with another body is refused and makes nothing; the first body is still replayed."""
    headers, body = key(case), wares.release_body(case)
    first = case.given(wares.create_release(case, body, headers=headers), 201)
    answer = wares.create_release(case, {**body, "title": case.ledger.name("other")}, headers=headers)
    wares.refused(answer, 422, MISMATCH)
    not_replayed(answer)
    replayed(first, wares.create_release(case, body, headers=headers))


def long_key_is_refused(case: Case) -> None:
    """A key of 256 characters is refused and nothing is made."""
    with case.own_sandbox(world="empty") as inside:
        answer = wares.create_release(inside, wares.release_body(inside), headers=key(inside, 256))
        wares.refused(answer, 400, "Idempotency-Key must be ≤255 chars.")
        judge.equal("the number of releases", 0, _total(inside))


def longest_key_works(case: Case) -> None:
    """A key of 255 characters is remembered; one that differs in its last character is another key."""
    headers, body = key(case, 255), wares.release_body(case)
    first = wares.create_release(case, body, headers=headers)
    judge.status(first, 201)
    replayed(first, wares.create_release(case, body, headers=headers))
    other = {"Idempotency-Key": f"{str(headers['Idempotency-Key'])[:-1]}x"}
    second = wares.create_release(case, {**body, "genre": "Highlife"}, headers=other)
    judge.status(second, 201)
    not_replayed(second)


def key_is_free_after_a_day(case: Case) -> None:
    """Within 24 hours the key replays; afterwards it can be used anew, also with another body."""
    with case.own_sandbox(world="empty") as inside:
        headers, body = key(inside), wares.release_body(inside)
        first = inside.given(wares.create_release(inside, body, headers=headers), 201)
        inside.control.advance("PT23H59M59S")
        replayed(first, wares.create_release(inside, body, headers=headers))
        inside.control.advance("PT2S")
        answer = wares.create_release(inside, wares.release_body(inside), headers=headers)
        judge.status(answer, 201)
        not_replayed(answer)
        judge.equal("the number of releases", 2, _total(inside))


def tenants_do_not_share_keys(case: Case) -> None:
    """Two tenants may use one key: both calls run."""
    headers, body = key(case), wares.release_body(case)
    first = case.given(wares.create_release(case, body, headers=headers), 201)
    for sent in (body, {**body, "genre": "Highlife"}):
        headers = headers if sent is body else key(case)
        if sent is not body:
            case.given(wares.create_release(case, body, headers=headers), 201)
        answer = wares.create_release(case, sent, "second-account", headers=headers)
        judge.status(answer, 201)
        not_replayed(answer)
        judge.that(answer.at("/release/uuid") != first.at("/release/uuid"), "the other's release is shown", answer)


def foreign_endpoint_is_not_replayed(case: Case, pair: tuple[str, str]) -> None:
    """A key that was used at one endpoint is refused at another, and never answered with the other's answer."""
    first, second = pair
    # One body for all of them, byte for byte: each takes its own members.
    headers, body = key(case), {**wares.release_body(case), "name": case.ledger.name("artist")}
    case.given(case.call(first, json=body, headers=headers), 201)
    answer = case.call(second, json=body, headers=headers)
    not_replayed(answer)
    wares.refused(answer, 422, MISMATCH)


def foreign_thing_is_not_replayed(case: Case) -> None:
    """A key that was used for one release is refused for another, which stays as it is."""
    headers, first, second = key(case), wares.make_release(case), wares.make_release(case)
    body = {"genre": "Highlife"}
    case.given(case.call("updateRelease", path={"uuid": first}, json=body, headers=headers), 200)
    with unchanged(lambda: wares.read(case, second), "/release", "the other release"):
        answer = case.call("updateRelease", path={"uuid": second}, json=body, headers=headers)
    not_replayed(answer)
    wares.refused(answer, 422, MISMATCH)


def failure_is_not_remembered(case: Case) -> None:
    """After a 503 the same key and body run for the first time."""
    with case.own_sandbox(world="empty") as inside:
        headers, body = key(inside), wares.release_body(inside)
        case_headers = {**headers, "Prefer": "code=503"}
        inside.given(inside.call("createRelease", json=body, headers=case_headers), 503)
        answer = wares.create_release(inside, body, headers=headers)
        judge.status(answer, 201)
        not_replayed(answer)


def refused_token_is_not_remembered(case: Case) -> None:
    """After a 401 the same key and body run once the token is right."""
    headers, body = key(case), wares.release_body(case)
    case.given(case.call("createRelease", json=body, headers=headers, principal=None), 401)
    answer = wares.create_release(case, body, headers=headers)
    judge.status(answer, 201)
    not_replayed(answer)


def mismatch_code(case: Case) -> None:
    """Where the mismatch carries a code for machines, it is idempotency.key_mismatch."""
    headers, body = key(case), wares.release_body(case)
    case.given(wares.create_release(case, body, headers=headers), 201)
    answer = wares.create_release(case, {**body, "genre": "Highlife"}, headers=headers)
    wares.refused(answer, 422, MISMATCH)
    code = answer.at("/error_code")
    if code is MISSING:
        raise judge.NotApplicable("the target sends no error_code")
    judge.equal("error_code", "idempotency.key_mismatch", code, answer)


_STATES = {
    "approveRelease": "pending",
    "distributeRelease": "approved",
    "deliverRelease": "approved",
    "deliverReleaseToDsp": "approved",
    "updateDistributionTerritories": "live",
    "redeliverRelease": "live",
    "takedownRelease": "live",
    "purgeRelease": "live",
    "purgeReleaseFromDsp": "live",
}
_BODIES: Mapping[str, Callable[[Case], Any]] = {
    "createTransfer": lambda case: {
        "to_account_uuid": case.fact("receivers")[0],
        "releases": [wares.make_release(case)],
    },
    "createClientTenant": lambda case: {
        "name": case.ledger.name("tenant"),
        "slug": f"conformance-{case.ledger.digits(12)}",
        "tenant_role": "client",
    },
    "createWebhook": lambda case: wares.webhook_body(case, "webhook.test"),
    "distributeRelease": lambda case: {"dsps": ["spotify"]},
}
_LISTED = (
    *("createRelease", "updateRelease", "submitRelease", "attachReleaseDsps", "approveRelease"),
    *("createTrack", "updateTrack", "createArtist", "updateArtist"),
    *("createWebhook", "updateWebhook", "testWebhook", "rotateWebhookSecret"),
    *("ingestJson", "ingestBulk", "ingestCsv"),
    *("updateReleaseSupplyChainConfig", "setReleaseMonetization", "setReleasePricingTier", "setReleaseTerritories"),
    *("setReleaseDspOverride", "setReleaseRights", "createClientTenant", "impersonateTenant"),
)
_OTHERS = (
    *("distributeRelease", "updateDistributionTerritories", "takedownRelease", "deliverRelease"),
    *("deliverReleaseToDsp", "redeliverRelease", "purgeRelease", "purgeReleaseFromDsp"),
    *("createTransfer", "acceptTransfer", "declineTransfer", "createWriter", "createPublisher"),
    *("setReleaseLocalizations", "setTrackLocalizations"),
)

_CREATIONS = ("createRelease", "createArtist", "createWriter", "createPublisher", "createRelease")
_PAIRS = tuple(pairwise(_CREATIONS))


def mutating_call_runs_once(case: Case, operation: str) -> None:
    """A call that changes something is replayed when it comes again with its key."""
    path = dict(samples.sample(case, operation))
    if operation in _STATES:
        path["uuid"] = wares.make_in(case, _STATES[operation], "spotify")
    promise = case.contract.operations[operation]
    body = None
    if promise.body:
        make = _BODIES.get(operation)
        body = samples.body(case, operation, path) if make is None else make(case)
    principal = "second-account" if operation in ("acceptTransfer", "declineTransfer") else "full"
    headers = key(case)
    first = case.call(operation, path=path, json=body, headers=headers, principal=principal)
    judge.that(first.is_success, "the call is refused", first, expected="2xx", received=first.status)
    if operation == "createWebhook":
        case.ledger.add(f"webhooks/{first.at('/data/uuid')}")
    replayed(first, case.call(operation, path=path, json=body, headers=headers, principal=principal))


CHECKS = (
    check("TG-036", deletes_ignore_the_key),
    check("TG-036", reads_ignore_the_key),
    check("TG-037", create_runs_once, needs=("control",)),
    check("TG-037", update_runs_once),
    check("TG-037", patch_runs_once, needs=("control",)),
    check("TG-038", first_answer_is_no_replay),
    check("TG-039", other_body_is_refused),
    check("TG-040", long_key_is_refused, needs=("control",)),
    check("TG-040", longest_key_works),
    check("TG-041", key_is_free_after_a_day),
    check("TG-042", tenants_do_not_share_keys),
    check("TG-043", mutating_call_runs_once, each=_LISTED),
    check("TG-043", mutating_call_runs_once, each=_OTHERS, name="every_mutating_call_runs_once", required=False),
    check("TG-044", foreign_endpoint_is_not_replayed, each=_PAIRS),
    check("TG-044", foreign_thing_is_not_replayed),
    check("TG-045", failure_is_not_remembered, needs=("control",)),
    check("TG-045", refused_token_is_not_remembered),
    check("TG-046", mismatch_code),
)
