"""Tells what the eye test saw: by kind, what survived, and where the suite cried for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from conformance.mutants.fault import HARMLESS, KINDS
from conformance.mutants.trial import Trial

KILL_GOAL, NAME_GOAL, SECONDS_GOAL = 95.0, 85.0, 60.0


@dataclass
class Sight:
    """All results of an eye test. `steady` holds per provider the runs, the items, and the verdicts that changed."""

    trials: list[Trial] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    red_before: dict[str, list[str]] = field(default_factory=dict)
    steady: dict[str, tuple[int, int, list[str]]] = field(default_factory=dict)
    anchor_seconds: int = 0
    anchor_usual: dict[str, list[str]] = field(default_factory=dict)

    @property
    def faults(self) -> list[Trial]:
        """Return the trials with a fault."""
        return [trial for trial in self.trials if trial.kind != HARMLESS]

    @property
    def harmless(self) -> list[Trial]:
        """Return the trials with a harmless variant."""
        return [trial for trial in self.trials if trial.kind == HARMLESS]

    @property
    def false_alarms(self) -> list[Trial]:
        """Return the harmless variants under which something turned red or fell over."""
        return [trial for trial in self.harmless if trial.red or trial.errors or trial.untestable]

    def reached(self) -> bool:
        """Say whether every aim was reached, as far as it was tried."""
        faults = self.faults
        return (
            not self.false_alarms
            and not any(changed for _, _, changed in self.steady.values())
            and all(seconds <= SECONDS_GOAL for seconds in self.seconds.values())
            and percent(sum(trial.is_killed for trial in faults), len(faults)) >= KILL_GOAL
            and percent(sum(trial.is_named for trial in faults), len(faults)) >= NAME_GOAL
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything as a JSON object."""
        faults = self.faults
        return {
            "version": 1,
            "faults": len(faults),
            "killed": sum(trial.is_killed for trial in faults),
            "named": sum(trial.is_named for trial in faults),
            "anchor_killed": sum(bool(trial.anchor) for trial in faults) if self.anchor_seconds else None,
            "harmless": len(self.harmless),
            "false_alarms": len(self.false_alarms),
            "seconds": self.seconds,
            "red_before": self.red_before,
            "anchor": {"seconds": self.anchor_seconds, "usual": self.anchor_usual},
            "steady": {
                name: {"runs": runs, "items": items, "changed": changed}
                for name, (runs, items, changed) in self.steady.items()
            },
            "trials": [trial.as_json() for trial in self.trials],
        }


def percent(part: int, whole: int) -> float:
    """Return a share in percent; all of nothing is all."""
    return 100.0 * part / whole if whole else 100.0


def table(sight: Sight) -> str:
    """Return the text for people."""
    lines: list[str] = []
    if sight.faults:
        lines += [*_kinds(sight), ""]
    for title, trials in _lists(sight):
        if trials:
            lines += [f"{title}:", *(f"  {line}" for line in trials), ""]
    lines += _closing(sight)
    return "\n".join(lines) + "\n"


def _kinds(sight: Sight) -> Iterable[str]:
    last = f"{'schemathesis':>14}" if sight.anchor_seconds else ""
    head = f"{'kind':14}{'faults':>8}{'killed':>8}{'named':>8}{last}"
    yield head
    for kind in KINDS:
        trials = [trial for trial in sight.faults if trial.kind == kind]
        if trials:
            yield _row(kind, trials, sight)
    yield "-" * len(head)
    yield _row("all", sight.faults, sight)
    whole = len(sight.faults)
    shares = [percent(count, whole) for count in _counts(sight.faults)]
    last = f"{shares[2]:>12.1f} %" if sight.anchor_seconds else ""
    yield f"{'':14}{'':8}{shares[0]:>6.1f} %{shares[1]:>6.1f} %{last}"


def _row(name: str, trials: list[Trial], sight: Sight) -> str:
    killed, named, anchored = _counts(trials)
    return f"{name:14}{len(trials):>8}{killed:>8}{named:>8}" + (f"{anchored:>14}" if sight.anchor_seconds else "")


def _counts(trials: list[Trial]) -> tuple[int, int, int]:
    killed = sum(trial.is_killed for trial in trials)
    return killed, sum(trial.is_named for trial in trials), sum(bool(trial.anchor) for trial in trials)


def _lists(sight: Sight) -> Iterable[tuple[str, list[str]]]:
    survived = [trial for trial in sight.faults if not trial.is_killed]
    yield "survived", [f"{_name(trial)}: {trial.says} ({_why(trial)})" for trial in survived]
    unnamed = [trial for trial in sight.faults if trial.is_killed and not trial.is_named]
    yield (
        "killed by another requirement than expected",
        [f"{_name(t)}: expected {', '.join(t.expect)}; red: {', '.join(t.red[:5])}" for t in unnamed],
    )
    told = [(trial, (*trial.shown, *trial.errors[:2], trial.untestable)) for trial in sight.false_alarms]
    yield "false alarms", [f"{_name(trial)}: {'; '.join(filter(None, texts))}" for trial, texts in told]
    errors = [trial for trial in sight.faults if trial.errors]
    yield "could not be carried out in part", [f"{_name(trial)}: {trial.errors[0]}" for trial in errors]
    red = [(name, items) for name, items in sight.red_before.items() if items]
    yield "red without any fault, therefore not counted", [f"{name}: {', '.join(items)}" for name, items in red]
    yield "not steady", [f"{name}: {', '.join(changed)}" for name, (_, _, changed) in sight.steady.items() if changed]


def _name(trial: Trial) -> str:
    return f"{trial.provider} {trial.fault}"


def _why(trial: Trial) -> str:
    if trial.untestable:
        return f"not testable: {trial.untestable}"
    return f"it acted {trial.hits} times" if trial.hits else "no call of the suite came near it"


def _closing(sight: Sight) -> Iterable[str]:
    if sight.harmless:
        yield f"{len(sight.harmless)} harmless variants, {len(sight.false_alarms)} false alarms"
    for name, (runs, items, changed) in sight.steady.items():
        said = f"{len(changed)} changed" if changed else "none changed"
        yield f"{name}: {runs} shuffled runs of {items} items, verdicts: {said}"
    if sight.seconds:
        yield "whole suite without generated calls: " + ", ".join(f"{n} {s:.1f} s" for n, s in sight.seconds.items())
    if sight.anchor_seconds:
        usual = sum(len(found) for found in sight.anchor_usual.values())
        yield f"schemathesis: {sight.anchor_seconds} s a fault; {usual} it reports anyway do not count"
    aims = f"{KILL_GOAL:.0f} % killed, {NAME_GOAL:.0f} % named, no false alarm, nothing unsteady, {SECONDS_GOAL:.0f} s"
    yield f"{'every aim' if sight.reached() else 'NOT every aim'} reached: {aims}"
