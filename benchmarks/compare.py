"""Measures this mock beside Prism and beside a constant, in one run, and prints ratios."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs import open_book

ROOT = Path(__file__).parent.parent
PRISM = "@stoplight/prism-cli@5.16.0"
MEDIA = "application/vnd.api+json"
VALID = {
    "data": {
        "type": "products",
        "attributes": {
            "name": "Product title",
            "upc-code": "8088111222333",
            "copyright-line": "© 2023 Records Music",
            "production-line": "℗ 2023 Records Music",
            "production-year": 2023,
            "status": "draft",
            "artist": ["Artist name"],
        },
        "relationships": {
            "label": {"data": {"type": "labels", "id": "5"}},
            "language": {"data": {"type": "languages", "id": "1"}},
        },
    }
}
INVALID = {"data": {"type": "products", "attributes": {"upc-code": 5}, "relationships": {}}}


@dataclass(frozen=True)
class Question:
    """One thing to ask: its name, method, path, body and the status that is right."""

    name: str
    method: str
    path: str
    body: Any
    status: int


QUESTIONS = (
    Question("GET one", "GET", "/api/v1/products/7", None, 200),
    Question("GET list of 20", "GET", "/api/v1/products", None, 200),
    Question("POST valid", "POST", "/api/v1/products", VALID, 201),
    Question("POST invalid", "POST", "/api/v1/products", INVALID, 422),
)


@dataclass
class Figures:
    """What was measured of one server."""

    rates: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    ready_seconds: list[float] = field(default_factory=list)
    memory_mb: float = 0.0

    def rate(self, question: str, connections: int) -> float:
        """Return the median requests per second."""
        return statistics.median(self.rates.get((question, connections), [0.0]))


def main() -> int:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description="Compare this mock with Prism and with a constant, side by side.")
    parser.add_argument("--seconds", type=int, default=3, help="length of one measurement (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds over all servers; medians are shown (default 3)")
    parser.add_argument("--without-prism", action="store_true", help="measure only this mock and the constant")
    parser.add_argument("--prism", default="", help="path of a prism executable; npx fetches one otherwise")
    wish = parser.parse_args()
    if shutil.which("wrk") is None:
        print("benchmarks need wrk: apt-get install wrk", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), wish)
    return 0


def compare(folder: Path, wish: argparse.Namespace) -> None:
    """Measure every server in alternation and print the tables."""
    token, bodies = sample_bodies()
    prism = [wish.prism] if wish.prism else ["npx", "--yes", PRISM]
    spec = write_spec(folder, bodies)
    commands = {
        "mock": [sys.executable, "-m", "mockserver", "serve", "products", "--no-limits", "--port"],
        "constant": [sys.executable, str(ROOT / "benchmarks" / "constant.py")],
    }
    if not wish.without_prism:
        commands["prism"] = [*prism, "mock", str(spec), "--port"]
        commands["prism silent"] = [*prism, "mock", str(spec), "--verboseLevel", "silent", "--port"]
    figures = {name: Figures() for name in commands}
    for number in range(wish.rounds):
        for name, command in commands.items():
            print(f"round {number + 1}: {name}", file=sys.stderr)
            measure(name, command, figures[name], token, folder, wish.seconds)
    print_tables(figures)


def sample_bodies() -> tuple[str, dict[str, Any]]:
    """Return a token and the mock's own answers, which Prism gets as its examples."""
    with serving([sys.executable, "-m", "mockserver", "serve", "products", "--port"], "mock", None) as (url, _, _):
        with urllib.request.urlopen(f"{url}/_control/credentials/products") as answer:
            full = next(entry for entry in json.load(answer) if entry["name"] == "full")
        headers = {"Authorization": full["value"], "Accept": MEDIA}
        bodies = {}
        for question in QUESTIONS[:2]:
            request = urllib.request.Request(f"{url}/products{question.path}", headers=headers)
            with urllib.request.urlopen(request) as answer:
                bodies[question.name] = json.load(answer)
        return full["value"], bodies


def write_spec(folder: Path, bodies: dict[str, Any]) -> Path:
    """Write the bundled specification with our own answers as the examples of both reads."""
    document = json.loads(json.dumps(open_book("products").document))
    for path, question in (("/api/v1/products/{id}", "GET one"), ("/api/v1/products", "GET list of 20")):
        media = document["paths"][path]["get"]["responses"]["200"]["content"][MEDIA]
        media["examples"] = {"measured": {"value": bodies[question]}}
    file = folder / "products.json"
    file.write_text(json.dumps(document), "utf-8")
    return file


@contextmanager
def serving(command: list[str], name: str, token: str | None) -> Iterator[tuple[str, float, int]]:
    """Start a server on a free port; yield its URL, the seconds until its first right answer, and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    probe_url = url + path_of(name, "/api/v1/products/7") if token else f"{url}/_control/health"
    try:
        wait_for(probe_url, token, process)
        yield url, time.perf_counter() - start, process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def path_of(server: str, path: str) -> str:
    """Return the path at which a server offers the provider."""
    return f"/products{path}" if server in ("mock", "constant") else path


def wait_for(url: str, token: str | None, process: subprocess.Popen[bytes]) -> None:
    """Ask until the answer is 200."""
    headers = {"Authorization": token, "Accept": MEDIA} if token else {}
    end = time.perf_counter() + 120
    while time.perf_counter() < end:
        if process.poll() is not None:
            raise SystemExit(f"a server ended at once: {process.args}")
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.002)
    raise SystemExit(f"no answer from {url}")


def measure(
    name: str, command: list[str], figures: Figures, token: str, folder: Path, seconds: int
) -> None:
    """Start one server, ask every question at both concurrencies, take its memory."""
    with serving(command, name, token) as (url, ready, pid):
        figures.ready_seconds.append(ready)
        for question in QUESTIONS:
            for connections in (1, 16):
                script = write_script(folder, question, token)
                load(url + path_of(name, question.path), script, connections, 1)
                rate = load(url + path_of(name, question.path), script, connections, seconds, question, name)
                figures.rates.setdefault((question.name, connections), []).append(rate)
        figures.memory_mb = max(figures.memory_mb, memory_of(pid))


def write_script(folder: Path, question: Question, token: str) -> Path:
    """Write the wrk script of a question; it counts answers with another status."""
    body = "nil" if question.body is None else f"[==[{json.dumps(question.body, ensure_ascii=False)}]==]"
    file = folder / "ask.lua"
    file.write_text(
        f"""wrk.method = "{question.method}"
wrk.body = {body}
wrk.headers["Authorization"] = "{token}"
wrk.headers["Accept"] = "{MEDIA}"
wrk.headers["Content-Type"] = "{MEDIA}"
wrong = 0
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function response(status) if status ~= {question.status} then wrong = wrong + 1 end end
function done(summary) local n = 0; for _, t in ipairs(threads) do n = n + t:get("wrong") end
  io.write("WRONG " .. n .. "\\n") end
""",
        "utf-8",
    )
    return file


def load(
    url: str, script: Path, connections: int, seconds: int, question: Question | None = None, server: str = ""
) -> float:
    """Run wrk; return requests per second. Wrong statuses are told, for they make a figure worthless."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wrong = re.search(r"WRONG (\d+)", done.stdout)
    if question and server != "constant" and wrong and int(wrong.group(1)):
        print(f"  {server}: {wrong.group(1)} answers to {question.name} had another status", file=sys.stderr)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(rate.group(1)) if rate else 0.0


def memory_of(pid: int) -> float:
    """Return the proportional memory of a process and its children in MB."""
    total = 0
    for process in [pid, *children_of(pid)]:
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
        except OSError:
            continue
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(found.group(1)) if found else 0
    return total / 1024


def children_of(pid: int) -> list[int]:
    """Return all descendants of a process."""
    found: list[int] = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            parent = int(Path(f"/proc/{entry}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found += [int(entry), *children_of(int(entry))]
    return found


def print_tables(figures: dict[str, Figures]) -> None:
    """Print rates, ratios, start and memory."""
    mock = figures["mock"]
    names = list(figures)
    print("\nrequests/s at 1 / 16 connections")
    print(f"{'':<16}" + "".join(f"{name:>20}" for name in names))
    for question in QUESTIONS:
        cells = [f"{figures[n].rate(question.name, 1):,.0f} / {figures[n].rate(question.name, 16):,.0f}" for n in names]
        print(f"{question.name:<16}" + "".join(f"{cell:>20}" for cell in cells))
    print("\nthis mock compared: times as fast at 1 / 16 connections")
    for question in QUESTIONS:
        cells = []
        for name in names[1:]:
            one = mock.rate(question.name, 1) / (figures[name].rate(question.name, 1) or 1)
            many = mock.rate(question.name, 16) / (figures[name].rate(question.name, 16) or 1)
            cells.append(f"{one:.2f} / {many:.2f}")
        print(f"{question.name:<16}" + " " * 20 + "".join(f"{cell:>20}" for cell in cells))
    print("\n" + f"{'first answer s':<16}" + "".join(f"{min(figures[n].ready_seconds):>20.2f}" for n in names))
    print(f"{'memory MB':<16}" + "".join(f"{figures[n].memory_mb:>20.0f}" for n in names))


if __name__ == "__main__":
    sys.exit(main())
