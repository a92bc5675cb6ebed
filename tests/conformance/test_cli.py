"""The front door: exit codes, what is printed, and whole runs in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rival import serving
from rival_control import serving_sandboxes
from rival_query import TOKENS

from conformance.check import Suite
from conformance.cli import main
from conformance.contract import Contract

HOME = Path(__file__).parents[2]
SCENARIOS = HOME / "fixtures" / "products" / "scenarios"


def flags(url: str) -> list[str]:
    tokens = [f"--token={who}={token}" for who, token in TOKENS.items()]
    return ["--provider", "products", "--base-url", url, "--control-url", "none", *tokens]


def conformance(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in an empty folder and with no CONFORMANCE_ variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONFORMANCE_")}  # noqa: TID251
    return subprocess.run(
        [sys.executable, "-m", "conformance", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_a_correct_server_keeps_every_requirement_and_the_reports_say_so(
    rival: str, tmp_path: Path, contract: Contract, suite: Suite
) -> None:
    """Every rule of products."""
    forms = ["text", "json=out/r.json", "junit=out/r.xml", "html=out/r.html", "markdown=out/r.md"]

    done = conformance("run", *flags(rival), "--no-fuzz", "--report", *forms, folder=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    musts = sum(rule.level == "MUST" for rule in contract.rules.values())
    shoulds, count = len(contract.rules) - musts, len(suite.items(contract))
    assert f"MUST {musts}/{musts} tested, {musts}/{musts} kept" in done.stdout
    assert f"SHOULD {shoulds}/{shoulds} tested, {shoulds}/{shoulds} kept" in done.stdout
    assert f"{count}/{count} items" in done.stderr
    result = json.loads((tmp_path / "out" / "r.json").read_text("utf-8"))
    assert {entry["verdict"] for entry in result["requirements"]} == {"pass"}
    items = {item["item"]: item["verdict"] for entry in result["requirements"] for item in entry["items"]}
    assert [item for item, verdict in items.items() if verdict != "pass"] == ["PR-033:marked_product_has_send_tasks"]
    cases = ElementTree.parse(tmp_path / "out" / "r.xml").getroot()
    assert int(cases.get("tests", "")) == sum(len(entry["items"]) for entry in result["requirements"])
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.slow
def test_a_selection_spread_over_processes_finds_a_defect(tmp_path: Path) -> None:
    with serving("ST05-deleted-product-stays") as url:
        arguments = [*flags(url), "-k", "PR-092 or PR-093", "-n", "2", "-q", "--report", "json"]
        done = conformance("run", *arguments, folder=tmp_path)

    assert done.returncode == 1, done.stdout[-2000:] + done.stderr
    result = json.loads(done.stdout)
    verdicts = {entry["id"]: entry["verdict"] for entry in result["requirements"]}
    assert (verdicts["PR-092"], verdicts["PR-093"], verdicts["PR-094"]) == ("fail", "pass", "not tested")
    assert result["summary"]["says"] == "does not conform: PR-092"


@pytest.mark.slow
def test_a_run_against_a_control_api_needs_no_credentials(tmp_path: Path) -> None:
    with serving_sandboxes() as (origin, application):
        done = conformance(
            *("run", "--provider", "products", "--base-url", f"{origin}/products", "-k", "PR-033", "-q"),
            folder=tmp_path,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 pass" in done.stdout
    assert application.opened == application.closed


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "--provider", "products", "--base-url", "nonsense"], 2, "no http address"),
        (["run", "--provider", "products", "--report", "pdf"], 2, "valid: text, json"),
        (
            ["run", "--provider", "products", "--baseline", "no-such-file", "--base-url", "http://127.0.0.1:9"],
            2,
            "baseline",
        ),
        (["explain", "PR-999"], 2, "no requirement"),
        (["replay", "no-such-file.yaml"], 2, "no-such-file"),
        (["diff", "none.json", "none.json"], 2, "none.json"),
        (["doctor", "--provider", "products", "--base-url", "http://127.0.0.1:9", "--token", "x"], 3, ""),
        (["run", "--provider", "products", "--base-url", "http://127.0.0.1:9", "--token", "x"], 3, "not testable"),
        (["run", "--provider", "products", "--base-url", "http://127.0.0.1:9"], 3, "no credentials"),
        (
            [
                "run",
                "--provider",
                "products",
                "--base-url",
                "http://127.0.0.1:9",
                "--control-url",
                "http://127.0.0.1:9",
            ],
            3,
            "",
        ),
    ],
)
def test_exit_codes(
    arguments: list[str],
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == code
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["run"], ["run", "--provider", "nobody"], ["judge"], []])
def test_a_command_line_that_is_none_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "conformance" in capsys.readouterr().err


def test_help_names_every_command_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    told = capsys.readouterr().out
    for word in ("run", "doctor", "list", "explain", "replay", "diff", "0 conforms", "3 target not testable"):
        assert word in told


def test_explain_tells_source_reading_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "pr-025"]) == 0

    told = capsys.readouterr().out
    assert "PR-025  SHOULD (inferred)" in told
    assert "003_7910ae3934c2e567.txt" in told
    assert "reading: PR-025" in told
    assert "check past_the_end" in told


def test_list_has_a_line_per_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--provider", "products"]) == 0

    told = capsys.readouterr().out
    assert "MUST 43/43 have checks" in told
    assert sum(line.lstrip().startswith("PR-") for line in told.splitlines()) == 82


def test_doctor_looks_at_every_principal(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", *flags(rival)]) == 0

    told = capsys.readouterr().out
    assert "ok   principal full" in told
    assert "ok   principal second-account" in told
    assert "none control API" in told


def test_replay_plays_files(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = ["--base-url", rival, "--control-url", "none", "--token", TOKENS["full"]]

    assert main(["replay", str(SCENARIOS / "refused-delete-of-active.arazzo.yaml"), *target]) == 0
    assert "1 of 1 scenarios went as written" in capsys.readouterr().out
