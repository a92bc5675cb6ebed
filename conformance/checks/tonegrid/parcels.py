"""TG-175 to TG-186 and TG-188: what arrives at a subscriber, how it is signed, and how often it is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.checks.tonegrid.hearing import body_of, data_of
from conformance.judge import NotTested
from conformance.properties.webhooks import Catcher, hex_hmac, receiving
from conformance.receiver import Received

_SIGNATURE = re.compile(r"t=(\d+)((?:,v1=[0-9a-f]{64})+)")
# Waits before attempts 2 to 8; the eighth failure ends it, so the last wait of the document's list is never used.
_WAITS = ("PT1M", "PT5M", "PT15M", "PT1H", "PT3H", "PT8H", "PT24H")
_SECOND = "PT1S"


def carry(case: Case, receiver: Catcher) -> list[str]:
    """Let what is due be carried and return the names of all events that came in so far."""
    case.control.post("/deliveries/run")
    return [parcel.headers.get("x-tonegrid-event", "") for parcel in receiver.received]


@contextmanager
def subscribed(case: Case, *events: str, statuses: tuple[int, ...] = ()) -> Iterator[tuple[Case, Catcher, Answer]]:
    """Give a sandbox of its own with one subscription to a receiver that answers as told."""
    with case.own_sandbox(world="empty") as inside, receiving(inside, *statuses) as receiver:
        body = wares.webhook_body(inside, *(events or ("webhook.test",)), url=receiver.url)
        yield inside, receiver, inside.given(inside.call("createWebhook", json=body), 201)


def _test(case: Case, created: Answer) -> None:
    answer = case.call("testWebhook", path={"uuid": created.at("/data/uuid")})
    judge.status(answer, 202, 200)


def _only(receiver: Catcher, number: int = 1) -> Received:
    judge.equal("the number of parcels", number, len(receiver.received))
    return receiver.received[-1]


def signature(parcel: Received) -> tuple[str, list[str]]:
    """Return the timestamp and the v1 signatures of a parcel, judging their form."""
    text = parcel.headers.get("x-tonegrid-signature", "")
    found = _SIGNATURE.fullmatch(text)
    if found is None:
        raise judge.Broken(
            "X-ToneGrid-Signature has another form", expected="t=<unix_ts>,v1=<hex>", received=text, answer=None
        )
    return found[1], found[2].removeprefix(",v1=").split(",v1=")


def signed_with(parcel: Received, secret: Any) -> bool:
    """Say whether one of a parcel's signatures is made with a secret."""
    stamp, values = signature(parcel)
    return hex_hmac(str(secret), f"{stamp}.".encode() + parcel.body) in values


def log(case: Case, created: Answer) -> list[dict[str, Any]]:
    """Return the attempts of a subscription, oldest first; what is still to be tried is left out."""
    path = {"uuid": created.at("/data/uuid")}
    answer = case.call("listWebhookDeliveries", path=path, query={"page": 1, "per_page": 100})
    judge.status(answer, 200)
    tried = [entry for entry in answer.items("/data") if entry.get("status") not in ("queued", "sending")]
    return sorted(tried, key=lambda entry: str(entry.get("scheduled_at")))


def _newest(case: Case, created: Answer) -> dict[str, Any]:
    tried = log(case, created)
    judge.that(tried, "the log has no attempt", expected="attempts", received=tried)
    return tried[-1]


def _retrying(case: Case, created: Answer, receiver: Catcher, attempts: int) -> None:
    """Bring a test event to its nth attempt."""
    _test(case, created)
    carry(case, receiver)
    for wait in _WAITS[: attempts - 1]:
        case.control.advance(wait)
        carry(case, receiver)


def parcel_carries_its_headers(case: Case) -> None:
    """Every delivery names its event, itself, and its signature."""
    with subscribed(case, "webhook.test", "release.created") as (inside, receiver, created):
        _test(inside, created)
        wares.make_release(inside)
        carry(inside, receiver)
        _only(receiver, 2)
        for parcel, event in zip(receiver.received, ("webhook.test", "release.created"), strict=True):
            judge.equal("the method", "POST", parcel.method)
            judge.equal("X-ToneGrid-Event", event, parcel.headers.get("x-tonegrid-event"))
            judge.that(parcel.headers.get("x-tonegrid-delivery-id"), "there is no X-ToneGrid-Delivery-Id")
            signature(parcel)
            judge.equal("the event in the body", event, body_of(parcel).get("event"))
        names = [parcel.headers.get("x-tonegrid-delivery-id") for parcel in receiver.received]
        judge.that(names[0] != names[1], "two deliveries have one id", received=names[0])


def signature_is_right(case: Case) -> None:
    """v1 is the HMAC-SHA256 of the timestamp, a full stop and the raw body, keyed with the secret as it was shown."""
    with subscribed(case, "webhook.test", "release.created") as (inside, receiver, created):
        _test(inside, created)
        wares.make_release(inside, title="Òjò Òru Èkó – 真夜中")
        carry(inside, receiver)
        _only(receiver, 2)
        for parcel in receiver.received:
            right = signed_with(parcel, created.at("/data/secret"))
            judge.that(right, "no v1 fits the secret", received=parcel.headers.get("x-tonegrid-signature"))
            judge.that(not signed_with(parcel, "tgwhsec_another"), "a v1 fits any secret")


def _now(case: Case) -> int:
    return int(datetime.fromisoformat(str(case.control.get("/clock")["now"]).replace("Z", "+00:00")).timestamp())


def retries_are_signed_anew(case: Case) -> None:
    """t is the second of the attempt; a retry has a new one and a signature that fits it."""
    with subscribed(case, statuses=(500, 200)) as (inside, receiver, created):
        _test(inside, created)
        carry(inside, receiver)
        sent = [_now(inside)]
        inside.control.advance("PT1M")
        carry(inside, receiver)
        sent.append(_now(inside))
        _only(receiver, 2)
        for parcel, second in zip(receiver.received, sent, strict=True):
            judge.equal("t", str(second), signature(parcel)[0])
            judge.that(signed_with(parcel, created.at("/data/secret")), "the signature does not fit")


def retries_are_recognisable(case: Case) -> None:
    """A retry has the same event_id and body, and a delivery id of its own; another event has another event_id."""
    with subscribed(case, statuses=(500, 500, 200)) as (inside, receiver, created):
        _retrying(inside, created, receiver, 3)
        _test(inside, created)
        carry(inside, receiver)
        _only(receiver, 4)
        events = [str(body_of(parcel).get("event_id")) for parcel in receiver.received]
        judge.equal("the event_ids of the attempts", [events[0]] * 3, events[:3])
        judge.that(events[3] != events[0], "two events have one event_id", received=events[0])
        judge.equal("the number of different bodies", 1, len({parcel.body for parcel in receiver.received[:3]}))
        deliveries = {parcel.headers.get("x-tonegrid-delivery-id") for parcel in receiver.received}
        judge.equal("the number of different delivery ids", 4, len(deliveries))


def failed_answer_is_retried(case: Case, status: int) -> None:
    """An answer that is no 2xx is a failure: it is logged as one and tried again."""
    with subscribed(case, statuses=(status, 200)) as (inside, receiver, created):
        _test(inside, created)
        carry(inside, receiver)
        attempts = log(inside, created)
        judge.equal("the status of the attempts", ["failed"], [entry.get("status") for entry in attempts])
        judge.equal("response_code", status, attempts[0].get("response_code"))
        inside.control.advance("PT1M")
        carry(inside, receiver)
        _only(receiver, 2)


def refused_connection_is_retried(case: Case) -> None:
    """A connection that is refused is a failure, with a text that says so."""
    with case.own_sandbox(world="empty") as inside:
        body = wares.webhook_body(inside, "webhook.test")
        created = inside.given(inside.call("createWebhook", json=body), 201)
        _test(inside, created)
        inside.control.post("/deliveries/run")
        inside.control.advance("PT1M")
        inside.control.post("/deliveries/run")
        attempts = log(inside, created)
        judge.equal("the status of the attempts", ["failed"] * 2, [entry.get("status") for entry in attempts])
        for entry in attempts:
            judge.equal("response_code", None, entry.get("response_code"))
            judge.that(entry.get("error_message"), "error_message says nothing", received=entry)


def success_is_not_retried(case: Case, status: int) -> None:
    """Any 2xx is a success, and no further attempt is made."""
    with subscribed(case, statuses=(status,)) as (inside, receiver, created):
        _test(inside, created)
        carry(inside, receiver)
        inside.control.advance("P5D")
        carry(inside, receiver)
        _only(receiver)
        judge.equal("the status", ["succeeded"], [entry.get("status") for entry in log(inside, created)])


def retries_keep_their_times(case: Case) -> None:
    """Retries come after 1, 5 and 15 minutes, 1, 3, 8 and 24 hours, not a second sooner."""
    with subscribed(case, statuses=(500,)) as (inside, receiver, created):
        _test(inside, created)
        carry(inside, receiver)
        _only(receiver)
        for number, wait in enumerate(_WAITS, 2):
            inside.control.advance(_less_a_second(wait))
            carry(inside, receiver)
            judge.equal(f"the number of attempts just before {wait} have passed", number - 1, len(receiver.received))
            inside.control.advance(_SECOND)
            carry(inside, receiver)
            judge.equal(f"the number of attempts once {wait} have passed", number, len(receiver.received))


def _less_a_second(wait: str) -> str:
    number = int(wait[2:-1])
    return f"PT{number * (60 if wait.endswith('M') else 3600) - 1}S"


def eighth_failure_is_the_last(case: Case) -> None:
    """After eight failures the delivery is dead, and nothing comes any more."""
    with subscribed(case, statuses=(500,)) as (inside, receiver, created):
        _retrying(inside, created, receiver, 7)
        states = [entry.get("status") for entry in log(inside, created)]
        judge.that("dead" not in states, "the delivery is dead before its eighth attempt", received=states)
        # 48 hours stand in the document's list too: whichever way it is read, they have passed now.
        for wait in (_WAITS[-1], "PT48H"):
            inside.control.advance(wait)
            carry(inside, receiver)
        count = len(receiver.received)
        judge.that(count >= 8, "there are fewer than eight attempts", expected=">= 8", received=count)
        judge.equal("the status of the last attempt", "dead", _newest(inside, created).get("status"))
        inside.control.advance("P30D")
        carry(inside, receiver)
        judge.equal("the number of attempts a month later", count, len(receiver.received))


def dead_delivery_spoils_nothing(case: Case) -> None:
    """After one delivery died, the subscription still receives the next event."""
    with subscribed(case, statuses=(*(500,) * 8, 200)) as (inside, receiver, created):
        _retrying(inside, created, receiver, 8)
        inside.control.advance(_SECOND)
        _test(inside, created)
        carry(inside, receiver)
        _only(receiver, 9)
        judge.equal("the newest status", "succeeded", _newest(inside, created).get("status"))


def success_ends_the_retries(case: Case) -> None:
    """An event that gets through at the third attempt has succeeded and is not sent again."""
    with subscribed(case, statuses=(500, 503, 200)) as (inside, receiver, created):
        _retrying(inside, created, receiver, 3)
        inside.control.advance("P5D")
        carry(inside, receiver)
        _only(receiver, 3)
        states = [entry.get("status") for entry in log(inside, created)]
        judge.equal("the status of the attempts", ["failed", "failed", "succeeded"], states)


def log_tells_everything(case: Case) -> None:
    """The log has one entry per attempt: status, answer, error, duration, retry count and time."""
    with subscribed(case, statuses=(500, 204)) as (inside, receiver, created):
        _test(inside, created)
        before = inside.given(inside.call("listWebhookDeliveries", path={"uuid": created.at("/data/uuid")}), 200)
        waiting = before.at("/data/0/status")
        judge.among("the status before the attempt", ("queued", "sending"), waiting, before)
        carry(inside, receiver)
        inside.control.advance("PT1M")
        carry(inside, receiver)
        first, second = (*log(inside, created), {}, {})[:2]
        for entry, status, code, count in ((first, "failed", 500, 0), (second, "succeeded", 204, 1)):
            judge.equal("status", status, entry.get("status"))
            judge.equal("response_code", code, entry.get("response_code"))
            judge.equal("retry_count", count, entry.get("retry_count"))
            judge.equal("event", "webhook.test", entry.get("event"))
            duration = entry.get("duration_ms")
            judge.that(isinstance(duration, int) and duration >= 0, "duration_ms is no duration", received=duration)
            for name in ("response_body", "error_message", "scheduled_at"):
                judge.that(name in entry, f"{name} is missing", received=sorted(entry))
        apart = _instant(second["scheduled_at"]) - _instant(first["scheduled_at"])
        judge.equal("the seconds between the attempts", 60, apart)


def _instant(text: Any) -> int:
    return round(datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp())


def test_event_needs_to_be_wanted(case: Case, wish: tuple[str, bool]) -> None:
    """A test event goes to a subscription that lists webhook.test or everything, and to no other."""
    pattern, wanted = wish
    with subscribed(case, pattern) as (inside, receiver, created):
        _test(inside, created)
        judge.equal("the events", ["webhook.test"] if wanted else [], carry(inside, receiver))


def test_event_goes_to_its_subscription(case: Case) -> None:
    """A test of one subscription is not sent to another one."""
    with subscribed(case, "*") as (inside, receiver, _), receiving(inside) as other:
        body = wares.webhook_body(inside, "webhook.test", url=other.url)
        _test(inside, inside.given(inside.call("createWebhook", json=body), 201))
        carry(inside, other)
        judge.equal("the parcels of both", [0, 1], [len(receiver.received), len(other.received)])


def _rotate(case: Case, created: Answer) -> str:
    answer = case.call("rotateWebhookSecret", path={"uuid": created.at("/data/uuid")})
    judge.status(answer, 200)
    secret, prefix = answer.at("/data/secret"), answer.at("/data/secret_prefix")
    fresh = isinstance(secret, str) and secret.startswith("tgwhsec_") and secret != created.at("/data/secret")
    judge.that(fresh, "there is no new secret", answer, expected="tgwhsec_…", received=secret)
    judge.that(str(secret).startswith(str(prefix)), "secret_prefix is not the new secret's", answer, received=prefix)
    return str(secret)


def rotation_replaces_the_secret(case: Case) -> None:
    """After a rotation the next event is signed with the new secret and not with the old one."""
    with subscribed(case) as (inside, receiver, created):
        _test(inside, created)
        carry(inside, receiver)
        secret = _rotate(inside, created)
        _test(inside, created)
        carry(inside, receiver)
        parcel = _only(receiver, 2)
        judge.that(signed_with(parcel, secret), "the new secret does not fit")
        judge.that(not signed_with(parcel, created.at("/data/secret")), "the old secret still fits")


def previous_secret_overlaps(case: Case) -> None:
    """While previous_secret stands, both secrets verify an event; once it is taken away, the new one alone."""
    with subscribed(case) as (inside, receiver, created):
        old, path = str(created.at("/data/secret")), {"uuid": created.at("/data/uuid")}
        secret = _rotate(inside, created)
        answer = inside.call("updateWebhook", path=path, json={"previous_secret": old})
        judge.status(answer, 200)
        judge.that(old.encode() not in answer.content, "the answer shows the old secret", answer)
        _test(inside, created)
        carry(inside, receiver)
        parcel = _only(receiver)
        judge.that(signed_with(parcel, secret), "the new secret does not fit")
        judge.that(signed_with(parcel, old), "the previous secret does not fit")
        judge.status(inside.call("updateWebhook", path=path, json={"previous_secret": None}), 200)
        _test(inside, created)
        carry(inside, receiver)
        parcel = _only(receiver, 2)
        judge.that(signed_with(parcel, secret), "the new secret does not fit after the overlap")
        judge.that(not signed_with(parcel, old), "the previous secret fits after the overlap")


def finished_statement_is_told(case: Case) -> None:
    """When a statement becomes final, subscribers to royalty_statement.ready learn of it."""
    with case.own_sandbox() as inside, receiving(inside) as receiver:
        body = wares.webhook_body(inside, "royalty_statement.ready", url=receiver.url)
        inside.given(inside.call("createWebhook", json=body), 201)
        listed = inside.given(inside.call("listTenantStatements"), 200)
        draft = next((entry for entry in listed.items("/data") if entry.get("state") == "draft"), None)
        if draft is None:
            raise NotTested("the account has no statement that waits for approval")
        judge.equal("the events before", [], carry(inside, receiver))
        inside.given(inside.call("approveTenantStatement", path={"uuid": draft["uuid"]}), 200)
        judge.equal("the events", ["royalty_statement.ready"], carry(inside, receiver))
        told = data_of(body_of(receiver.received[0]))
        period = str(told.get("period"))
        judge.equal("data.statement_id", f"stmt_{period.replace('-', '')}", told.get("statement_id"))


CHECKS = (
    check("TG-175", parcel_carries_its_headers),
    check("TG-176", signature_is_right),
    check("TG-177", retries_are_signed_anew),
    check("TG-178", retries_are_recognisable),
    check("TG-179", failed_answer_is_retried, each=(301, 404, 410, 500, 503)),
    check("TG-179", refused_connection_is_retried),
    check("TG-179", success_is_not_retried, each=(200, 201, 204)),
    check("TG-180", retries_keep_their_times),
    check("TG-181", eighth_failure_is_the_last),
    check("TG-181", dead_delivery_spoils_nothing),
    check("TG-182", success_ends_the_retries),
    check("TG-183", log_tells_everything),
    check("TG-184", test_event_needs_to_be_wanted, each=(("webhook.test", True), ("*", True), ("release.*", False))),
    check("TG-184", test_event_goes_to_its_subscription),
    check("TG-185", rotation_replaces_the_secret),
    check("TG-186", previous_secret_overlaps),
    check("TG-188", finished_statement_is_told),
)
