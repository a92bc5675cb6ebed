"""The inspector shows what the control API tells, to people, and lets nobody else in."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import App
from mockserver.control.operations.workflows import _show
from mockserver.web.inspector.drawing import draw
from specs import PROVIDERS, open_book


def _page(tester: Any, path: str = "", **parts: Any) -> Any:
    return tester.ask("GET", f"/~{tester.sandbox}/_inspector/{path}", **parts)


@pytest.fixture
def lively(enter: Callable[..., Any], sink: Any) -> Any:
    """A sandbox in which something of everything has happened."""
    tester = enter(progression="timed")
    sink.answer_with(500)
    code = tester.order("Ada", callback_url=sink.url)["code"]
    tester.fire(code, "pack", spoil=True)
    tester.ask("POST", "/parcels/parcels", {"from": "x"}, headers=tester.key())
    tester.do("POST", "deliveries/run")
    tester.do("POST", "faults", {"match": {"provider": "parcels"}, "effect": {"status": 503}, "times": 2})
    return tester


PAGES = [
    ("", ["Parcels API", "orderParcel", "Webhooks that wait: 1"]),
    ("sandboxes", ["default", "/~default/_inspector/"]),
    ("requests", ["orderParcel", "201", "422", "The journal holds 1000 requests"]),
    ("requests?status=422&provider=parcels", ["422"]),
    ("records/parcels", ["parcels", "13"]),
    ("records/parcels/parcels", ["PX-1", "1 to 13 of 13"]),
    ("records/parcels/parcels/13", ["&#34;code&#34;: &#34;PX-13&#34;"]),
    ("webhooks", ["parcel.moved", "pending", "500"]),
    ("webhooks?state=delivered", ["Nothing was queued"]),
    ("inbox", ["Your code is 100013."]),
    ("lifecycles/parcels", ["<svg", "ordered", "release", "stateDiagram-v2"]),
    ("trouble", ["flt_1", "webhook parcel.moved", "code is required"]),
]


@pytest.mark.parametrize(("path", "texts"), PAGES)
def test_a_page_shows_what_happened(lively: Any, path: str, texts: list[str]) -> None:
    answer = _page(lively, path)

    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/html"
    assert [text for text in texts if text not in answer.text] == []
    assert "2026-01-15T09:00:00Z" in answer.text


def test_a_request_is_explained_to_its_last_step(lively: Any) -> None:
    refused, made = lively.get("requests")["requests"][:2]

    one = _page(lively, f"requests/{refused['id']}").text
    other = _page(lively, f"requests/{made['id']}").text

    assert "What did not fit" in one
    assert "body /to" in one
    assert "records/parcels/parcels/13" in other
    assert lively.key()["Authorization"] not in other


def test_a_webhook_is_shown_with_its_attempts(lively: Any) -> None:
    delivery = lively.get("deliveries")[0]

    page = _page(lively, f"webhooks/{delivery['id']}").text

    assert "X-Parcel-Signature" in page
    assert "500" in page
    assert "redeliver" in page


def test_nothing_that_was_sent_becomes_markup(tester: Any) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    tester.order(evil)
    tester.ask("GET", "/parcels/<script>alert(2)</script>", headers={"User-Agent": evil})
    tester.do("PUT", "state/parcels/parcels/%3Cb%3E%22", {"code": evil, "to": evil, "account": "1", "status": "held"})
    ids = [entry["id"] for entry in tester.get("requests")["requests"]]

    pages = [
        _page(tester, path).text
        for path in ("", "requests", "inbox", "records/parcels/parcels", *[f"requests/{id}" for id in ids])
    ]

    assert not [page for page in pages if "<script>alert" in page or "<img" in page]
    assert _page(tester, "records/parcels/parcels/%3Cb%3E%22").status_code == 200


@pytest.mark.parametrize("path", [path for path, _ in PAGES])
def test_a_page_loads_only_its_own(lively: Any, path: str) -> None:
    answer = _page(lively, path)

    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|(src|href)=\"(https?:)?//(?!localhost)", answer.text)
    for address in re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', answer.text):
        assert lively.ask("GET", address).status_code == 200


def test_every_link_leads_somewhere(lively: Any) -> None:
    seen: set[str] = set()
    waiting = [f"/~{lively.sandbox}/_inspector/"]
    while waiting and len(seen) < 80:
        address = waiting.pop(0)
        answer = lively.ask("GET", address)
        assert answer.status_code in (200, 302), address
        seen.add(address)
        if answer.mimetype == "text/html" and f"~{lively.sandbox}/_inspector" in address:
            links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)}
            waiting += sorted(links - seen - set(waiting))

    assert len(seen) > 30


NOWHERE = (
    "nowhere requests/none webhooks/none records/spotless records/parcels/nowhere records/parcels/parcels/77"
    " records/parcels/outbox lifecycles/spotless"
)


@pytest.mark.parametrize("path", NOWHERE.split())
def test_what_is_not_there_is_not_found(tester: Any, path: str) -> None:
    assert _page(tester, path).status_code == 404


@pytest.mark.parametrize("query", ["requests?status=x", "requests?status=99", "webhooks?state=lost"])
def test_a_filter_that_cannot_be_is_refused(tester: Any, query: str) -> None:
    assert _page(tester, query).status_code == 422


def test_a_list_of_records_is_read_piece_by_piece(tester: Any) -> None:
    first = _page(tester, "records/products/tracks").text
    second = _page(tester, "records/products/tracks?offset=50").text

    assert "1 to 50 of" in first
    assert "51 to 100 of" in second
    assert _page(tester, "records/products/tracks?offset=x").status_code == 200


def test_looking_does_not_change_what_is_looked_at(lively: Any) -> None:
    before = [lively.control("GET", path).data for path in ("requests", "coverage", "state/parcels/parcels", "clock")]

    for path, _ in PAGES:
        _page(lively, path)

    assert [
        lively.control("GET", path).data for path in ("requests", "coverage", "state/parcels/parcels", "clock")
    ] == before


def test_strangers_are_not_let_in(tester: Any) -> None:
    host = _page(tester, headers={"Host": "evil.example"})
    origin = _page(tester, headers={"Origin": "https://evil.example"})

    assert (host.status_code, origin.status_code) == (403, 403)


def test_with_a_token_a_browser_asks_for_it(build_house: Callable[..., App], enter: Callable[..., Any]) -> None:
    from werkzeug.test import Client

    client = Client(build_house(control_token="s3same").wsgi)
    password = base64.b64encode(b"anybody:s3same").decode()

    without = client.get("/_inspector/")
    wrong = client.get("/_inspector/", headers={"Authorization": "Basic " + base64.b64encode(b"x:y").decode()})
    right = client.get("/_inspector/", headers={"Authorization": f"Basic {password}"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert without.headers["WWW-Authenticate"].startswith("Basic")
    assert '<meta name="token" content="s3same">' in right.text
    assert client.get("/_control/clock", headers={"Authorization": f"Basic {password}"}).status_code == 401


def test_the_bare_address_leads_to_the_page(tester: Any) -> None:
    answer = tester.ask("GET", f"/~{tester.sandbox}/_inspector")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/~{tester.sandbox}/_inspector/"


MACHINES = [(provider, name) for provider in PROVIDERS for name in open_book(provider).lifecycles]


@pytest.mark.parametrize(("provider", "name"), MACHINES)
def test_every_lifecycle_can_be_drawn(provider: str, name: str) -> None:
    machine = _show(open_book(provider).lifecycles[name])

    drawing = draw(machine)

    assert {box.name for box in drawing.boxes} == set(machine["states"])
    places = {(box.x, box.y) for box in drawing.boxes}
    assert len(places) == len(machine["states"])
    assert all(
        box.x >= 0 and box.x + box.width <= drawing.width and box.y + 34 <= drawing.height for box in drawing.boxes
    )
    drawn = [event for arrow in drawing.arrows for event, _ in arrow.events]
    moves = [row["event"] for row in machine["transitions"] for _ in row["from"] if row["to"] is not None]
    assert sorted(drawn) == sorted(moves)
