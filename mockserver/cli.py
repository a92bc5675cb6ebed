"""The command line: serve, exec, env, census, doctor."""

from __future__ import annotations

import argparse
import logging
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from mockserver import __version__
from mockserver.settings import BadSetting, Settings, child_environment, help_of, read_settings
from specs import PROVIDERS, SpecError

_EXAMPLES = """examples:
  mockserver serve                                     all APIs on http://127.0.0.1:4010, full of demo data
  mockserver serve products --port 0 --print-url       one API on a free port, its URL as the last line
  mockserver serve --store sqlite:state.db             state survives a restart
  mockserver exec -- pytest tests/                     run a command against a server of its own
  eval "$(mockserver env)"                             put URLs and credentials into this shell

Every flag has a twin in the environment (--port is MOCKSERVER_PORT) and in mockserver.toml (port = 4010);
the flag wins over the environment, the environment over the file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2: a value that cannot be used)."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING, stream=sys.stderr)
    wish = _parser().parse_args(arguments)
    flags = {entry.name: getattr(wish, entry.name, None) for entry in fields(Settings)}
    from mockserver.census import CensusFailed
    from mockserver.core.failure import Failure
    from mockserver.store.contract import StoreUnusable
    from mockserver.web.serving import PortTaken

    try:
        own = {"port": 0} if wish.command == "exec" else {}  # two runs side by side must not want one port
        return int(wish.run(read_settings(flags, defaults=own), wish))
    except (BadSetting, SpecError, CensusFailed, PortTaken, StoreUnusable, Failure) as error:
        print(f"mockserver: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mockserver",
        description="A stateful, contract-true mock of five music-industry APIs.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mockserver {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    serve = _command(commands, "serve", "run the server until Ctrl-C", _serve)
    serve.add_argument("--print-url", action="store_true", help="print MOCKSERVER_URL=... as the last line once ready")
    run = _command(commands, "exec", "start a server, run a command against it, pass its exit code on", _exec)
    run.add_argument(
        "command_line", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="the command and its arguments"
    )
    _command(commands, "env", "print URLs and credentials as shell exports", _env)
    _command(commands, "census", "print how many of the specified operations are offered", _census)
    _command(commands, "doctor", "say what is missing on this machine", _doctor)
    return parser


def _command(commands: Any, name: str, text: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(run=run)
    if name != "exec":
        parser.add_argument("providers", nargs="*", metavar="PROVIDER", help=f"one or more of {', '.join(PROVIDERS)}")
    for entry in fields(Settings):
        if entry.name in ("providers", "limits"):
            continue
        flag = f"--{entry.name.replace('_', '-')}"
        default = " ".join(entry.default) if isinstance(entry.default, tuple) else entry.default
        shown = f" (default {default})" if default not in ("", False) else ""
        if entry.default is False:
            parser.add_argument(flag, action="store_const", const=True, help=help_of(entry.name))
        else:
            parser.add_argument(flag, metavar=entry.name.upper(), help=help_of(entry.name) + shown)
    parser.add_argument(
        "--no-limits", dest="limits", action="store_const", const=False, help="do not enforce rate limits"
    )
    return parser


def _serve(settings: Settings, wish: argparse.Namespace) -> int:
    from mockserver.app import build
    from mockserver.exports import credentials_of, paste_line
    from mockserver.web.serving import free_port, serve_granian, serve_waitress, settle_memory

    port = free_port(settings.host, settings.port)
    url = f"http://{_url_host(settings.host)}:{port}"
    app = build(settings)
    lines = [paste_line(flat, url, credentials_of(app.sandboxes, flat.name)) for flat in app.flats.values()]
    is_shared = app.store.shared
    if is_shared:
        app.store.close()  # a database connection must not be carried into a worker process

    def load() -> Any:
        served = build(settings) if is_shared else app
        served.start()
        settle_memory()
        return served.wsgi

    def ready() -> None:
        for line in lines:
            print(line)
        print(f"\ncontrol API {url}/_control/   reference {url}/_docs/   inspector {url}/_inspector/")
        if wish.print_url:
            print(f"MOCKSERVER_URL={url}")
        sys.stdout.flush()

    if settings.server == "waitress":
        serve_waitress(load, settings.host, port, ready)
    else:
        serve_granian(load, settings.host, port, settings.workers, ready)
    return 0


def _url_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - only recognised here, never bound to by default
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _exec(settings: Settings, wish: argparse.Namespace) -> int:
    from mockserver.app import build
    from mockserver.exports import environment_of
    from mockserver.web.serving import LocalServer, free_port

    command = wish.command_line[1:] if wish.command_line[:1] == ["--"] else wish.command_line
    if not command:
        raise BadSetting("exec: name a command after --, e.g. mockserver exec -- pytest")
    port = free_port(settings.host, settings.port)
    app = build(settings)
    app.start()
    server = LocalServer(app.wsgi, settings.host, port)
    try:
        exports = environment_of(app.sandboxes, server.url)
        code = subprocess.run(command, env=child_environment(exports), check=False).returncode  # noqa: S603 - the user's own
        return code if code >= 0 else 128 - code  # ended by a signal, told as a shell tells it
    except FileNotFoundError:
        print(f"mockserver: exec: there is no command {command[0]!r}", file=sys.stderr)
        return 127
    except OSError as error:
        print(f"mockserver: exec: {command[0]!r} cannot be run: {error.strerror}", file=sys.stderr)
        return 126
    finally:
        server.close()
        app.close()


def _env(settings: Settings, wish: argparse.Namespace) -> int:
    from mockserver.app import build
    from mockserver.exports import environment_of

    app = build(settings)
    url = f"http://{_url_host(settings.host)}:{settings.port}"
    for name, value in environment_of(app.sandboxes, url).items():
        print(f"export {name}={shlex.quote(value)}")
    app.close()
    return 0


def _census(settings: Settings, wish: argparse.Namespace) -> int:
    from mockserver import census
    from mockserver.app import load_flats

    for count in census.take(load_flats(settings.providers, settings.overlays).values()):
        print(count.line())
    return 0


def _doctor(settings: Settings, wish: argparse.Namespace) -> int:
    from mockserver.doctor import examine

    findings = examine(settings)
    for finding in findings:
        print(finding.line())
    return 0 if all(finding.is_fine for finding in findings) else 1
