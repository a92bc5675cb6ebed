"""TG-023: every operation asks for its scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, tokens, wares
from conformance.contract import Contract
from conformance.properties.readback import unchanged


def scope_is_a_list(case: Case) -> None:
    """The scopes asked for, parted by spaces, are the scopes given."""
    answer = tokens.issue(case, scope="releases:read analytics:read")
    shown = sorted(str(answer.at("/scope")).split(" "))
    judge.equal("the scopes", ["analytics:read", "releases:read"], shown, answer)


def missing_scope_is_403(case: Case) -> None:
    """A token for reading reads, and may not write; nothing comes of the attempt."""
    headers = tokens.bearer(tokens.access_token(case, scope="releases:read"))
    judge.status(case.call("listReleases", headers=headers, principal=None), 200)
    body = wares.release_body(case)
    wares.refused(case.call("createRelease", json=body, headers=headers, principal=None), 403)
    after = case.call("listReleases", query={"per_page": 100}, headers=headers, principal=None)
    titles = [entry.get("title") for entry in after.items("/data")]
    judge.that(body["title"] not in titles, "the release was made all the same", after, received=body["title"])


def _without_scope(case: Case, operation: str, principal: str) -> None:
    """Call an operation as somebody who lacks its scope: 403, and nothing changes."""
    promise = case.contract.operations[operation]
    path = samples.shared(case, operation)
    body: Any = samples.body(case, operation, path) if promise.body else None
    if promise.method == "GET" or not path:
        answer = case.call(operation, path=path, json=body, principal=principal)
    else:
        with unchanged(lambda: samples.show(case, path), place=""):
            answer = case.call(operation, path=path, json=body, principal=principal)
    wares.refused(answer, 403)


def key_without_scope_is_403(case: Case, operation: str) -> None:
    """A key without scopes is refused wherever a scope is needed, and nothing changes."""
    _without_scope(case, operation, "no-scope")


def reader_does_not_write(case: Case, operation: str) -> None:
    """A key that may read changes nothing."""
    if "read-only" not in case.session.client.wire.credentials:
        raise judge.NotTested("no credentials of a principal 'read-only' are configured")
    _without_scope(case, operation, "read-only")


def _needing(*scopes: str) -> Callable[[Contract], list[str]]:
    def each(contract: Contract) -> list[str]:
        return [id for id, operation in contract.operations.items() if operation.scopes & set(scopes)]

    return each


_KNOWN = ("releases:read", "releases:write", "analytics:read")
CHECKS = (
    check("TG-023", scope_is_a_list, needs=()),
    check("TG-023", missing_scope_is_403, needs=()),
    check("TG-023", key_without_scope_is_403, each=_needing(*_KNOWN)),
    check("TG-023", reader_does_not_write, each=_needing("releases:write"), required=False),
)
