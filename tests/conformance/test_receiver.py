"""The receiver of webhooks: answers in the order that it was told, and keeps what came byte for byte."""

from __future__ import annotations

import requests

from conformance.properties.webhooks import hex_hmac, receiving


def test_answers_come_in_order_and_the_last_one_stays() -> None:
    with receiving((500, 204)) as receiver:
        statuses = [requests.post(receiver.url, data=b"x", timeout=5).status_code for _ in range(3)]

    assert statuses == [500, 204, 204]


def test_a_parcel_keeps_its_bytes_and_its_headers_in_lower_case() -> None:
    with receiving() as receiver:
        requests.post(receiver.url, data=b'{ "a":1 }', headers={"X-Event": "ping"}, timeout=5)

    assert receiver.parcels[0].body == b'{ "a":1 }'
    assert receiver.parcels[0].headers["x-event"] == "ping"


def test_the_signature_is_that_of_rfc_4231() -> None:
    digest = hex_hmac("Jefe", b"what do ya want for nothing?")

    assert digest == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
