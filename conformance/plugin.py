"""pytest as the runner: each requirement instance is one item, found under the provider's rules.yaml.

`conformance run` starts pytest with this plugin. It works by itself as well, also spread over processes with xdist:
`pytest -p conformance.plugin --conformance SETTINGS.json specs/products/rules.yaml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.check import Item
from conformance.checks import find_suite
from conformance.config import Settings
from conformance.contract import Contract, open_contract
from conformance.outcome import Finding, Outcome, outcome_from_json
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict

_PROPERTY = "conformance"
_HOST = "conformance-host"


class Host:
    """What the command line hands to pytest: the session to run in, and where the outcomes are gathered."""

    def __init__(self, session: Session, progress: Any = None) -> None:
        self.session = session
        self.outcomes: list[Outcome] = []
        self.total = 0
        self.trouble = ""
        self._progress = progress
        self.__name__ = _HOST  # the name under which pytest registers it

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what will run."""
        self.total = len(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather an outcome, from this process or another."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == _PROPERTY:
                outcome = outcome_from_json(json.loads(str(value)))
                self.outcomes.append(outcome)
                if self._progress is not None:
                    self._progress(outcome, len(self.outcomes), self.total)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the reason why nothing could be collected."""
        if report.failed:
            self.trouble = str(report.longrepr)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that somebody ended the run; pytest calls this too where the run ends itself."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):
            self.trouble = "interrupted"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the settings of the run from a file, which other processes can read too."""
    parser.addoption("--conformance", metavar="FILE", default=None, help="settings of a conformance run, as JSON")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Requirements | None:
    """Find items under rules.yaml."""
    if file_path.name == "rules.yaml" and parent.config.getoption("--conformance"):
        return Requirements.from_parent(parent, path=file_path)
    return None


class Requirements(pytest.File):
    """One provider's catalogue."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item per requirement instance."""
        settings = settings_of(self.config)
        contract = contract_of(self.config)
        for item in find_suite(settings.provider).items(contract):
            yield Requirement.from_parent(self, name=item.id, item=item)


class Requirement(pytest.Item):
    """One requirement instance."""

    def __init__(self, *, item: Item, **options: Any) -> None:
        super().__init__(**options)
        self.item = item
        # pytest's -k knows names only; the area and the operations are of use there too.
        rule = contract_of(self.config).rules[item.rule]
        self.extra_keyword_matches.update({rule.area, rule.level, *rule.operations})

    def runtest(self) -> None:
        """Perform it; a broken MUST fails, an untested one is skipped."""
        session = session_of(self.config)
        outcome = self._outcome(session)
        self.user_properties.append((_PROPERTY, json.dumps(outcome.as_json())))
        if outcome.lost:
            self.session.shouldstop = f"the target was lost: {outcome.lost}"
        verdict = outcome.own.verdict
        if verdict in (Verdict.NOT_TESTED, Verdict.NOT_APPLICABLE):
            pytest.skip(outcome.own.text)
        broken = [
            finding for finding in (outcome.own, *outcome.others) if finding.verdict in (Verdict.FAIL, Verdict.ERROR)
        ]
        if broken:
            raise BrokenRequirement(broken[0].rule, broken[0].text)

    def _outcome(self, session: Session) -> Outcome:
        try:
            return session.perform(self.item)
        except Exception as error:  # an item that fell over must not be missing from the result, which reads as kept
            text = f"the suite itself failed: {type(error).__name__}: {error}"
            return Outcome(Finding(self.item.rule, self.item.id, Verdict.ERROR, text))

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """Show the sentence, not a traceback through the suite."""
        if isinstance(excinfo.value, BrokenRequirement):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item by its rule."""
        return self.path, None, self.name


class BrokenRequirement(Exception):
    """What pytest sees of a broken requirement."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(f"{rule}: {text}")


_SESSION = pytest.StashKey[Session]()
_CONTRACT = pytest.StashKey[Contract]()


def settings_of(config: pytest.Config) -> Settings:
    """Return the settings that were handed over."""
    return Settings(**json.loads(Path(str(config.getoption("--conformance"))).read_text("utf-8")))


def contract_of(config: pytest.Config) -> Contract:
    """Return the contract, opened once."""
    if _CONTRACT not in config.stash:
        settings = settings_of(config)
        config.stash[_CONTRACT] = open_contract(settings.provider, settings.overlay_file)
    return config.stash[_CONTRACT]


def session_of(config: pytest.Config) -> Session:
    """Return the host's session, or one of this process."""
    host = config.pluginmanager.get_plugin(_HOST)
    if isinstance(host, Host):
        return host.session
    if _SESSION not in config.stash:
        contract = contract_of(config)
        settings = settings_of(config)
        config.stash[_SESSION] = Session(contract, find_suite(settings.provider), find_target(settings, contract))
    return config.stash[_SESSION]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Clean up what this process made; the host cleans up its own session."""
    if _SESSION in session.config.stash:
        session.config.stash[_SESSION].close()
