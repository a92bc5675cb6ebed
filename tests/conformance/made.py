"""Results made without a target, for tests of the reports: one holds every verdict that there is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from answers import exchange

import conformance.reports.canonical as canonical
from conformance.baseline import Acceptance
from conformance.config import Settings
from conformance.contract import Contract
from conformance.exchange import Breach, Redactor
from conformance.outcome import Finding
from conformance.target import Target
from conformance.verdict import Verdict

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SECRET = "s3cret-token"
REDACTOR = Redactor({SECRET: "TOKEN_FULL"})
# A body that a shell, XML, HTML, markdown and JSON each would like to read in another way.
AWKWARD = 'it\'s "quoted" $HOME `id` <b>&amp; | *x*\r\nsecond line ]]> é'

ACCEPTED = (
    Acceptance("PR-092", None, "the vendor knows", date(2026, 12, 24)),
    Acceptance("PR-094", None, "nobody reads it", date(2026, 12, 24)),
    Acceptance("PR-010", None, "not needed any more", date(2026, 12, 24)),
    Acceptance("PR-042", None, "was accepted once", date(2026, 11, 1)),
)


def told(number: int, **options: Any) -> dict[str, Any]:
    """Return one exchange as a result holds it: redacted, with its curl line."""
    sent = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/vnd.api+json"}
    made = exchange(**{"body": {"data": None}, "sent_headers": sent, **options})
    made.number, made.milliseconds = number, 12.5
    if made.status == 500:
        made.breaches = [Breach("status", "answers 500; the document lists 200", "/data", "status")]
    return REDACTOR.exchange(made)


def findings() -> list[Finding]:
    """Return findings of every verdict; two requirements are broken in ways that ACCEPTED covers."""
    create = {"operation": "createProduct", "method": "POST", "url": "http://api.test/api/v1/products"}
    post = told(3, sent=AWKWARD.encode(), status=500, **create)
    gone = {"operation": "deleteProduct", "method": "DELETE", "status": 204, "body": None, "headers": {}}
    listing = "http://api.test/api/v1/products?page%5Bsize%5D=2&filter%5Bname%5D="
    return [
        Finding("PR-010", "PR-010:resource", Verdict.PASS),
        Finding("PR-020", "PR-020:document[1]", Verdict.PASS, seconds=0.25),
        Finding("PR-020", "PR-020:document[2]", Verdict.PASS),
        Finding("PR-042", "PR-042:omitted[name]", Verdict.FAIL, AWKWARD, 422, AWKWARD, [told(2), post], 3),
        Finding("PR-042", "PR-042:omitted[artist]", Verdict.FAIL, "it is not refused", None, [1], [post], None),
        Finding("PR-042", "PR-042:omitted[status]", Verdict.PASS),
        Finding("PR-092", "PR-092:deleted", Verdict.FAIL, "it stays", 404, 200, [told(4, **gone), told(5)], 5),
        Finding("PR-044", "PR-044:worded", Verdict.WARN, "no pointer", exchanges=[told(6, url=listing)], at_fault=6),
        Finding("PR-094", "PR-094:worded", Verdict.WARN, "no title", exchanges=[told(7, **gone)], at_fault=7),
        Finding("PR-093", "PR-093:active", Verdict.ERROR, "the check itself failed\nat line 7", exchanges=[told(8)]),
        Finding("PR-024", "PR-024:past_the_end", Verdict.NOT_TESTED, "needs at least 21 products"),
        Finding("PR-095", "PR-095:tracks", Verdict.NOT_APPLICABLE, "it has no tracks"),
    ]


def build(
    contract: Contract, found: Iterable[Finding], accepted: Iterable[Acceptance] = (), **more: Any
) -> dict[str, Any]:
    """Return the result of some findings; requirements without any were not selected."""
    settings = Settings("products", base_url="http://api.test", tokens={"full": SECRET})
    return canonical.build(
        contract,
        Target("http://api.test", None, {}, {}, settings),
        found,
        items=[(f"{rule}:item", rule) for rule in contract.rules],
        accepted=accepted,
        **{"began": NOW, "ended": NOW, "notes": ["left on the target: 7"], **more},
    )


def one_of_each(contract: Contract, **more: Any) -> dict[str, Any]:
    """Return a result that holds every verdict, and failures that are accepted."""
    return build(contract, findings(), ACCEPTED, **more)
