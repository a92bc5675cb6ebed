"""Every provider's suite against a right server that goes wrong on the way: nothing is called broken."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from test_honesty import listening
from werkzeug.test import Client
from werkzeug.wrappers import Response

from conformance.check import Item
from conformance.checks import find_suite
from conformance.config import Settings
from conformance.contract import Contract, open_contract
from conformance.doctor import examine, trouble
from conformance.outcome import Finding
from conformance.promise import Promises
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict
from mockserver.app import App, build
from mockserver.settings import read_settings
from specs import PROVIDERS

# Items that write and read back, a dozen per provider.
RULES = {
    "gard": ("GARD-133", "GARD-134", "GARD-156", "GARD-157", "GARD-159", "GARD-160"),
    "tonegrid": ("TG-061", "TG-062", "TG-064", "TG-066"),
    "yourmusic": ("YM-022", "YM-023", "YM-025", "YM-026", "YM-027"),
    "products": ("PR-080", "PR-082", "PR-092", "PR-093", "PR-095"),
    "og_records": ("OG-060", "OG-061", "OG-062", "OG-075"),
}
WELL = 14
TROUBLES: dict[str, Callable[[Any, Any], Any] | Response] = {
    "says 503": Response('{"message": "back soon"}', 503, content_type="application/json"),
    "crashes": Response('{"message": "oops"}', 500, content_type="application/json"),
    "forgets the credentials": Response('{"message": "who are you?"}', 401, content_type="application/json"),
    "leads to a login": Response("", 302, headers={"Location": "https://login.example.com/"}),
    "is a web page": Response("<html>Log in", 200, content_type="text/html"),
    "is an empty object": Response("{}", 200, content_type="application/json"),
}


def cut(environ: Any, start_response: Any) -> Any:
    """Drop the connection in place of an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


@pytest.fixture(scope="module")
def whole_house() -> Iterator[App]:
    """A house with every provider, all in memory, that limits nobody."""
    app = build(read_settings({"providers": PROVIDERS, "limits": False}, {}))
    yield app
    app.close()


class Turning:
    """The mock, which after some requests gives its place to trouble."""

    def __init__(self, house: App, trouble: Callable[[Any, Any], Any] | Response) -> None:
        self.house, self.trouble, self.left = house, trouble, WELL

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.left -= 1
        return (self.house.wsgi if self.left >= 0 else self.trouble)(environ, start_response)


def credentials(house: App, provider: str) -> dict[str, dict[str, str]]:
    """Return the headers of the principals that a tester would be given."""
    entries = Client(house.wsgi).get(f"/_control/credentials/{provider}").get_json()
    named = {entry["name"]: entry for entry in entries}
    return {name: {named[name]["header"]: named[name]["value"]} for name in ("full", "second-account")}


def dozen(contract: Contract) -> list[Item]:
    """Return items of the rules that are looked at, without those that need more than a token."""
    wanted = RULES[contract.provider]
    items = [item for item in find_suite(contract.provider).items(contract) if item.rule in wanted]
    return [item for item in items if not {"control", "clock"} & set(item.needs)][:12]


def session_at(url: str, house: App, contract: Contract) -> Session:
    principals = credentials(house, contract.provider)
    settings = Settings(
        contract.provider, base_url=f"{url}/{contract.provider}", control_url="none", principals=principals
    )
    promises = Promises(contract.document, contract.operations)
    return Session(contract, find_suite(contract.provider), find_target(settings, contract), promises)


@pytest.fixture(scope="module", params=PROVIDERS)
def contract(request: pytest.FixtureRequest) -> Contract:
    return open_contract(request.param)


def test_the_right_server_is_testable_and_keeps_what_is_looked_at(whole_house: App, contract: Contract) -> None:
    with listening(whole_house.wsgi) as url:
        session = session_at(url, whole_house, contract)
        diagnoses = examine(session)
        found = [session.perform(item).own for item in dozen(contract)]
        session.close()

    assert trouble(diagnoses) is None
    assert {finding.verdict for finding in found} == {Verdict.PASS}, [f.text for f in found]


@pytest.mark.parametrize("went", [*TROUBLES.values(), cut], ids=[*TROUBLES, "hangs up"])
def test_what_is_found_while_the_server_goes_away_is_not_believed(
    whole_house: App, contract: Contract, went: Callable[[Any, Any], Any]
) -> None:
    found: list[Finding] = []
    with listening(Turning(whole_house, went)) as url:
        session = session_at(url, whole_house, contract)
        for item in dozen(contract):
            outcome = session.perform(item)
            found += [outcome.own, *outcome.others]
        session.close()

    verdicts = [finding.verdict for finding in found]
    assert verdicts[0] is Verdict.PASS, found[0].text
    assert session.lost
    assert Verdict.FAIL not in verdicts
    assert Verdict.WARN not in verdicts
    assert verdicts.count(Verdict.ERROR) == 1
    assert set(verdicts[verdicts.index(Verdict.ERROR) + 1 :]) == {Verdict.NOT_TESTED}
