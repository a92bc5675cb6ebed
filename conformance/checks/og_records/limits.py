"""OG-030 to OG-039: how much a credential may ask in a minute, and how it is told."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import samples, wares
from conformance.judge import NotTested

_SECONDS = re.compile(r"\d+")


def ask(case: Case, principal: str = "full") -> Answer:
    """Send the cheapest call that counts."""
    return case.call("listPayouts", query={"limit": 1}, principal=principal)


def limit_of(answer: Answer) -> int:
    """Return X-RateLimit-Limit."""
    return _number(answer, "X-RateLimit-Limit")


def left_of(answer: Answer) -> int:
    """Return X-RateLimit-Remaining."""
    return _number(answer, "X-RateLimit-Remaining")


def _number(answer: Answer, name: str) -> int:
    text = answer.header(name) or ""
    judge.that(_SECONDS.fullmatch(text), f"{name} is no whole number", answer, expected="digits", received=text)
    return int(text)


def exhaust(case: Case, principal: str = "full", most: int = 60) -> Answer:
    """Use a limit up as a precondition; the answer that is too many."""
    for _ in range(most + 1):
        answer = ask(case, principal)
        if answer.status == 429:
            return answer
    raise NotTested(f"no 429 after {most + 1} calls")


def sixty_a_minute(case: Case) -> None:
    """A sandbox key may ask 60 times a minute; the next call is 429."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        for number in range(60):
            answer = ask(inside)
            judge.that(
                answer.status == 200, f"call {number + 1} of a minute is refused", answer, received=answer.status
            )
            judge.equal("X-RateLimit-Limit", 60, limit_of(answer), answer)
        judge.status(ask(inside), 429)


def every_call_counts(case: Case) -> None:
    """Calls of any kind, refused ones included, count against the one limit of the key."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        answers = [
            ask(inside),
            wares.read(inside, wares.NO_ID),
            inside.call("createRelease", json={}),
            inside.call("listApiKeys"),
        ]
        left = [left_of(answer) for answer in answers]
        judge.equal("what is left after each", [59, 58, 57, 56], left)


def plan_has_its_limit(case: Case, plan: tuple[str, int]) -> None:
    """X-RateLimit-Limit tells the plan's limit, and it is kept: that many calls are served without a 429."""
    name, limit = plan
    with case.own_sandbox(world="empty", limits=True) as inside:
        key = wares.mint(inside, ["payouts:read"], plan=name)["name"]
        judge.equal("X-RateLimit-Limit of a sandbox key", 60, limit_of(ask(inside)))
        first = ask(inside, key)
        judge.equal("X-RateLimit-Limit", limit, limit_of(first), first)
        judge.equal("X-RateLimit-Remaining", limit - 1, left_of(first), first)
        for _ in range(70):  # more than a sandbox key gets
            judge.status(ask(inside, key), 200)


def free_may_burst(case: Case) -> None:
    """A Free key is served beyond 120 calls up to 240; the 241st is 429."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        key = wares.mint(inside, ["payouts:read"], plan="free")["name"]
        for number in range(240):
            answer = ask(inside, key)
            judge.that(
                answer.status == 200, f"call {number + 1} of a minute is refused", answer, received=answer.status
            )
            if number >= 120:
                judge.equal("X-RateLimit-Remaining", 0, left_of(answer), answer)
        judge.status(ask(inside, key), 429)


_ANSWERS: dict[str, Callable[[Case], Answer]] = {
    "success": ask,
    "no-credential": lambda case: case.call("listPayouts", principal=None),
    "unknown-key": lambda case: case.call("listPayouts", principal=None, headers={"X-API-Key": "conformance"}),
    "not-found": lambda case: wares.read(case, wares.NO_ID),
    "invalid": lambda case: case.call("createRelease", json={}),
    "bad-query": lambda case: case.call("listPayouts", query={"limit": 0}),
    "broken-json": lambda case: case.call("createRelease", body=b"{", headers={"Content-Type": "application/json"}),
    "no-media-type": lambda case: case.call("createRelease", body=b"x", headers={"Content-Type": "text/plain"}),
}


def answer_tells_the_limit(case: Case, kind: str) -> None:
    """Answers of every kind tell the limit and what is left of it."""
    _told(_ANSWERS[kind](case))


def _told(answer: Answer) -> None:
    limit, left = limit_of(answer), left_of(answer)
    judge.that(0 <= left <= limit, "more is left than the limit", answer, expected=f"0 to {limit}", received=left)


def operation_tells_the_limit(case: Case, operation: str) -> None:
    """Each call tells the limit and what is left of it."""
    _told(samples.call(case, operation))


def too_many_tells_the_limit(case: Case) -> None:
    """A 429 tells the limit, what is left of it and when to come again."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        answer = exhaust(inside)
        judge.equal("X-RateLimit-Limit", 60, limit_of(answer), answer)
        judge.equal("X-RateLimit-Remaining", 0, left_of(answer), answer)
        judge.that(answer.header("Retry-After"), "there is no Retry-After", answer)


def retry_after_is_kept(case: Case) -> None:
    """A 429 says in whole seconds when to come again, and then the call is served."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        answer = exhaust(inside)
        seconds = _number(answer, "Retry-After")
        judge.that(1 <= seconds <= 60, "that is no time within a minute", answer, expected="1 to 60", received=seconds)
        judge.status(ask(inside), 429)
        inside.control.advance(f"PT{seconds}S")
        judge.status(ask(inside), 200)


def refused_call_does_nothing(case: Case) -> None:
    """A write that is refused with 429 has not happened."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        id = wares.release(inside)
        exhaust(inside)
        judge.status(wares.patch(inside, id, "rights", wares.RIGHTS), 429)
        inside.control.ask("PUT", "/limits", {"enabled": False})
        found = wares.read(inside, id)
        judge.equal("copyright_line", None, found.at("/copyright_line"), found)


def remaining_falls_by_one(case: Case) -> None:
    """What is left falls by one with each call, and is 0 on a 429."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        left = [left_of(ask(inside)) for _ in range(60)]
        judge.equal("what is left after each call", list(range(59, -1, -1)), left)
        answer = ask(inside)
        judge.equal("X-RateLimit-Remaining", 0, left_of(answer), answer)


def keys_have_limits_of_their_own(case: Case) -> None:
    """When one key has used its limit up, another of the same account and one of another account are served."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        other = wares.mint(inside, ["payouts:read"])["name"]
        judge.status(exhaust(inside), 429)
        for principal in (other, "second-account"):
            answer = ask(inside, principal)
            judge.status(answer, 200)
            judge.equal("X-RateLimit-Remaining", 59, left_of(answer), answer)
        judge.status(ask(inside), 429)


def public_view_tells_its_limit(case: Case) -> None:
    """The public view tells its limit as well."""
    _told(wares.view(case, wares.smartlink(case).at("/slug")))


def public_view_is_limited(case: Case) -> None:
    """The public view has a limit of its own: it ends in a 429, and the keys do not feel it."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        slug = wares.smartlink(inside).at("/slug")
        statuses = [wares.view(inside, slug).status for _ in range(61)]
        judge.equal("the statuses of 61 views", [*[200] * 60, 429], statuses)
        judge.status(ask(inside), 200)


def no_need_to_wait(case: Case, kind: str) -> None:
    """Below the limit Retry-After is absent or 0."""
    answer = _ANSWERS[kind](case)
    judge.among("Retry-After", (None, "0"), answer.header("Retry-After"), answer)


CHECKS = (
    check("OG-030", sixty_a_minute),
    check("OG-030", every_call_counts),
    check("OG-031", plan_has_its_limit, each=(("free", 120),)),
    check("OG-032", free_may_burst),
    check("OG-033", plan_has_its_limit, each=(("business", 600),)),
    check("OG-034", answer_tells_the_limit, each=tuple(_ANSWERS)),
    check("OG-034", operation_tells_the_limit, each=(*samples.KEYED, *samples.OPEN)),
    check("OG-034", too_many_tells_the_limit, needs=("control",), required=False),
    check("OG-035", retry_after_is_kept),
    check("OG-035", refused_call_does_nothing),
    check("OG-036", remaining_falls_by_one),
    check("OG-037", keys_have_limits_of_their_own),
    check("OG-038", public_view_tells_its_limit),
    check("OG-038", public_view_is_limited, needs=("control",), required=False),
    check("OG-039", no_need_to_wait, each=tuple(_ANSWERS)),
)
