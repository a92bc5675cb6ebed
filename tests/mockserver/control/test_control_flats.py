"""Every provider of the house is served by the control API, the documents and the inspector alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver.app import FLATS, App, build
from mockserver.settings import read_settings

START = {"seed": 7, "now": "2026-01-15T09:00:00Z", "clock": "frozen", "progression": "manual"}


@pytest.fixture(scope="module")
def whole() -> Iterator[App]:
    """A house with every provider."""
    app = build(read_settings({}, {}))
    yield app
    app.close()


@pytest.fixture
def guest(whole: App, enter: Callable[..., Any]) -> Iterator[Any]:
    """Somebody at work in that house, whose own promises must hold."""
    tester = enter(whole)
    yield tester
    assert tester.violations() == []


@pytest.mark.parametrize("provider", FLATS)
def test_records_are_listed_read_and_written_back(guest: Any, provider: str) -> None:
    counts = guest.get(f"state/{provider}")

    for collection in counts:
        for record in guest.get(f"state/{provider}/{collection}?limit=2"):
            place = f"state/{provider}/{collection}/{record['id']}"
            assert guest.get(place) == record
            assert guest.do("PUT", place, record) == record
    after = guest.get(f"state/{provider}")
    assert {name: after[name] for name in counts} == counts
    assert sum(counts.values()) > 50


@pytest.mark.parametrize("provider", FLATS)
def test_credentials_are_there_and_one_more_of_each_kind_can_be_made(guest: Any, provider: str) -> None:
    entries = guest.get(f"credentials/{provider}")
    names = [entry["name"] for entry in entries]
    kinds = sorted({entry["kind"] for entry in entries} - {"tenant", "webhook_secret"})

    minted = [guest.control("POST", f"credentials/{provider}", {"kind": kind}) for kind in kinds]

    assert {"full", "second-account", "expired"} <= set(names)
    accounts = {entry["name"]: entry["account"] for entry in entries}
    assert accounts["full"] != accounts["second-account"]
    assert {answer.status_code for answer in minted} <= {201, 422}
    assert 201 in {answer.status_code for answer in minted}


@pytest.mark.parametrize("provider", FLATS)
def test_machines_coverage_inbox_and_webhooks_are_told(guest: Any, provider: str) -> None:
    machines = guest.get(f"workflows/{provider}")["machines"]
    drawn = guest.control("GET", f"workflows/{provider}?as=mermaid").text
    rows = [row for row in guest.get("coverage")["transitions"] if row["provider"] == provider]

    assert drawn.count("stateDiagram-v2") == len(machines)
    assert {row["resource"] for row in rows} == {machine["resource"] for machine in machines}
    assert isinstance(guest.get(f"inbox/{provider}"), list)
    assert isinstance(guest.get(f"deliveries?provider={provider}"), list)


@pytest.mark.parametrize("provider", FLATS)
def test_a_snapshot_goes_out_and_in_again_unchanged(
    guest: Any, enter: Callable[..., Any], whole: App, provider: str
) -> None:
    guest.get(f"state/{provider}")
    guest.do("POST", "snapshots", {"name": "one"})
    document = guest.get("snapshots/one")
    other = enter(whole, world="empty", seed=1)

    other.do("PUT", "snapshots/one", document)
    other.do("POST", "snapshots/one/restore")
    other.do("POST", "snapshots", {"name": "one"})

    assert other.get("snapshots/one") == document
    assert other.get(f"credentials/{provider}") == guest.get(f"credentials/{provider}")


HOOKS = [
    (name, hook)
    for name, module in FLATS.items()
    for hook in __import__(module, fromlist=["PROVIDER"]).PROVIDER.inbound
]


@pytest.mark.parametrize(("provider", "hook"), HOOKS)
def test_foreign_senders_are_played(guest: Any, provider: str, hook: str) -> None:
    place = f"inbound/{provider}/{hook}"

    early = guest.control("POST", place, {"variant": "replay"})
    valid = guest.do("POST", place)
    spoilt = guest.do("POST", place, {"variant": "bad-signature"})
    again = guest.do("POST", place, {"variant": "replay"})

    assert early.status_code == 409
    assert 200 <= valid["answered"]["status"] < 300
    assert 400 <= spoilt["answered"]["status"] < 500
    assert again["sent"]["body"] == valid["sent"]["body"]


@pytest.mark.parametrize("provider", FLATS)
def test_pages_show_it(guest: Any, provider: str) -> None:
    collection = next(name for name, count in guest.get(f"state/{provider}").items() if count)
    pages = ["", f"records/{provider}", f"records/{provider}/{collection}", f"lifecycles/{provider}"]

    answers = [guest.ask("GET", f"/_inspector/{page}") for page in pages]
    answers += [guest.ask("GET", f"/_docs/{provider}"), guest.ask("GET", f"/{provider}/openapi.yaml")]

    assert [answer.status_code for answer in answers] == [200] * 6
