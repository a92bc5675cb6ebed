"""TG-240: the audit log."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, wares


def _log(case: Case, principal: str = "full", /, **query: Any) -> Answer:
    answer = case.call("listAuditLog", query={**query, "per_page": 100}, principal=principal)
    judge.status(answer, 200)
    return answer


def _about(answer: Answer, target: str) -> list[dict[str, Any]]:
    return [entry for entry in answer.items("/data") if entry.get("target") == target]


def _acted(case: Case, operation: str) -> str:
    """Carry a privileged action out and return what it was aimed at."""
    if operation == "createClientTenant":
        return str(samples.make_tenant(case, "client").at("/data/uuid"))
    if operation == "updateApiKey":
        path = samples.sample(case, operation)
        case.given(case.call(operation, path=path, json={"ip_allowlist": []}), 200)
        return str(path["id"])
    if operation == "impersonateTenant":
        target = str(samples.make_tenant(case, "client").at("/data/uuid"))
    else:
        states = {"approveRelease": "pending", "deliverRelease": "approved", "takedownRelease": "live"}
        target = wares.make_in(case, states[operation], "spotify")
    answer = case.call(operation, path={"uuid": target})
    judge.that(answer.is_success, "the action is refused", answer, expected="2xx", received=answer.status)
    return target


def privileged_action_is_logged(case: Case, operation: str) -> None:
    """A privileged action leaves an entry that says who did what to which thing, and when."""
    with case.own_sandbox(world="empty") as inside:
        target = _acted(inside, operation)
        answer = _log(inside)
        # What a creation is aimed at does not exist before it, so its entry may name nothing.
        found = answer.items("/data") if operation == "createClientTenant" else _about(answer, target)
        judge.that(found, "there is no entry about the thing", answer, expected=target, received=answer.at("/data"))
        for name in ("actor", "action_type", "created_at"):
            told = found[0].get(name)
            judge.that(isinstance(told, str) and told, f"{name} is missing", answer, received=found[0])


def refused_action_makes_no_entry_of_success(case: Case) -> None:
    """A refused approval leaves no entry of the kind that an approval leaves."""
    with case.own_sandbox(world="empty") as inside:
        release = wares.make_in(inside, "pending")
        before = {str(entry.get("action_type")) for entry in _about(_log(inside), release)}
        wares.approve(inside, release)
        kinds = {str(entry.get("action_type")) for entry in _about(_log(inside), release)} - before
        draft = wares.make_complete(inside)
        wares.refused(inside.call("approveRelease", path={"uuid": draft}), 409)
        answer = _log(inside)
        same = [entry for entry in _about(answer, draft) if entry.get("action_type") in kinds]
        judge.equal("the entries that look like a success", [], same, answer)


def log_is_the_tenants(case: Case) -> None:
    """One tenant's log shows nothing of another's actions."""
    release = _acted(case, "approveRelease")
    judge.that(_about(_log(case), release), "the owner's log does not show the action")
    answer = _log(case, "second-account")
    judge.equal("the entries in a stranger's log", [], _about(answer, release), answer)


def filters_work(case: Case, name: str) -> None:
    """The filter shows the entries of one actor or kind, and those alone."""
    with case.own_sandbox(world="empty") as inside:
        release = _acted(inside, "approveRelease")
        samples.make_tenant(inside, "client")
        entry = (_about(_log(inside), release) or [{}])[0]
        answer = _log(inside, **{name: entry.get(name)})
        judge.that(_about(answer, release), "the filter hides what fits it", answer, expected=entry)
        values = sorted({str(other.get(name)) for other in answer.items("/data")})
        judge.equal(f"the values of {name}", [entry.get(name)], values, answer)
        nobody = _log(inside, **{name: "conformance.nope"})
        judge.equal("the entries of a value that nothing has", [], nobody.at("/data"), nobody)


def filters_join(case: Case) -> None:
    """Both filters together show what fits both."""
    with case.own_sandbox(world="empty") as inside:
        release = _acted(inside, "approveRelease")
        entry = (_about(_log(inside), release) or [{}])[0]
        both = {"actor": entry.get("actor"), "action_type": entry.get("action_type")}
        answer = _log(inside, **both)
        judge.that(_about(answer, release), "the filters hide what fits them", answer, expected=entry)
        other = _log(inside, **{**both, "actor": "conformance.nope"})
        judge.equal("the entries of another actor", [], other.at("/data"), other)


CHECKS = (
    check("TG-240", privileged_action_is_logged, each=("approveRelease", "deliverRelease", "takedownRelease")),
    check(
        "TG-240",
        privileged_action_is_logged,
        each=("createClientTenant", "impersonateTenant", "updateApiKey"),
        required=False,
        name="account_action_is_logged",
    ),
    check("TG-240", refused_action_makes_no_entry_of_success),
    check("TG-240", log_is_the_tenants, needs=("control", "second-account")),
    check("TG-240", filters_work, each=("actor", "action_type")),
    check("TG-240", filters_join),
)
