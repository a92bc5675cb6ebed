"""The command `run`: doctor, capabilities, pytest over the requirements, generation, the result and its reports."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import pytest

from conformance import clock
from conformance.baseline import read_baseline
from conformance.capabilities import probed
from conformance.check import Suite
from conformance.checks import find_suite
from conformance.config import Settings
from conformance.contract import Contract, open_contract
from conformance.doctor import examine, lost, trouble
from conformance.failure import Misconfigured, TransportError, Untestable
from conformance.fuzz.play import fuzz
from conformance.judge import NotTested
from conformance.outcome import Finding, Outcome
from conformance.plugin import Host
from conformance.reports import FORMATS, canonical
from conformance.session import Session
from conformance.target import Target, find_target


@dataclass(frozen=True)
class Wishes:
    """What the command line wants of a run besides its settings."""

    keyword: str = ""
    workers: int = 0
    strict: bool = False
    reports: tuple[tuple[str, str], ...] = (("text", "-"),)
    quiet: bool = False


@dataclass
class Findings:
    """What a run gathered, whichever way it ended."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: str = ""

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Add outcomes."""
        for outcome in outcomes:
            self.findings += [outcome.own, *outcome.others]
            self.lost = self.lost or outcome.lost


def run(settings: Settings, wishes: Wishes) -> int:
    """Carry out a run and write its reports; the exit code."""
    contract = open_contract(settings.provider, settings.overlay_file)
    suite = find_suite(settings.provider)
    accepted = read_baseline(Path(settings.baseline) if settings.baseline else None, set(contract.rules))
    items = [(item.id, item.rule) for item in suite.items(contract)]
    require_places(wishes.reports)
    session = _open(contract, suite, find_target(settings, contract))
    began = clock.now()
    try:
        diagnoses = examine(session)
        bad = trouble(diagnoses)
        if bad is not None:
            raise Untestable(f"{bad.name}: {bad.detail}; {bad.advice}" if bad.advice else f"{bad.name}: {bad.detail}")
        gathered = _carry_out(session, settings, wishes)
        session.lost = gathered.lost
    finally:
        left = session.close()
    if left:
        gathered.notes.append(f"left on the target: {', '.join(left)}")
    result = canonical.build(
        contract,
        session.target,
        gathered.findings,
        items=items,
        began=began,
        ended=clock.now(),
        capabilities=session.capabilities.values(),
        diagnoses=diagnoses,
        accepted=accepted,
        lost=gathered.lost,
        selection=wishes.keyword,
        notes=gathered.notes,
        strict=wishes.strict,
    )
    write_reports(result, wishes.reports)
    return int(result["summary"]["exit_code"])


def _open(contract: Contract, suite: Suite, target: Target) -> Session:
    """Open a session; a target that refuses the first calls keeps no sandbox of ours."""
    try:
        return Session(contract, suite, target)
    except BaseException:
        target.close()
        raise


def _carry_out(session: Session, settings: Settings, wishes: Wishes) -> Findings:
    gathered = Findings()
    _sweep(session, gathered)
    for capability in probed(session):
        session.capabilities[capability.name] = capability
    gathered.take(_pytest(session, settings, wishes))
    if settings.fuzz and not wishes.keyword and not gathered.lost:
        if settings.read_only:
            gathered.notes.append("nothing was generated: a read-only run sends no writes")
        else:
            findings, notes = fuzz(session)
            gathered.notes += notes
            gathered.lost = lost(session)
            # What was found while the target went away may have come of that.
            gathered.findings += [] if gathered.lost else findings
    return gathered


def _sweep(session: Session, gathered: Findings) -> None:
    """Remove what a run that died left on a target that has no sandboxes."""
    if session.suite.sweep is None or session.target.sandbox or session.target.settings.read_only:
        return
    try:
        session.suite.sweep(session.new_case())
    except (NotTested, TransportError) as reason:
        gathered.notes.append(f"not swept: {reason}")


def _pytest(session: Session, settings: Settings, wishes: Wishes) -> list[Outcome]:
    host = Host(session, None if wishes.quiet else progress_to(sys.stderr))
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        told, ini = Path(folder) / "settings.json", Path(folder) / "none.ini"
        told.write_text(json.dumps(settings.as_json()), "utf-8")
        ini.write_text("[pytest]\n", "utf-8")
        arguments = [
            str(session.contract.folder / "rules.yaml"),
            *("-p", "conformance.plugin", "--conformance", str(told)),
            # Nothing of the place where the command is run: no configuration, no conftest, no plugins, no cache.
            *("-c", str(ini), "--rootdir", folder, "--noconftest", "--disable-plugin-autoload"),
            *("-p", "no:cacheprovider", "-p", "no:terminal"),
            *(("-k", wishes.keyword) if wishes.keyword else ()),
            *(("-p", "xdist", "-n", str(wishes.workers)) if wishes.workers else ()),
        ]
        code = pytest.main(arguments, plugins=[host])
    if host.trouble == "interrupted":
        raise KeyboardInterrupt
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise Misconfigured(f"the selection {wishes.keyword!r} matches no requirement")
    if code == pytest.ExitCode.USAGE_ERROR:
        raise Misconfigured(
            f"pytest does not understand its arguments; is {wishes.keyword!r} a selection as -k takes it?"
        )
    if code == pytest.ExitCode.INTERNAL_ERROR or host.trouble:
        raise RuntimeError(f"pytest could not run the requirements: {host.trouble or 'internal error'}")
    return host.outcomes


def progress_to(stream: TextIO) -> Callable[[Outcome, int, int], None]:
    """Return what shows progress: one line that is written over on a terminal, a line per hundred items elsewhere."""

    def show(outcome: Outcome, done: int, total: int) -> None:
        if stream.isatty():
            stream.write(f"\r{done}/{total} {outcome.own.item[:60]:60}" + ("\n" if done == total else ""))
            stream.flush()
        elif done % 100 == 0 or done == total:
            stream.write(f"{done}/{total} items\n")

    return show


def require_places(reports: Iterable[tuple[str, str]]) -> None:
    """Raise `Misconfigured` for a report that could not be written, before the run and not after it."""
    for place in (place for _, place in reports if place != "-"):
        try:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(f"report {place} cannot be written: {error.strerror}") from None
        if Path(place).is_dir():
            raise Misconfigured(f"report {place} cannot be written: it is a folder")


def write_reports(result: dict[str, Any], reports: Iterable[tuple[str, str]]) -> None:
    """Write each report to its file, `-` being the standard output."""
    for form, place in reports:
        text = FORMATS[form](result)
        if place == "-":
            sys.stdout.write(text)
            continue
        try:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            Path(place).write_text(text, "utf-8")
        except OSError as error:
            raise Misconfigured(f"report {place} cannot be written: {error.strerror}") from None
