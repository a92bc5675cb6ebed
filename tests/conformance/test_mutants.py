"""The eye test itself: catalogues, the door, trials and the table, against the rival of products."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from rival import serving
from rival_query import TOKENS

from conformance.cli import main
from conformance.config import Settings
from conformance.contract import Contract, open_contract
from conformance.mutants.door import open_door
from conformance.mutants.fault import KINDS, BadCatalogue, Fault, When, _read, check, faults_of
from conformance.mutants.message import Call
from conformance.mutants.table import Sight, table
from conformance.mutants.trial import Bench, Trial
from conformance.receiver import Receiver
from specs import PROVIDERS


def a_fault(*expect: str, at: str = "getProduct", kind: str = "body", **do: object) -> Fault:
    steps = tuple((name.replace("_", "-"), options) for name, options in do.items())
    return Fault("X", "products", kind, "Something is wrong.", (at,), steps, expect)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def bench(rival: str) -> Bench:
    bench = Bench(Settings("products", base_url=rival, control_url="none", tokens=TOKENS))
    bench.items = [item for item in bench.items if item.rule in ("PR-010", "PR-011", "PR-020", "PR-021", "PR-027")]
    return bench


@pytest.fixture
def door_url(rival: str, contract: Contract) -> Iterator[str]:
    with open_door(rival, contract, None) as door:
        yield door.url


def flags(url: str) -> list[str]:
    tokens = [f"--token={who}={token}" for who, token in TOKENS.items()]
    return ["--provider", "products", "--base-url", url, "--control-url", "none", *tokens, "-q"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_catalogue_names_operations_and_requirements_that_exist(provider: str) -> None:
    faults = faults_of(provider)

    check(faults, open_contract(provider))

    assert len([fault for fault in faults if not fault.is_harmless]) >= 25


def test_the_catalogues_are_large_enough_and_of_every_kind() -> None:
    faults = [fault for provider in PROVIDERS for fault in faults_of(provider)]

    counted = Counter(fault.kind for fault in faults)
    variants = {(fault.id, fault.says) for fault in faults if fault.is_harmless}
    assert sum(counted[kind] for kind in KINDS) >= 150
    assert set(KINDS) <= set(counted)
    assert len(variants) >= 25


def test_every_rule_that_a_fault_breaks_is_checked(contract: Contract) -> None:
    """A fault that no item could name would lower the figure for nothing."""
    for provider in PROVIDERS:
        promise = open_contract(provider)
        untested = {rule.id for rule in promise.rules.values() if rule.not_tested}
        for fault in faults_of(provider):
            assert not fault.expect or set(fault.expect) - untested, fault.id


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"kind": "odd"}, "valid: status"),
        ({"kind": "body", "expect": "PR-1", "says": "x", "do": {"droop": {}}}, "unknown operator"),
        ({"kind": "body", "says": "x", "do": {"drop": {"pointer": ""}}}, "needs `says`, `do`, and `expect`"),
        ({"kind": "harmless", "expect": "PR-1", "says": "x", "do": {"slow": {}}}, "needs `says`, `do`, and `expect`"),
        ({"kind": "body", "expekt": "PR-1"}, "unknown members \\['expekt'\\]"),
    ],
)
def test_a_broken_entry_is_refused_by_name(raw: dict[str, object], said: str) -> None:
    with pytest.raises(BadCatalogue, match=said):
        _read("products", {"id": "X", **raw})


def test_a_fault_of_an_unknown_requirement_is_refused(contract: Contract) -> None:
    with pytest.raises(BadCatalogue, match="PR-999"):
        check([a_fault("PR-999", drop={"pointer": ""})], contract)


def test_when_picks_calls_by_what_they_say() -> None:
    call = Call([("X-A", "1")], b'{"a": {"b": 2}}', "POST", "/p/7", "q=3", who="full")

    assert When(method=("POST",), query={"q": "3"}, member={"/a/b": 2}, header={"x-a": "*"}, who=("full",)).fits(call)
    assert When(query={"r": None}, member={"/c": None}, path="/p/", text='"b"').fits(call)
    assert When(query={"q": "~^[0-9]$"}).fits(call)
    for other in (When(method=("GET",)), When(query={"q": "4"}), When(member={"/a/b": "2"}), When(who=("none",))):
        assert not other.fits(call)
    for other in (When(header={"X-A": None}), When(path="^/x"), When(text="zzz"), When(query={"r": "*"})):
        assert not other.fits(call)


def test_a_door_without_a_fault_changes_nothing(rival: str, door_url: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['full']}", "Content-Type": "application/vnd.api+json"}
    path = "/api/v1/products/3?include=label"

    direct, through = (requests.get(url + path, headers=headers, timeout=10) for url in (rival, door_url))

    assert through.status_code == direct.status_code
    assert through.content == direct.content.replace(rival.encode(), door_url.encode())
    own = ("Date", "Connection", "Content-Length", "Server")
    kept = [{name: value for name, value in one.headers.items() if name not in own} for one in (direct, through)]
    assert kept[0] == kept[1] != {}


def test_a_door_to_nobody_answers_nothing(contract: Contract) -> None:
    with serving() as gone:
        pass

    with open_door(gone, contract, None) as door, pytest.raises(requests.ConnectionError):
        requests.get(f"{door.url}/api/v1/products", timeout=10)


def test_a_fault_is_named_by_the_requirement_that_it_breaks(bench: Bench) -> None:
    """PR-011, PR-021"""
    missing = bench.try_fault(a_fault("PR-011", drop={"pointer": "/data/attributes/name"}))
    miscounted = bench.try_fault(
        a_fault("PR-021", at="listProducts", count={"pointer": "/meta/page/total", "items": "/data"})
    )

    assert [trial.is_named for trial in (missing, miscounted)] == [True, True], (missing.red, miscounted.red)
    assert missing.hits > 0
    assert missing.errors == []


def test_a_fault_that_is_none_survives_every_item(bench: Bench) -> None:
    trial = bench.try_fault(a_fault("PR-011", header={"name": "X-Served-By", "value": "edge"}))

    assert (trial.is_killed, trial.is_named, trial.errors) == (False, False, [])
    assert trial.hits > 0


def test_a_fault_that_falls_over_is_an_error_of_the_eye_test(bench: Bench) -> None:
    trial = bench.try_fault(a_fault("PR-010", text={"find": "(", "by": ""}))

    assert any("the fault fell over" in text for text in trial.errors)


def test_what_is_red_without_a_fault_does_not_count(contract: Contract) -> None:
    with serving("P05-total-counts-the-page") as url:
        bench = Bench(Settings("products", base_url=url, control_url="none", tokens=TOKENS))
        bench.items = [item for item in bench.items if item.rule in ("PR-020", "PR-021")]
        verdicts, _ = bench.look()
        red = [item for item, verdict in verdicts.items() if verdict == "fail"]

        trial = bench.try_fault(a_fault("PR-021", header={"name": "X-A", "value": "1"}), red)

    assert red
    assert not trial.is_killed


def test_the_same_items_run_in_any_order(bench: Bench) -> None:
    orders = [bench.look(order)[0] for order in (1, 2)]

    assert orders[0] == orders[1]
    assert list(orders[0]) != list(orders[1])


def test_a_webhook_comes_through_the_door_and_can_be_lost(contract: Contract) -> None:
    """The address of a receiver is led through the door in what is sent, and back in what is answered."""
    fault = a_fault("PR-011", hook_lose={"only": "ping"})
    with Receiver() as receiver, serving() as target, open_door(target, contract, fault) as door:
        call = Call(body=f'{{"url": "{receiver.url}"}}'.encode(), method="POST", path="/elsewhere")
        call.set_header("Host", f"127.0.0.1:{door.port}")
        door.pass_on(call)
        led = call.json["url"]
        answered = [requests.post(led, data=text, timeout=10).status_code for text in ("ping", "pong")]
        received = receiver.wait_for(1)

    assert led.startswith(f"{door.url}/_hook/")
    assert answered == [200, 200]
    assert [(parcel.path, parcel.body) for parcel in received] == [("/hook", b"pong")]


def a_trial(fault: str, kind: str, *red: str, **more: object) -> Trial:
    return Trial(fault, "products", kind, "It is wrong.", ["PR-001"], list(red), **more)  # type: ignore[arg-type]


def test_the_table_counts_by_kind_and_names_what_was_missed() -> None:
    sight = Sight(
        [
            a_trial("A", "body", "PR-001", anchor=["x"]),
            a_trial("B", "body", "PR-002", anchor=[]),
            a_trial("C", "paging", anchor=[], hits=3),
            a_trial("D", "harmless", "PR-003", shown=["PR-003: red"]),
            a_trial("E", "harmless"),
        ],
        seconds={"products": 9.0},
        anchor_seconds=5,
    )

    told = table(sight).splitlines()

    assert told[1].split() == ["body", "2", "2", "1", "1"]
    assert told[4].split() == ["all", "3", "2", "1", "1"]
    assert "  products C: It is wrong. (it acted 3 times)" in told
    assert "  products B: expected PR-001; red: PR-002" in told
    assert "  products D: PR-003: red" in told
    assert "2 harmless variants, 1 false alarms" in told
    assert told[-1].startswith("NOT every aim reached")


@pytest.mark.slow
def test_the_command_tells_what_it_saw(rival: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "sight.json"
    chosen = ["--fault", "R01-name-missing", "--fault", "P05-total-counts-the-page", "--report", str(report)]

    code = main(["mutate", *flags(rival), *chosen])

    told = json.loads(report.read_text("utf-8"))
    assert code == 0, capsys.readouterr().out
    assert (told["faults"], told["killed"], told["named"], told["false_alarms"]) == (2, 2, 2, 0)
    assert "every aim reached" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "nonsense"], "unknown fault nonsense"),
        (["--kind", "nonsense"], "unknown kind nonsense; valid: status"),
    ],
)
def test_a_wrong_selection_is_a_mistake_of_the_command_line(
    arguments: list[str], said: str, rival: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mutate", *flags(rival), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_sample_is_always_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for _ in range(2):
        assert main(["mutate", "--list", "--provider", "products", "--sample", "5"]) == 0
        shown.append(capsys.readouterr().out)

    assert shown[0] == shown[1]
    assert shown[0].splitlines()[-1] == "5 in all"


def test_the_list_shows_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", "--list", "--provider", "products", "--no-harmless"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[-1] == f"{len(lines) - 1} in all"
    assert any(line.startswith("products R01-name-missing [body] ") and line.endswith("-> PR-011") for line in lines)
