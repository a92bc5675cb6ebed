"""The front door: `conformance run | doctor | list | explain | replay | mutate | diff`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance.checks import find_suite
from conformance.compare import differences
from conformance.config import Settings, parse_token, read_settings
from conformance.contract import open_contract
from conformance.doctor import examine, trouble
from conformance.explain import explanation, listing
from conformance.failure import Misconfigured, TransportError, Untestable
from conformance.reports import FORMATS
from conformance.session import Session
from conformance.target import find_target
from specs import PROVIDERS

_ABOUT = """\
Asks a server whether it keeps a provider's documented promise, one requirement at a time.

  conformance run --provider products                      the mock on http://127.0.0.1:4010
  conformance run --provider products --base-url https://sandbox.example.org --token "$TOKEN" --read-only
  conformance explain PR-042                               what is required, who says so, how it is checked
  conformance replay fixtures/products/scenarios/*.yaml    play scenarios (Arazzo 1.0.1)
"""
_CODES = """\
exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target not testable, 4 internal error.
Settings come from flags, then CONFORMANCE_BASE_URL, CONFORMANCE_TOKEN and the like, then conformance.toml.
"""
_MUTATE = """\
the suite's eye test: puts known faults, one at a time, between suite and target and counts what is seen
"""
_FORMS = tuple(FORMATS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line; the exit code."""
    wanted = _parser().parse_args(arguments)
    try:
        return int(wanted.do(wanted))
    except Misconfigured as error:
        return _say(error, 2)
    except (Untestable, TransportError) as error:
        return _say(f"not testable: {error}", 3)
    except KeyboardInterrupt:
        return _say("interrupted", 4)
    except BrokenPipeError:
        return 4
    except Exception as error:  # the last frame: a fault of ours is exit code 4, not 1
        import traceback

        traceback.print_exc()
        return _say(f"internal error: {type(error).__name__}: {error}", 4)


def _say(text: object, code: int) -> int:
    sys.stderr.write(f"conformance: {text}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("conformance", description=_ABOUT, epilog=_CODES, formatter_class=plain)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="check every requirement of a provider", epilog=_CODES, formatter_class=plain)
    _target_flags(run)
    run.add_argument(
        "-k", dest="keyword", default="", metavar="EXPR", help="only these, as pytest's -k: 'PR-042 or delete'"
    )
    run.add_argument(
        "-n", dest="workers", type=int, default=0, metavar="N", help="spread over N processes (pytest-xdist)"
    )
    run.add_argument("--no-fuzz", dest="fuzz", action="store_false", help="leave generated calls out")
    run.add_argument("--fuzz-seconds", type=int, metavar="N", help="how long to generate (default 25)")
    run.add_argument("--fuzz-phases", metavar="LIST", help="some of examples,coverage,fuzzing,stateful (default all)")
    run.add_argument("--strict", action="store_true", help="a broken SHOULD counts as well")
    run.add_argument("--report", nargs="+", action="append", default=[], metavar="FORM[=FILE]", help=_report_help())
    run.add_argument("--baseline", metavar="FILE", help="accepted failures: a YAML list of {id, item, reason, until}")
    run.add_argument("-q", "--quiet", action="store_true", help="no progress")
    run.set_defaults(do=_run)
    doctor = commands.add_parser("doctor", help="look at the target and the credentials only")
    _target_flags(doctor)
    doctor.set_defaults(do=_doctor)
    listed = commands.add_parser("list", help="the requirements, with the number of items that check each")
    listed.add_argument("--provider", choices=PROVIDERS)
    listed.add_argument("--untested", action="store_true", help="only those without a check")
    listed.set_defaults(do=lambda wanted: _print(listing(wanted.provider, wanted.untested)))
    explain = commands.add_parser("explain", help="one requirement: text, source, reading, checks")
    explain.add_argument("id", metavar="ID")
    explain.set_defaults(do=lambda wanted: _print(explanation(wanted.id)))
    replay = commands.add_parser(
        "replay", help="play scenarios (Arazzo 1.0.1), each in a fresh sandbox where there is one"
    )
    replay.add_argument("files", nargs="+", metavar="FILE")
    replay.add_argument("--input", action="append", default=[], metavar="NAME=VALUE", help="an input of the workflows")
    _target_flags(replay, provider=False)
    replay.set_defaults(do=_replay)
    _mutate_flags(commands.add_parser("mutate", help=_MUTATE.partition(":")[0], description=_MUTATE))
    diff = commands.add_parser("diff", help="what changed between two JSON results; exit 1 where something got worse")
    diff.add_argument("old", metavar="A")
    diff.add_argument("new", metavar="B")
    diff.set_defaults(do=_diff)
    return parser


def _report_help() -> str:
    return f"one of {', '.join(_FORMS)}, to a file or (without =FILE) to the standard output; may be repeated"


def _mutate_flags(parser: argparse.ArgumentParser) -> None:
    names = {"choices": PROVIDERS, "metavar": "NAME"}
    parser.add_argument("--provider", action="append", default=[], **names, help="whose suite (default: all five)")  # type: ignore[arg-type]
    parser.add_argument("--list", action="store_true", help="show the faults and variants, do nothing")
    parser.add_argument("--fault", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only these kinds, e.g. paging")
    parser.add_argument("--no-harmless", dest="harmless", action="store_false", help="leave harmless variants out")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N of each provider, drawn by name")
    parser.add_argument("--whole", action="store_true", help="run the whole suite with each fault")
    parser.add_argument("--shuffles", type=int, default=0, metavar="N", help="also N runs in other orders")
    parser.add_argument(
        "--anchor", type=int, default=0, metavar="SECONDS", help="also plain schemathesis, so long with each fault"
    )
    parser.add_argument("-n", dest="workers", type=int, default=1, metavar="N", help="faults at a time, in processes")
    parser.add_argument("--report", default="", metavar="FILE", help="every trial as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    _target_flags(parser, provider=False)
    parser.set_defaults(do=_mutate)


def _target_flags(parser: argparse.ArgumentParser, provider: bool = True) -> None:
    if provider:
        parser.add_argument("--provider", required=True, choices=PROVIDERS, help="whose promise is judged")
    target = parser.add_argument_group("target")
    target.add_argument("--base-url", metavar="URL", help="where the provider's own paths begin (default: the mock)")
    target.add_argument("--control-url", metavar="URL", help="the control API, or `none`; looked for on loopback only")
    target.add_argument("--control-token", metavar="T", help="token of the control API, where it wants one")
    target.add_argument(
        "--token",
        action="append",
        default=[],
        metavar="[WHO=]T",
        help="credential of full, or of second-account, expired, no-scope",
    )
    target.add_argument("--read-only", action="store_true", default=None, help="send no writes")
    target.add_argument("--rate", type=float, metavar="N", help="at most N requests a second")
    target.add_argument(
        "--overlay", metavar="FILE", help="OpenAPI Overlay 1.0 that fits the document to this deployment"
    )
    target.add_argument(
        "--webhook-receiver",
        dest="webhook_receivers",
        action="append",
        metavar="URL",
        help="where a target elsewhere reaches our receivers (`URL HOST:PORT` to listen there), or `pull`",
    )
    target.add_argument("--verify", metavar="yes|no|FILE", help="check the TLS certificate, or use these authorities")


def settings_from(wanted: argparse.Namespace, provider: str) -> Settings:
    """Return the settings that a command line asks for."""
    flags: dict[str, Any] = {key: value for key, value in vars(wanted).items() if value is not None}
    flags["tokens"] = dict(parse_token(text) for text in wanted.token)
    return read_settings(provider, flags)


def _print(text: str) -> int:
    sys.stdout.write(text)
    return 0


def _run(wanted: argparse.Namespace) -> int:
    from conformance.run import Wishes, run  # pytest is needed here only

    reports = tuple(_report(text) for group in wanted.report for text in group) or (("text", "-"),)
    settings = settings_from(wanted, wanted.provider)
    return run(settings, Wishes(wanted.keyword, wanted.workers, wanted.strict, reports, wanted.quiet))


def _report(text: str) -> tuple[str, str]:
    form, _, place = text.partition("=")
    if form not in _FORMS:
        raise Misconfigured(f"unknown report {form!r}; valid: {', '.join(_FORMS)}")
    return form, place or "-"


def _doctor(wanted: argparse.Namespace) -> int:
    settings = settings_from(wanted, wanted.provider)
    contract = open_contract(wanted.provider, settings.overlay_file)
    session = Session(contract, find_suite(wanted.provider), find_target(settings, contract))
    try:
        found = examine(session)
    finally:
        session.close()
    for entry in found:
        mark = "ok  " if entry.good else "BAD " if entry.vital else "none"
        sys.stdout.write(f"{mark} {entry.name}: {entry.detail}{f' - {entry.advice}' if entry.advice else ''}\n")
    return 0 if trouble(found) is None else 3


def _replay(wanted: argparse.Namespace) -> int:
    from conformance.scenarios.replay import replay_files

    inputs = {}
    for text in wanted.input:
        name, equals, value = text.partition("=")
        if not equals:
            raise Misconfigured(f"--input {text!r} is not NAME=VALUE")
        inputs[name] = value
    files = [Path(name) for name in wanted.files]
    return replay_files(files, inputs, lambda provider: settings_from(wanted, provider), sys.stdout)


def _mutate(wanted: argparse.Namespace) -> int:
    from conformance.mutants.mutate import Wanted, listing, mutate

    providers = list(dict.fromkeys(wanted.provider)) or list(PROVIDERS)
    asked = Wanted(
        ids=tuple(wanted.fault),
        kinds=tuple(wanted.kind),
        harmless=wanted.harmless,
        whole=wanted.whole,
        workers=wanted.workers,
        shuffles=wanted.shuffles,
        anchor_seconds=wanted.anchor,
        sample=wanted.sample,
        report=wanted.report,
        quiet=wanted.quiet,
    )
    if wanted.list:
        return _print(listing(providers, asked))
    if wanted.base_url and len(providers) > 1:
        raise Misconfigured("--base-url is one provider's address: add --provider")
    return mutate([settings_from(wanted, provider) for provider in providers], asked)


def _diff(wanted: argparse.Namespace) -> int:
    from conformance.reports import canonical

    text, is_worse = differences(canonical.read(Path(wanted.old)), canonical.read(Path(wanted.new)))
    _print(text)
    return 1 if is_worse else 0
