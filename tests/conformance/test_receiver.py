"""The receiver of webhooks: answers in the order that it was told, and keeps what came byte for byte."""

from __future__ import annotations

import threading

import pytest
import requests

from conformance.properties.webhooks import hex_hmac
from conformance.receiver import Receiver


def statuses_of(receiver: Receiver, count: int) -> list[int]:
    return [requests.post(receiver.url, data=b"x", timeout=5).status_code for _ in range(count)]


def test_answers_come_in_order_and_the_last_one_stays() -> None:
    with Receiver((500, 204)) as receiver:
        statuses = statuses_of(receiver, 3)

    assert statuses == [500, 204, 204]


def test_other_answers_can_be_given_from_some_moment_on() -> None:
    with Receiver((500, 503, 404)) as receiver:
        before = statuses_of(receiver, 1)
        receiver.answer_with(201, 200)
        after = statuses_of(receiver, 3)

    assert before == [500]
    assert after == [201, 200, 200]


@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_a_request_keeps_its_bytes_and_its_headers_in_lower_case(method: str) -> None:
    with Receiver() as receiver:
        requests.request(
            method, f"{receiver.origin}/other?x=1", data=b'{ "a":1 }', headers={"X-Event": "ping"}, timeout=5
        )

    (request,) = receiver.received
    assert (request.method, request.path, request.body) == (method, "/other?x=1", b'{ "a":1 }')
    assert request.headers["x-event"] == "ping"


def test_waiting_ends_as_soon_as_enough_has_come() -> None:
    with Receiver() as receiver:
        sender = threading.Thread(target=statuses_of, args=(receiver, 2))
        sender.start()
        found = receiver.wait_for(2, 30)
        sender.join()

    assert len(found) == 2


def test_waiting_ends_without_enough() -> None:
    with Receiver() as receiver:
        statuses_of(receiver, 1)
        found = receiver.wait_for(2, 0.01)

    assert len(found) == 1


def test_what_was_received_can_be_read_when_it_listens_no_more() -> None:
    with Receiver() as receiver:
        statuses_of(receiver, 1)

    assert len(receiver.received) == 1
    with pytest.raises(requests.ConnectionError):
        statuses_of(receiver, 1)


def test_the_signature_is_that_of_rfc_4231() -> None:
    digest = hex_hmac("Jefe", b"what do ya want for nothing?")

    assert digest == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
