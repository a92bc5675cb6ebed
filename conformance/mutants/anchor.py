"""The anchor: plain schemathesis, its own checks and phases as they come, on the same faults."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conformance.fuzz.plan import configuration
from conformance.fuzz.reading import read_events
from conformance.mutants.door import open_door
from conformance.mutants.fault import Fault
from conformance.mutants.trial import Bench
from conformance.target import Target


@dataclass(frozen=True)
class Anchor:
    """How long it may take with one fault, and what it complains of where there is none: that is not to its credit."""

    seconds: int
    usual: frozenset[str] = frozenset()


def alarms(bench: Bench, anchor: Anchor, fault: Fault | None) -> list[str]:
    """Return the failures (check and operation) that plain schemathesis reports beyond its usual ones."""
    with open_door(bench.url, bench.contract, fault) as door, bench.session(door) as session, _folder() as folder:
        events = _play(bench, session.target, door.url + urlsplit(bench.url).path, anchor.seconds, folder)
        told = read_events(events, bench.contract, door.url + urlsplit(bench.url).path)
    found = {f"{failure.check} {failure.exchange.operation or failure.exchange.method}" for failure in told.failures}
    return sorted(found - anchor.usual)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="conformance-anchor-") as name:
        yield Path(name)


def _play(bench: Bench, target: Target, url: str, seconds: int, folder: Path) -> Path:
    """Run its own command line with an address, a credential and a bound: nothing else is told to it."""
    document, config, events = folder / "openapi.json", folder / "schemathesis.toml", folder / "events.ndjson"
    document.write_text(json.dumps(bench.contract.document), "utf-8")
    headers = {**bench.suite.headers, **target.wire().headers}
    config.write_text(configuration(bench.contract, url, target.credentials["full"], headers, seconds, {}), "utf-8")
    arguments = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", str(document)),
        *("--report", "ndjson", "--report-ndjson-path", str(events), "--no-color", "--continue-on-failure"),
    ]
    try:
        subprocess.run(arguments, cwd=folder, capture_output=True, timeout=seconds * 2 + 60)  # noqa: S603 - our own
    except subprocess.TimeoutExpired:
        return events
    return events
