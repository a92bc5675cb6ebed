"""The command `mutate`: every fault one at a time, in this process or several, and the table of what was seen."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from conformance.config import Settings
from conformance.failure import Misconfigured
from conformance.mutants.anchor import Anchor, alarms
from conformance.mutants.fault import HARMLESS, KINDS, BadCatalogue, Fault, check, faults_of
from conformance.mutants.table import Sight, table
from conformance.mutants.trial import Bench, Trial


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    harmless: bool = True
    whole: bool = False
    workers: int = 1
    shuffles: int = 0
    anchor_seconds: int = 0
    sample: int = 0
    report: str = ""
    quiet: bool = False


def chosen(provider: str, wanted: Wanted) -> list[Fault]:
    """Return the faults that are asked for; `Misconfigured` names what there is instead."""
    try:
        known = faults_of(provider)
    except BadCatalogue as error:
        raise Misconfigured(str(error)) from None
    unknown = set(wanted.kinds) - {*KINDS, HARMLESS}
    if unknown:
        raise Misconfigured(f"unknown kind {', '.join(sorted(unknown))}; valid: {', '.join((*KINDS, HARMLESS))}")
    found = [
        fault
        for fault in known
        if (not wanted.ids or fault.id in wanted.ids)
        and (not wanted.kinds or fault.kind in wanted.kinds)
        and (wanted.harmless or not fault.is_harmless)
    ]
    return sampled(found, wanted.sample) if wanted.sample else found


def sampled(faults: list[Fault], count: int) -> list[Fault]:
    """Return so many faults, drawn by their names alone: always the same ones, whatever became of them before."""
    drawn = sorted(faults, key=lambda fault: hashlib.blake2b(f"{fault.provider}/{fault.id}".encode()).digest())[:count]
    return [fault for fault in faults if fault in drawn]


def listing(providers: list[str], wanted: Wanted) -> str:
    """Return one line per fault."""
    faults = [fault for provider in providers for fault in chosen(provider, wanted)]
    lines = [f"{f.provider} {f.id} [{f.kind}] {f.says} -> {', '.join(f.expect) or 'nothing'}" for f in faults]
    return "\n".join([*lines, f"{len(faults)} in all"]) + "\n"


def mutate(settings: list[Settings], wanted: Wanted) -> int:
    """Carry out the eye test and print it; 0 where every aim was reached, else 1."""
    sight = Sight(anchor_seconds=wanted.anchor_seconds)
    found = {one.provider: chosen(one.provider, wanted) for one in settings}
    missing = set(wanted.ids) - {fault.id for faults in found.values() for fault in faults}
    if missing:
        raise Misconfigured(f"unknown fault {', '.join(sorted(missing))}; `conformance mutate --list` shows them all")
    for one in settings:
        _look(one, found[one.provider], wanted, sight)
    sys.stdout.write(table(sight))
    if wanted.report:
        try:
            Path(wanted.report).write_text(json.dumps(sight.as_json(), indent=1) + "\n", "utf-8")
        except OSError as error:
            raise Misconfigured(f"report {wanted.report} cannot be written: {error.strerror}") from None
    return 0 if sight.reached() else 1


def _look(settings: Settings, faults: list[Fault], wanted: Wanted, sight: Sight) -> None:
    bench, provider = Bench(settings), settings.provider
    try:
        check(faults, bench.contract)
    except BadCatalogue as error:
        raise Misconfigured(str(error)) from None
    verdicts, sight.seconds[provider] = bench.look()
    red = [item for item, verdict in verdicts.items() if verdict in ("fail", "warn")]
    sight.red_before[provider] = red
    anchor = None
    if wanted.anchor_seconds and any(not fault.is_harmless for fault in faults):
        # It draws new input each time it runs longer: what it says without a fault is asked for with twice the time.
        usual = alarms(bench, Anchor(wanted.anchor_seconds * 2), None)
        anchor = Anchor(wanted.anchor_seconds, frozenset(usual))
        sight.anchor_usual[provider] = usual
    for done, trial in enumerate(_trials(settings, faults, red, wanted, anchor), 1):
        sight.trials.append(trial)
        if not wanted.quiet:
            sys.stderr.write(f"{provider} {done}/{len(faults)} {trial.fault}: {_word(trial)} ({trial.seconds:.1f} s)\n")
    _shuffle(bench, verdicts, wanted, sight)


def _word(trial: Trial) -> str:
    if trial.kind == HARMLESS:
        return f"FALSE ALARM {trial.shown or trial.errors}" if trial.red or trial.errors else "no alarm"
    said = "named" if trial.is_named else "killed" if trial.is_killed else f"SURVIVED {trial.untestable}"
    return said if trial.anchor is None else f"{said}; schemathesis: {'killed' if trial.anchor else 'survived'}"


def _trials(
    settings: Settings, faults: list[Fault], red: list[str], wanted: Wanted, anchor: Anchor | None
) -> Iterator[Trial]:
    jobs = [(settings, fault.id, red, wanted.whole, anchor) for fault in faults]
    if wanted.workers < 2:
        yield from map(_try, jobs)
        return
    with ProcessPoolExecutor(wanted.workers, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_try, jobs)


_BENCHES: dict[str, Bench] = {}


def _try(job: tuple[Settings, str, list[str], bool, Anchor | None]) -> Trial:
    settings, id, red, whole, anchor = job
    bench = _BENCHES.get(settings.provider) or _BENCHES.setdefault(settings.provider, Bench(settings))
    fault = next(fault for fault in faults_of(settings.provider) if fault.id == id)
    trial = bench.try_fault(fault, red, whole=whole)
    if anchor is not None and not fault.is_harmless:
        trial.anchor = alarms(bench, anchor, fault)
    return trial


def _shuffle(bench: Bench, verdicts: dict[str, str], wanted: Wanted, sight: Sight) -> None:
    changed: set[str] = set()
    for order in range(wanted.shuffles):
        again, _ = bench.look(order + 1)
        changed |= {item for item in {*again, *verdicts} if again.get(item) != verdicts.get(item)}
        if not wanted.quiet:
            sys.stderr.write(f"{bench.settings.provider} shuffled run {order + 1}/{wanted.shuffles}\n")
    if wanted.shuffles:
        sight.steady[bench.settings.provider] = (wanted.shuffles, len(bench.items), sorted(changed))
