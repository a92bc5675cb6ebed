"""Webhooks of targets near and far: a receiver that can be reached, the control API's word, or not tested."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from conformance.case import Case
from conformance.checks import find_suite
from conformance.config import Settings
from conformance.contract import open_contract
from conformance.failure import Misconfigured
from conformance.judge import Broken, NotTested
from conformance.outcome import Finding
from conformance.promise import Promises
from conformance.properties.webhooks import FACT, PULL, Pulled, receiving
from conformance.receiver import Receiver
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict
from mockserver.testing.client import MockServer

ELSEWHERE = "https://sandbox.example.org/tonegrid"
HERE = "http://127.0.0.1:4010/tonegrid"
# A check that any receiver will do for, and one that has to answer something else than 200.
TAKES, ANSWERS = "OG-140:change_is_told[track.qc_status_changed]", "OG-143:failure_is_tried_again"

Perform = Callable[..., dict[str, Finding]]


@dataclass
class Stand:
    """What `receiving` asks of a case: where the target is, what is configured, what the control API shows."""

    base_url: str = HERE
    facts: dict[str, list[str]] = field(default_factory=dict)
    deliveries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def case(self) -> Case:
        target = SimpleNamespace(base_url=self.base_url, settings=SimpleNamespace(facts=self.facts))
        parts = {
            "session": SimpleNamespace(target=target),
            "control": SimpleNamespace(get=lambda place, **query: self.deliveries),
            "contract": SimpleNamespace(provider="tonegrid"),
            "ledger": SimpleNamespace(digits=lambda count: "7" * count),
        }
        return cast(Case, SimpleNamespace(**parts))

    def sent(self, url: str, *attempts: int | None) -> None:
        tried = [
            {"at": "2026-01-15T09:00:00Z", "status": status, "error": None if status else "refused"}
            for status in attempts
        ]
        row = {"url": url, "headers": {"X-Event": "ping"}, "body": "{}", "attempts": tried}
        self.deliveries.append(row)


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("host", ["127.0.0.1:4010", "127.0.0.2", "localhost:4010", "[::1]:4010"])
def test_a_target_on_this_machine_is_given_a_receiver_on_this_machine(host: str) -> None:
    with receiving(Stand(f"http://{host}/tonegrid").case) as receiver:
        assert isinstance(receiver, Receiver)
        assert receiver.url.startswith("http://127.0.0.1:")


def test_a_target_elsewhere_is_not_told_an_address_that_it_cannot_reach() -> None:
    with pytest.raises(NotTested, match="cannot reach this machine"), receiving(Stand(ELSEWHERE).case, 500, 200):
        pass


def test_what_a_target_elsewhere_sends_is_read_from_its_control_api() -> None:
    stand = Stand(ELSEWHERE)
    with receiving(stand.case) as receiver:
        assert isinstance(receiver, Pulled)
        stand.sent(receiver.url, None)
        stand.sent(f"{receiver.origin}/other?x=1", None)
        stand.sent("http://127.0.0.1:9/of-somebody-else", None)
        stand.sent(f"{receiver.origin}/not-carried-yet")
        found = receiver.wait_for(2)

    assert [request.path for request in found] == ["/hook", "/other?x=1"]
    assert found[0].headers == {"x-event": "ping"}
    assert found[0].body == b"{}"


def test_a_second_attempt_without_a_receiver_proves_nothing() -> None:
    stand = Stand(ELSEWHERE)
    with receiving(stand.case) as receiver:
        stand.sent(receiver.url, None, None)

        with pytest.raises(NotTested, match="a receiver that answers"):
            _ = receiver.received


def test_a_change_of_answers_needs_a_receiver() -> None:
    with receiving(Stand(ELSEWHERE).case) as receiver, pytest.raises(NotTested, match=FACT):
        receiver.answer_with(200)


def test_a_configured_receiver_is_told_by_its_public_name_and_listens_as_configured() -> None:
    listen = free_address()
    with receiving(Stand(ELSEWHERE, {FACT: [f"https://hooks.example.org {listen}"]}).case, 500) as receiver:
        host, _, port = listen.partition(":")
        socket.create_connection((host, int(port)), 5).close()

        assert receiver.url == "https://hooks.example.org/hook"


def test_two_receivers_have_two_configured_addresses_and_a_third_is_not_tested() -> None:
    told = [f"https://one.example.org {free_address()}", f"https://two.example.org {free_address()}"]
    case = Stand(ELSEWHERE, {FACT: told}).case

    with receiving(case) as first, receiving(case) as second:
        assert [first.origin, second.origin] == ["https://one.example.org", "https://two.example.org"]
        with pytest.raises(NotTested, match="one more receiver"), receiving(case):
            pass


@pytest.mark.parametrize(
    "text", ["https://hooks.example.org", "hooks.example.org 0.0.0.0:9001", "https://x.example/path 0.0.0.0:1", "push"]
)
def test_an_address_that_is_none_is_a_mistake_of_the_configuration(text: str) -> None:
    with pytest.raises(Misconfigured, match=FACT), receiving(Stand(ELSEWHERE, {FACT: [text]}).case):
        pass


def wait_in_vain(stand: Stand, trouble: Exception | None, *attempts: int | None) -> None:
    """Be a check whose receiver got nothing: the target tried as told, and the check ends in its own way."""
    with receiving(stand.case) as receiver:
        stand.sent(receiver.url, *attempts)
        if trouble is not None:
            raise trouble


NOTHING_CAME = Broken("nothing came", expected=1, received=0, answer=None)


@pytest.mark.parametrize("trouble", [NOTHING_CAME, IndexError(), None], ids=["broken", "stumbled", "content"])
def test_a_receiver_that_was_not_reached_is_no_fault_of_the_target(trouble: Exception | None) -> None:
    with pytest.raises(NotTested, match=r"did not reach the receiver at http://127.0.0.1:\d+ \(refused\)"):
        wait_in_vain(Stand(), trouble, None)


@pytest.mark.parametrize("attempts", [(), (200,)], ids=["nothing was tried", "somebody else took it"])
def test_what_was_never_sent_stays_a_fault_of_the_target(attempts: tuple[int, ...]) -> None:
    with pytest.raises(Broken):
        wait_in_vain(Stand(), NOTHING_CAME, *attempts)


@pytest.fixture
def perform(mock_server: MockServer) -> Iterator[Perform]:
    """Perform items of og_records against the mock, and return what was found by item."""
    contract, suite = open_contract("og_records"), find_suite("og_records")
    promises = Promises(contract.document, contract.operations)
    sessions: list[Session] = []

    def perform(*names: str, **settings: Any) -> dict[str, Finding]:
        aimed = Settings("og_records", f"{mock_server.url}/og_records", **settings)
        sessions.append(Session(contract, suite, find_target(aimed, contract), promises))
        items = [item for item in suite.items(contract) if item.id in names or (not names and "webhooks" in item.needs)]
        return {item.id: sessions[-1].perform(item).own for item in items}

    yield perform
    for session in sessions:
        session.close()


@pytest.mark.parametrize(
    ("told", "takes", "answers"),
    [
        ([], Verdict.PASS, Verdict.PASS),
        ([PULL], Verdict.PASS, Verdict.NOT_TESTED),
        (["http://127.0.0.1:1 127.0.0.1:0"], Verdict.NOT_TESTED, Verdict.NOT_TESTED),
    ],
    ids=["reached", "pulled", "not reached"],
)
def test_a_right_server_never_fails_for_want_of_a_receiver(
    perform: Perform, told: list[str], takes: Verdict, answers: Verdict
) -> None:
    found = perform(TAKES, ANSWERS, facts={FACT: told} if told else {})

    assert {name: finding.verdict for name, finding in found.items()} == {TAKES: takes, ANSWERS: answers}
    assert all(FACT in finding.text for finding in found.values() if finding.verdict is Verdict.NOT_TESTED)


def test_without_a_control_api_webhooks_are_not_tested(perform: Perform, mock_server: MockServer) -> None:
    sandbox = mock_server.sandbox("webhooks-without-control")

    found = perform(control_url="none", principals={"full": sandbox.headers("og_records")})

    assert len(found) > 20
    assert {finding.verdict for finding in found.values()} == {Verdict.NOT_TESTED}
    assert {finding.text for finding in found.values()} == {"needs the control API: the control API is switched off"}
    sandbox.drop()
