"""One run against one target: performs items, judges what they saw, cleans up behind them."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import Any

from conformance import clock
from conformance.answer import Answer, MemberMissing
from conformance.capabilities import Capability, declared
from conformance.case import Case
from conformance.check import Item, Suite
from conformance.client import Client
from conformance.contract import Contract
from conformance.control import Control, ControlRefusal
from conformance.doctor import is_doubtful, lost
from conformance.exchange import Breach, Exchange, Redactor
from conformance.failure import Silence, TransportError
from conformance.judge import Broken, NotApplicable, NotTested
from conformance.ledger import Ledger
from conformance.outcome import Finding, Outcome, showable
from conformance.promise import Promises
from conformance.target import Target
from conformance.verdict import Verdict, at_level

_MOST_EXCHANGES = 12


class Session:
    """Holds what the items of a run share. Facts are found out once; the client records everything."""

    def __init__(self, contract: Contract, suite: Suite, target: Target, promises: Promises | None = None) -> None:
        self.contract = contract
        self.suite = suite
        self.target = target
        self.client = Client(target.wire(), contract.operations, suite.headers)
        # Where limits cannot be lifted for the run, they must not be taken for answers.
        self.client.patient = suite.is_limited and target.control is None
        self.promises = promises or Promises(contract.document, contract.operations)
        self.capabilities: dict[str, Capability] = declared(target)
        self.ledger = Ledger()
        self.redactor = target.redactor()
        self.lost = ""
        # What a provider's checks remember from one item to the next, such as users that several of them share.
        self.kept: dict[str, Any] = {}
        self._facts: dict[str, list[str] | str] = {}
        if suite.log_in is not None:
            suite.log_in(Case(self))

    def new_case(self) -> Case:
        """Return a case outside of any item: for the doctor, probes and cleaning up."""
        return Case(self)

    def admit(self, name: str, headers: dict[str, str], secret: str) -> None:
        """Take in a principal that came to life during the run, such as a user with a token of its own."""
        self.target.add(name, headers, secret)
        self.hide(self.target.redactor())

    def hide(self, other: Redactor) -> None:
        """Hide the secrets of another one in this session's report too."""
        self.redactor = Redactor({**self.redactor.secrets, **other.secrets})

    def twin(self, control: Control, sandbox: str, options: dict[str, Any]) -> Session:
        """Return a session like this one in a sandbox of its own, with the credentials of that sandbox."""
        world = {"world": "demo", "clock": "frozen", "progression": "manual", "limits": False, **options}
        target = Target(
            base_url=self.target.base_url,
            control=control,
            credentials=dict(self.target.credentials),
            secrets=dict(self.target.secrets),
            settings=self.target.settings,
        )
        target.enter(control, sandbox, **world)
        # What the twin sends ends up in this session's report: the secrets of both must be hidden there.
        self.hide(target.redactor())
        return Session(self.contract, self.suite, target, self.promises)

    def fact(self, case: Case, name: str) -> list[str]:
        """Return a configured or discovered fact; discovery happens once, and its failure is remembered too."""
        if name in self.target.settings.facts:
            return self.target.settings.facts[name]
        if name not in self._facts:
            try:
                self._facts[name] = self.suite.facts[name](case)
            except NotTested as reason:
                self._facts[name] = str(reason)
        known = self._facts[name]
        if isinstance(known, str):
            raise NotTested(known)
        return known

    def perform(self, item: Item) -> Outcome:
        """Run one item to its outcome. Never raises: trouble of our own is the verdict `error`."""
        began = clock.ticks()
        case = Case(self)
        finding = Finding(item.rule, item.id, Verdict.PASS, required=item.check.required)
        if self.lost:
            finding.verdict, finding.text = Verdict.NOT_TESTED, f"the target was lost before: {self.lost}"
            return Outcome(finding, lost=self.lost)
        at_fault = self._carry_out(item, case, finding)
        others = self._others(item, case, finding)
        if is_doubtful(finding.verdict, case.exchanges):
            self.lost = lost(self, case.exchanges)
            if self.lost:
                finding.verdict, finding.text, others = Verdict.ERROR, f"the target was lost: {self.lost}", []
        finding.verdict = at_level(finding.verdict, self.contract.rules[item.rule].level)
        if finding.verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR):
            self._show(finding, case.exchanges, at_fault)
        finding.seconds = clock.ticks() - began
        return Outcome(finding, others, self.lost)

    def _carry_out(self, item: Item, case: Case, finding: Finding) -> Exchange | None:
        try:
            case.require(*item.needs)
            item.check.do(case, *item.arguments)
        except Broken as broken:
            finding.verdict, finding.text = Verdict.FAIL, broken.text
            finding.expected, finding.received = broken.expected, broken.received
            return broken.answer.exchange if isinstance(broken.answer, Answer) else None
        except MemberMissing as lacking:
            finding.verdict, finding.text = Verdict.FAIL, f"an answer lacks the member {lacking.name!r}"
            finding.expected, finding.received = lacking.name, lacking.members
        except NotTested as reason:
            finding.verdict, finding.text = Verdict.NOT_TESTED, str(reason)
        except NotApplicable as reason:
            finding.verdict, finding.text = Verdict.NOT_APPLICABLE, str(reason)
        except Silence as silence:
            # From a target that answers other requests, silence on this one says nothing about the wire.
            finding.verdict = Verdict.ERROR if lost(self) else Verdict.NOT_TESTED
            finding.text = str(silence)
        except (TransportError, ControlRefusal) as error:
            finding.verdict, finding.text = Verdict.ERROR, str(error)
        except Exception as error:  # a fault of the suite must not pass for one of the target
            finding.verdict = Verdict.ERROR
            finding.text = f"the check itself failed: {type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}"
            self._excuse(finding, case.exchanges, error)
        return None

    def _excuse(self, finding: Finding, exchanges: list[Exchange], error: Exception) -> None:
        """Where a check stumbles over an answer that breaks the document, the breach is the finding."""
        broken: Exchange | None = None
        with suppress(Exception):  # an answer that cannot even be judged excuses nothing
            broken = next((exchange for exchange in exchanges if self.promises.find_breaches(exchange)), None)
        if broken is not None:
            finding.verdict = Verdict.NOT_TESTED
            what = f"{broken.method} {broken.operation or broken.url} is answered with what breaks the document"
            finding.text = f"could not go on: {what} ({type(error).__name__}: {error})"

    def _others(self, item: Item, case: Case, finding: Finding) -> list[Finding]:
        if finding.verdict is Verdict.ERROR:
            return []
        try:
            return self._judge_promises(item, case.exchanges)
        except Exception as error:  # as above: whatever the judge stumbles over is no fault of the target
            finding.verdict, finding.text = Verdict.ERROR, f"an answer could not be judged: {error!r}"
            return []

    def _judge_promises(self, item: Item, exchanges: list[Exchange]) -> list[Finding]:
        """Hold every answer against the document; a breach is charged to the rule that the suite names for it."""
        found: dict[tuple[str, str], Finding] = {}
        for index, exchange in enumerate(exchanges):
            exchange.breaches = self.promises.find_breaches(exchange)
            for breach in exchange.breaches:
                rule = self.suite.blame(breach, exchange) or item.rule
                label = f"{rule}:document[{exchange.operation} {exchange.status} {general(breach)}]"
                if (rule, label) in found:
                    continue
                text = f"the answer breaks the document: {breach.text}" + (
                    f" (at {breach.pointer})" if breach.pointer else ""
                )
                finding = Finding(rule, label, at_level(Verdict.FAIL, self.contract.rules[rule].level), text)
                self._show(finding, exchanges[: index + 1], exchange)
                found[rule, label] = finding
        return list(found.values())

    def _show(self, finding: Finding, exchanges: list[Exchange], at_fault: Exchange | None) -> None:
        shown = exchanges[: exchanges.index(at_fault) + 1] if at_fault in exchanges else exchanges
        finding.exchanges = [self.redactor.exchange(exchange) for exchange in shown[-_MOST_EXCHANGES:]]
        if shown:
            faults = self._request_faults(shown[-1])
            finding.exchanges[-1]["request_fits_document"] = not faults
            finding.exchanges[-1]["request_faults"] = self.redactor.value(faults)
            finding.at_fault = shown[-1].number
        finding.text = self.redactor.text(finding.text)
        # An object is shown as text, which may hold a secret as well.
        for name in ("expected", "received"):
            value = getattr(finding, name)
            if value is not ...:
                setattr(finding, name, self.redactor.value(showable(value)))

    def _request_faults(self, exchange: Exchange) -> list[str]:
        try:
            return self.promises.find_request_faults(exchange)
        except Exception as error:  # a finding must not be lost because the request cannot be read
            return [f"the request could not be judged: {error!r}"]

    def close(self) -> list[str]:
        """Remove what was made, then the sandbox; what could not be removed."""
        left: list[str] = []
        undo = self.suite.undo
        if self.target.sandbox is None and undo is not None and not self.lost:
            left = self.ledger.clean_up(lambda id: undo(Case(self), id))
        self.target.close()
        self.client.close()
        return left


def general(breach: Breach) -> str:
    """Return a breach's place with array positions left out, so that twenty items of a list make one finding."""
    place = "/".join("*" if token.isdigit() else token for token in breach.pointer.split("/"))
    return " ".join(part for part in (place, breach.keyword or breach.kind) if part)
