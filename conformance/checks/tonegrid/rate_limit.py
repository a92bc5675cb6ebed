"""TG-057 to TG-060: how many calls a minute, and what a client is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import transport, wares
from conformance.multipart import File

_LIMITS = {"general": 120, "audio_upload": 10, "distribution": 30, "analytics": 60}
_NAMES = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


@contextmanager
def _limited(case: Case) -> Iterator[Case]:
    """Give a sandbox that keeps its limits and whose minute stands still."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        yield inside


def _caller(case: Case, category: str) -> Callable[[], Answer]:
    """Return a call of a category, whatever it needs already made."""
    if category == "audio_upload":
        track = wares.make_track(case, wares.make_release(case))
        return lambda: wares.upload(case, track, File("master.wav", wares.wav(case), "audio/wav"))
    operations = {
        "general": "listReleases",
        "distribution": "listDistributionDsps",
        "analytics": "getAnalyticsSummary",
    }
    return lambda: case.call(operations[category])


def _fresh_minute(case: Case) -> None:
    case.control.advance("PT1M")


def _exhaust(call: Callable[[], Answer], limit: int) -> Answer:
    """Call as often as the limit allows, and once more; the answer of the last call."""
    for number in range(1, limit + 1):
        answer = call()
        judge.that(answer.is_success, f"call {number} of {limit} is refused", answer, received=answer.status)
    return call()


def limit_is_kept(case: Case, category: str) -> None:
    """As many calls a minute as the category allows are answered, the next one is 429, and the next minute is free."""
    with _limited(case) as inside:
        call = _caller(inside, category)
        _fresh_minute(inside)
        answer = _exhaust(call, _LIMITS[category])
        wares.refused(answer, 429)
        judge.header(answer, "X-RateLimit-Remaining", "0")
        _fresh_minute(inside)
        judge.that(call().is_success, "a call in the next minute is refused", call())


def _numbers(answer: Answer) -> tuple[int, int, int]:
    found = [answer.header(name) or "" for name in _NAMES]
    for name, text in zip(_NAMES, found, strict=True):
        judge.that(text.isdigit(), f"{name} is no number", answer, expected="digits", received=text)
    return int(found[0]), int(found[1]), int(found[2])


def every_answer_tells_the_limit(case: Case) -> None:
    """Every answer carries the three headers, refusals included."""
    found = [case.call("listReleases"), case.call("getAnalyticsSummary"), *transport.refusals(case).values()]
    for answer in (*found, wares.create_release(case, wares.release_body(case))):
        _numbers(answer)


def headers_are_right(case: Case, category: str) -> None:
    """Limit is the category's, Remaining goes down by one, and Reset is the second at which the minute ends."""
    with _limited(case) as inside:
        call = _caller(inside, category)
        _fresh_minute(inside)
        first, second = call(), call()
        (limit, remaining, reset), (_, later, _) = _numbers(first), _numbers(second)
        judge.equal("X-RateLimit-Limit", _LIMITS[category], limit, first)
        judge.equal("X-RateLimit-Remaining of the first call", limit - 1, remaining, first)
        judge.equal("X-RateLimit-Remaining of the second call", remaining - 1, later, second)
        now = datetime.fromisoformat(str(inside.control.get("/clock")["now"]).replace("Z", "+00:00")).timestamp()
        judge.that(now <= reset <= now + 61, "Reset is not within a minute", first, expected=now, received=reset)


def patience_is_rewarded(case: Case) -> None:
    """A 429 says in seconds how long to wait; after that the same call with the same key runs."""
    with _limited(case) as inside:
        headers: dict[str, str | None] = {"Idempotency-Key": f"conformance-{inside.ledger.run}-patience"}
        body = wares.release_body(inside)
        _exhaust(_caller(inside, "general"), _LIMITS["general"])
        answer = inside.call("createRelease", json=body, headers=headers)
        wares.refused(answer, 429)
        wait = answer.header("Retry-After") or ""
        judge.that(wait.isdigit() and int(wait) >= 1, "Retry-After is no number of seconds", answer, received=wait)
        judge.that(int(wait) <= 60, "Retry-After is longer than the minute", answer, expected="<= 60", received=wait)
        inside.control.advance(f"PT{wait}S")
        again = inside.call("createRelease", json=body, headers=headers)
        judge.status(again, 201)


def categories_count_apart(case: Case) -> None:
    """With one category used up the others still work."""
    with _limited(case) as inside:
        judge.status(_exhaust(_caller(inside, "analytics"), _LIMITS["analytics"]), 429)
        for category in ("general", "distribution"):
            judge.status(_caller(inside, category)(), 200)


def tokens_count_apart(case: Case) -> None:
    """With one token used up another one still works."""
    with _limited(case) as inside:
        judge.status(_exhaust(_caller(inside, "distribution"), _LIMITS["distribution"]), 429)
        answer: Any = inside.call("listDistributionDsps", principal="second-account")
        judge.status(answer, 200)


CHECKS = (
    check("TG-057", limit_is_kept, each=tuple(_LIMITS)),
    check("TG-058", every_answer_tells_the_limit, needs=("destructive",)),
    check("TG-058", headers_are_right, each=tuple(_LIMITS), needs=("control",)),
    check("TG-059", patience_is_rewarded),
    check("TG-060", categories_count_apart),
    check("TG-060", tokens_count_apart),
)
