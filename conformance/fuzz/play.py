"""Runs schemathesis in a process of its own, within bounds, and turns what it found into findings."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conformance import pointer
from conformance.case import Case
from conformance.failure import TransportError
from conformance.fuzz.plan import CHECKS, configuration
from conformance.fuzz.reading import Failure, Told, read_events
from conformance.judge import NotTested
from conformance.outcome import Finding
from conformance.session import Session, general
from conformance.verdict import Verdict, at_level

_OF_THE_DOCUMENT = (
    *("not_a_server_error", "response_schema_conformance", "status_code_conformance"),
    *("content_type_conformance", "response_headers_conformance"),
)


def fuzz(session: Session) -> tuple[list[Finding], list[str]]:
    """Generate calls for a bounded time; the findings, and notes on what was or was not done."""
    if find_spec("schemathesis") is None:
        return [], ["nothing was generated: schemathesis is not installed (the extra `conformance` brings it)"]
    told, trouble = _play(session)
    if trouble:
        return [], [f"nothing can be said of generated calls: {trouble}"]
    _note_creations(session, told)
    findings: dict[tuple[str, str], Finding] = {}
    for failure in told.failures:
        for finding in _findings(session, failure):
            findings.setdefault((finding.rule, finding.item), finding)
    notes = [f"{told.calls} generated calls, {len(told.failures)} of them with a failed check"]
    return list(findings.values()), notes + [f"generation: {error}" for error in told.errors[:5]]


def _special(session: Session) -> dict[str, dict[str, str]]:
    """Return the credentials of the security schemes for which the suite names another principal than `full`."""
    found = {}
    for scheme, principal_of in session.suite.principals.items():
        with suppress(NotTested):
            found[scheme] = session.target.credentials[principal_of(session.new_case())]
    return found


def _play(session: Session) -> tuple[Told, str]:
    target, contract = session.target, session.contract
    headers = {**session.suite.headers, **target.wire().headers}
    samples = dict(_samples(session))
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        document, config, events = (
            Path(folder) / name for name in ("openapi.json", "schemathesis.toml", "events.ndjson")
        )
        document.write_text(json.dumps(contract.document), "utf-8")
        seconds = target.settings.fuzz_seconds
        usual, special = target.credentials["full"], _special(session)
        text = configuration(contract, target.base_url, usual, headers, seconds, samples, special)
        config.write_text(text, "utf-8")
        arguments = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(document)),
            *("--report", "ndjson", "--report-ndjson-path", str(events), "--no-color", "--continue-on-failure"),
            *("--checks", ",".join(CHECKS), "--phases", target.settings.fuzz_phases),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and files
                arguments, cwd=folder, capture_output=True, text=True, timeout=seconds * 2 + 60
            )
        except subprocess.TimeoutExpired:
            return Told([], [], [], 0, ""), "schemathesis did not end in time"
        told = read_events(events, contract, target.base_url)
    if told.stopped == "server_unavailable":
        return told, "the target stopped answering"
    if not told.calls:
        last = (done.stdout + done.stderr).strip().splitlines()[-3:]
        return told, f"schemathesis ended with {done.returncode} before its first call: {' '.join(last)[:300]}"
    return told, ""


def _samples(session: Session) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield path values of existing things for reading operations; made-up ids would only ever see 404."""
    sample = session.suite.sample
    case = Case(session)
    for operation in session.contract.operations.values():
        if operation.method == "GET" and operation.in_place("path") and sample is not None:
            try:
                yield operation.id, sample(case, operation.id)
            except (NotTested, TransportError):
                continue


def _note_creations(session: Session, told: Told) -> None:
    for exchange in told.made:
        try:
            id = pointer.read(json.loads(exchange.body), session.suite.identity)
        except ValueError:
            continue
        if isinstance(id, str):
            session.ledger.add(id)


def _findings(session: Session, failure: Failure) -> Iterator[Finding]:
    exchange = failure.exchange
    if failure.check in _OF_THE_DOCUMENT:
        # The written checks' own judge knows the exact place; without its consent the tool's word stands.
        exchange.breaches = session.promises.find_breaches(exchange)
        for breach in exchange.breaches:
            rule = session.suite.blame(breach, exchange)
            if rule is not None:
                label = f"{exchange.operation} {exchange.status} {general(breach)}"
                yield _finding(session, rule, label, f"the answer breaks the document: {breach.text}", failure)
        if exchange.breaches:
            return
    blame = session.suite.fuzz_blame
    rule = blame(failure.check, exchange.operation or "", exchange.status) if blame else None
    if rule is not None:
        label = f"{failure.check} {exchange.operation or exchange.method} {exchange.status}"
        yield _finding(session, rule, label, f"{failure.title}: {failure.message}", failure)


def _finding(session: Session, rule: str, label: str, text: str, failure: Failure) -> Finding:
    verdict = at_level(Verdict.FAIL, session.contract.rules[rule].level)
    finding = Finding(rule, f"{rule}:generated[{label}]", verdict, session.redactor.text(text))
    finding.received = failure.exchange.status
    finding.exchanges = [session.redactor.exchange(failure.exchange)]
    finding.at_fault = failure.exchange.number
    return finding
