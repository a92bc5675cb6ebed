"""With a control API: a sandbox of the run's own, its credentials, and what only a tester can do."""

from __future__ import annotations

import io
from pathlib import Path

from rival_control import serving_sandboxes

from conformance.check import Suite
from conformance.config import Settings
from conformance.contract import Contract
from conformance.promise import Promises
from conformance.scenarios.replay import replay_files
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict

SCENARIOS = Path(__file__).parents[2] / "fixtures" / "products" / "scenarios"


def test_a_run_touches_only_its_own_sandbox(contract: Contract, suite: Suite, promises: Promises) -> None:
    with serving_sandboxes() as (origin, application):
        before = dict(application.worlds["default"].products)
        session = Session(contract, suite, find_target(Settings("products", f"{origin}/products"), contract), promises)
        found = [session.perform(item).own for item in suite.items(contract) if item.rule in ("PR-033", "PR-092")]
        sandbox = session.target.sandbox
        session.close()

        assert {finding.verdict for finding in found} == {Verdict.PASS}, [finding.text for finding in found]
        assert application.worlds["default"].products == before
        assert application.opened == [sandbox] == application.closed
        assert {name for name, _, path in application.requests if path.startswith("/products/")} == {sandbox}


def test_credentials_come_from_the_control_api(contract: Contract) -> None:
    with serving_sandboxes() as (origin, _):
        target = find_target(Settings("products", f"{origin}/products"), contract)

        assert set(target.credentials) == {"full", "second-account", "expired"}
        assert target.accounts["second-account"]["account"] == "second-account"
        target.close()


def test_a_check_can_have_a_sandbox_of_its_own(contract: Contract, suite: Suite, promises: Promises) -> None:
    with serving_sandboxes() as (origin, application):
        session = Session(contract, suite, find_target(Settings("products", f"{origin}/products"), contract), promises)
        case = session.new_case()
        with case.own_sandbox(clock="frozen") as inside:
            status = inside.call("listProducts").status
            name = inside.session.target.sandbox
        session.close()

        assert status == 200
        assert name != session.target.sandbox
        assert name in application.closed
        assert [exchange.operation for exchange in case.exchanges] == ["listProducts"]


def test_each_scenario_is_played_in_a_fresh_sandbox() -> None:
    with serving_sandboxes() as (origin, application):
        out = io.StringIO()
        files = sorted(SCENARIOS.glob("*.yaml"))[:2]
        code = replay_files(files, {}, lambda provider: Settings(provider, f"{origin}/{provider}"), out)

        assert code == 0, out.getvalue()
        assert len(set(application.opened)) == 2
        assert sorted(application.opened) == sorted(application.closed)
