"""GARD-009 to GARD-015: who may call, and what belongs to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.properties import access, isolation
from conformance.properties.readback import unchanged

_ADMIN_ONLY = ("internal_catalog_status", "upstream_album_id", "upstream_status_data")
_SECOND = isolation.STRANGER


def key_is_asked_for(case: Case, operation: str) -> None:
    """Without a key no call is served, and none shows data."""
    path = samples.sample(case, operation)
    content = samples.body(case, operation, path) if case.contract.operations[operation].body else None
    answer = case.call(operation, path=path, json=content, principal=None)
    judge.that(
        400 <= answer.status < 500,
        "it is served without a key",
        answer,
        expected="4xx",
        received=answer.status,
    )
    shows = isinstance(answer.json, list) or (isinstance(answer.json, dict) and answer.at("/code") == 200)
    judge.that(not shows, "the refusal shows data", answer, received=answer.json)


def key_opens_the_code_lists(case: Case) -> None:
    """With the key in X-API-Key the code lists are served."""
    judge.status(case.call("getReferenceData"), 200)
    judge.status(case.call("listPlatforms"), 200)


def key_belongs_into_its_header(case: Case) -> None:
    """The key counts in X-API-Key only, not as a bearer token or in the query."""
    key = next(iter(case.session.client.wire.credentials["full"].values()))
    bearer = case.call("listReleases", headers={"Authorization": f"Bearer {key}"}, principal=None)
    judge.that(bearer.status >= 400, "the key is taken as a bearer token", bearer, received=bearer.status)


def _read_exhibit(case: Case, path: Mapping[str, Any]) -> Answer:
    ref = path.get("release_ref", path.get("ref", case.fact("exhibits")[0]))
    return desk.status(case, ref)


def _operations(contract: Contract) -> list[str]:
    return list(contract.operations)


def _submission(case: Case) -> str:
    # An artist of its own: a list of artists shows nothing new for one that is there already.
    return desk.submit(case, artist_name=case.ledger.name("Artist")).name


def _pitch(case: Case) -> str:
    sent = desk.submit(case)
    answer = case.given(case.call("createPitch", json=samples.pitch_form(sent.number)), 200)
    return str(answer.at("/id"))


def _withdrawal(case: Case) -> str:
    answer = case.given(samples.act(case, "requestWithdrawal"), 200)
    return str(answer.at("/withdrawal_id"))


def _takedown(case: Case) -> str:
    return str(case.given(samples.take_down(case), 200).at("/id"))


_LISTS: dict[str, Callable[[Case], str]] = {
    "listReleases": _submission,
    "listSubmissions": _submission,
    "getPanelScope": _submission,
    "listActivityLog": _submission,
    "exportStreamingReport": _submission,
    "listPitches": _pitch,
    "listWithdrawals": _withdrawal,
}


def list_is_untouched_by_others(case: Case, operation: str) -> None:
    """What one account makes shows in its own list and leaves the other account's list as it was."""
    make = _LISTS.get(operation, _takedown)
    with unchanged(lambda: case.call(operation, principal=_SECOND), "", "the other account's list"):
        before = case.given(case.call(operation), 200).content
        make(case)
    mine = case.call(operation)
    judge.that(mine.content != before, "the maker's own list does not change", mine)


def payout_settings_are_ones_own(case: Case) -> None:
    """What one account sets leaves the other account's payout settings as they were."""
    with unchanged(lambda: case.call("getPayoutSettings", principal=_SECOND), "", "the other account's settings"):
        before = case.given(case.call("getPayoutSettings"), 200)
        method = "card_ru" if before.at("/method") == "card_swift" else "card_swift"
        details = {"holder": case.ledger.name("Holder")}
        case.given(case.call("updatePayoutSettings", json={"method": method, "details": details}), 200)
    mine = case.call("getPayoutSettings")
    judge.equal("the setter's own method", method, mine.at("/method"), mine)


def keys_are_ones_own(case: Case) -> None:
    """The lists of keys of two accounts have no id in common, and a foreign key's secret is not shown."""
    mine = case.fact("keys")
    theirs = [str(entry["id"]) for entry in case.call("listApiKeys", principal=_SECOND).items("/keys")]
    judge.equal("the keys that both accounts list", [], sorted(set(mine) & set(theirs)))
    answer = case.call("getWebhookSigningSecret", path={"id": mine[0]}, principal=_SECOND)
    judge.status(answer, 404)


def table_shows_no_other_account(case: Case, operation: str) -> None:
    """A report over the whole catalog names nothing of another account."""
    rows = [row for row in samples.catalog(case) if row.get("status") == "live"]
    foreign = {str(row.get(name)) for row in rows for name in ("name", "artist_name")}
    answer = case.call(operation, json={"filters": {}}, principal=_SECOND)
    if answer.status in (400, 503):
        raise NotTested(f"the second account has no numbers yet: {answer.status}")
    judge.status(answer, 200)
    shown = {str(value) for row in answer.items("/data") for value in row.values() if isinstance(value, str)}
    judge.equal("what it shows of the other account", [], sorted(shown & foreign), answer)


def batch_finds_no_other_account(case: Case) -> None:
    """The batch does not find a release of another account, and shows nothing of it."""
    ref = case.fact("live")[0]
    answer = case.call("queryReleaseAnalytics", json={"releases": [ref]}, principal=_SECOND)
    judge.status(answer, 200)
    expected = [{"ref": ref, "found": False, "error": "not_found_or_forbidden"}]
    judge.equal("releases", expected, answer.at("/releases"), answer)


def _tables(contract: Contract) -> list[str]:
    return [name for name in samples.reports(contract) if name.endswith("Table")]


def _exhibit(case: Case) -> Mapping[str, Any]:
    return {"release_ref": case.fact("exhibits")[0]}


OWNED = isolation.Property(
    make=_exhibit,
    read=_read_exhibit,
    body=samples.body,
    unknown={"release_ref": samples.NO_REF},
    place="",
)


def stranger_asks_for_nothing(case: Case, operation: str) -> None:
    """A takedown or pitch of another account's release is refused like one of none."""
    exhibit = case.fact("exhibits", 4)
    path = {"release_ref": exhibit[0], "number": exhibit[3]}
    foreign = case.call(operation, json=samples.body(case, operation, path), principal=_SECOND)
    unknown = {"release_ref": samples.NO_REF, "number": 99999999}
    none = case.call(operation, json=samples.body(case, operation, unknown), principal=_SECOND)
    judge.status(foreign, 404)
    judge.equal("the status for a foreign release and for none", none.status, foreign.status, foreign)


def stranger_sees_no_numbers(case: Case, operation: str) -> None:
    """The single forms of the batch do not find what belongs to another account."""
    path = (
        {"ref": case.fact("live")[0]} if operation == "getReleaseAnalytics" else dict(samples.sample(case, operation))
    )
    judge.status(case.call(operation, path=path, principal=_SECOND), 404)


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def admin_members_stay_hidden(case: Case, operation: str) -> None:
    """A normal key sees no member that is for admin users."""
    case.fact("exhibits")
    answer = samples.act(case, operation)
    judge.status(answer, 200)
    shown = sorted(set(_walk(answer.json)) & set(_ADMIN_ONLY))
    judge.equal("the admin members shown", [], shown, answer)


def credits_belong_to_the_account(case: Case) -> None:
    """Two keys of one account draw on one balance; another account's key draws on its own."""
    with case.own_sandbox(world="empty") as inside:
        desk.set_credits(inside, 2000)
        desk.set_credits(inside, 2000, _SECOND)
        judge.status(desk.send(inside, desk.fields(inside)), 200)
        judge.status(desk.send(inside, desk.fields(inside), "full-second-key"), 200)
        judge.equal("the balance after a submission with each of two keys", 1000, desk.credits(inside))
        judge.equal("the balance of the other account", 2000, desk.credits(inside, _SECOND))
        judge.status(desk.send(inside, desk.fields(inside), _SECOND), 200)
        judge.equal("the balance of the other account after its own submission", 1500, desk.credits(inside, _SECOND))
        judge.equal("the balance of the first account", 1000, desk.credits(inside))


CHECKS = (
    check("GARD-009", key_is_asked_for, each=_operations),
    check("GARD-009", key_opens_the_code_lists),
    check("GARD-009", key_belongs_into_its_header),
    *access.matrix("GARD-010", access.Gate(samples.sample, samples.body, _read_exhibit, place="")),
    check("GARD-012", list_is_untouched_by_others, each=tuple(_LISTS), needs=("second-account", "destructive")),
    check(
        "GARD-012",
        list_is_untouched_by_others,
        each=("listDeleteRequests",),
        needs=("second-account", "destructive", "control"),
        name="takedowns_are_untouched_by_others",
    ),
    check("GARD-012", payout_settings_are_ones_own, needs=("second-account", "destructive"), required=False),
    check("GARD-012", keys_are_ones_own),
    check("GARD-012", table_shows_no_other_account, each=_tables),
    check("GARD-012", batch_finds_no_other_account),
    isolation.stranger_finds_nothing(
        "GARD-013",
        (
            *(
                "deleteRelease",
                "getRelease",
                "getReleaseStatus",
                "listReleaseTracks",
                "syncRelease",
                "getReleaseCover",
            ),
            *("listReleaseVideoClips", "listTrackVideoClips", "listReleasePersons", "addReleasePerson"),
            *(
                "listTrackPersons",
                "addTrackPerson",
                "sortReleaseTracks",
                "getReleasePlatformLinks",
                "revokeRelease",
            ),
        ),
        OWNED,
    ),
    check("GARD-013", stranger_asks_for_nothing, each=("createDeleteRequest", "createPitch")),
    check("GARD-013", stranger_sees_no_numbers, each=("getReleaseAnalytics", "getTrackAnalytics")),
    check(
        "GARD-014",
        admin_members_stay_hidden,
        each=("listReleases", "getRelease", "getReleaseStatus", "syncRelease", "getPanelScope"),
    ),
    check("GARD-015", credits_belong_to_the_account),
)
