"""OG-045 to OG-049: the sandbox, and what production is besides."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, samples, wares
from conformance.checks.og_records.refusing import coded, refused
from conformance.properties.webhooks import receiving

_PRODUCTION, _SANDBOX = "api.og-records.com", "sandbox.api.og-records.com"
_ALIKE = tuple(name for name in samples.CALLS if name != "requestPayout")


def _plans(case: Case) -> tuple[str, str, str]:
    keys = [wares.mint(case, wares.scopes_of_full(case), plan=plan) for plan in ("sandbox", "free", "business")]
    return str(keys[0]["name"]), str(keys[1]["name"]), str(keys[2]["name"])


def call_answers_alike(case: Case, operation: str) -> None:
    """A call answers with the same status and the same members to a sandbox key and to production keys."""
    sandbox, *production = _plans(case)
    expected = samples.call(case, operation, sandbox)
    for principal in production:
        answer = samples.call(case, operation, principal)
        judge.equal("the status", expected.status, answer.status, answer)
        judge.equal("the members", _outline(expected.json), _outline(answer.json), answer)


def _outline(value: Any) -> Any:
    """Return the names of an object's members, and of those of its lists' first entries."""
    if isinstance(value, dict):
        return {name: _outline(inner) for name, inner in sorted(value.items())}
    return [_outline(value[0])] if isinstance(value, list) and value else ""


def refusals_are_alike(case: Case) -> None:
    """The same mistake gets the same status and code with a sandbox key and with production keys."""
    sandbox, *production = _plans(case)
    mistakes: list[dict[str, Any]] = [
        {"operation": "getRelease", "path": {"id": wares.NO_ID}},
        {"operation": "createRelease", "json": {}},
        {"operation": "createRelease", "body": b"{", "headers": {"Content-Type": "application/json"}},
        {"operation": "listEarnings", "query": {"limit": 0}},
        {"operation": "submitRelease", "path": {"id": wares.release(case)}},
        {"operation": "requestPayout", "json": {"amount": "nothing"}},
    ]
    for mistake in mistakes:
        expected = case.call(**mistake, principal=sandbox)
        refused(expected)
        for principal in production:
            answer = case.call(**mistake, principal=principal)
            judge.equal("the status", expected.status, answer.status, answer)
            judge.equal("the code", coded(expected), coded(answer), answer)


def webhooks_are_signed_alike(case: Case) -> None:
    """Endpoints registered with a sandbox key and with a production key get deliveries signed by one scheme."""
    with hooks.listening(case) as line, receiving(line.case) as second:
        key = wares.mint(line.case, wares.scopes_of_full(line.case), plan="business")["name"]
        other = hooks.register(line.case, second, principal=key)
        wares.uploaded(line.case, wares.release(line.case))
        parcels = hooks.one(line), hooks.one(other)
        judge.that(hooks.is_signed(parcels[0], line.secret), "the sandbox's signature does not fit")
        judge.that(hooks.is_signed(parcels[1], other.secret), "production's signature does not fit")
        names = [sorted(name for name in parcel.headers if name.startswith("x-og-")) for parcel in parcels]
        judge.equal("the headers of the signature", names[0], names[1])


def there_is_mock_data(case: Case, operation: str) -> None:
    """A sandbox key sees earnings and payouts from the start."""
    answer = case.call(operation)
    judge.status(answer, 200)
    judge.that(answer.items("/data"), "there is nothing", answer, expected="rows", received=[])


def no_identity_is_asked_for(case: Case) -> None:
    """A sandbox key gets a payout without a verified identity, and so does the same account's token."""
    answer = case.call("requestPayout", json={"amount": "1.00"})
    judge.that(answer.status != 403, "the sandbox asks for KYC", answer, expected="no 403", received=answer.status)
    judge.that(answer.is_success, "the payout is refused", answer, expected="2xx", received=answer.status)


def unverified_account_is_paid(case: Case) -> None:
    """The very account that production refuses for its identity gets its payout in the sandbox."""
    production = wares.mint(case, ["payouts:write"], plan="business")["name"]
    denied = case.call("requestPayout", json={"amount": "1.00"}, principal=production)
    case.given(denied, 403)
    judge.status(case.call("requestPayout", json={"amount": "1.00"}), 201)


def distribution_is_simulated(case: Case) -> None:
    """A release that was handed in comes to a final status by time alone, and nobody outside is told."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        id, _ = wares.complete(inside)
        inside.control.advance("PT1M")
        inside.given(wares.submit(inside, id), 200)
        inside.control.advance("P1D")
        judge.equal("the status", "distributed", wares.status_of(inside, id))
        judge.equal("the requests to others", [], inside.control.get("/deliveries"))
        found = wares.read(inside, id)
        judge.that(found.at("/upc"), "it has no UPC", found)
        judge.that(found.at("/tracks/0/isrc"), "its track has no ISRC", found)


def at_host(case: Case, host: str, principal: str) -> Answer:
    """Send a harmless call to one of the vendor's own hosts, as the target stands in for it."""
    parts = urlsplit(case.session.client.wire.base_url)
    url = f"{parts.scheme}://{parts.netloc}/api/v1/payouts"
    return case.send("GET", url, headers={"Host": host}, principal=principal)


def production_is_closed(case: Case) -> None:
    """A sandbox key is refused at the production host and let in at the sandbox's; a production key is let in."""
    answer = at_host(case, _PRODUCTION, "full")
    judge.status(answer, 401, 403)
    coded(answer)
    judge.status(at_host(case, _SANDBOX, "full"), 200)
    early = wares.mint(case, ["payouts:read"], plan="free")["name"]
    judge.status(at_host(case, _PRODUCTION, early), 200)


CHECKS = (
    check("OG-045", call_answers_alike, each=_ALIKE),
    check("OG-045", refusals_are_alike),
    check("OG-045", webhooks_are_signed_alike),
    check("OG-046", there_is_mock_data, each=("listEarnings", "listPayouts")),
    check("OG-047", no_identity_is_asked_for),
    check("OG-047", unverified_account_is_paid, needs=("control", "destructive"), required=False),
    check("OG-048", distribution_is_simulated),
    check("OG-049", production_is_closed),
)
