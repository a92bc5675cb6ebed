"""Runs the WSGI application: granian for `serve`, a thread in this process for tests and `exec`."""

from __future__ import annotations

import gc
import http.client
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

from mockserver.clock import monotonic_seconds, pause
from mockserver.settings import hide_request_like_variables
from mockserver.web.gateway import WsgiApp

LOG = logging.getLogger("mockserver")
# One thread computes at a time anyway; the others serve requests that wait (long polls, ordered delays, a webhook
# receiver that calls back). Eight cost nothing measurable alone and 15 to 30 per cent under sixteen connections.
THREADS = 8


class PortTaken(Exception):
    """Somebody else listens there; the text says where and what to do."""


def free_port(host: str, port: int) -> int:
    """Return the port to listen on, a free one for 0. granian would share a taken port silently, so we look first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            text = f"cannot listen on {host}:{port}: {error.strerror}; stop what listens there or choose --port 0"
            raise PortTaken(text) from None
        return int(probe.getsockname()[1])


def serve_granian(load: Callable[[], WsgiApp], host: str, port: int, workers: int, ready: Callable[[], None]) -> None:
    """Serve until a signal comes. `load` runs in each worker process; `ready` once the port answers."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server import Server

    hide_request_like_variables()
    server: Any = Server(
        "mockserver",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=2,
        log_enabled=False,
    )
    token, put = os.pipe()  # one byte: the worker that takes it tells that the port answers
    os.write(put, b"1")
    os.set_blocking(token, False)

    def load_and_tell() -> WsgiApp:
        # Workers are forked: a thread of the parent could hold a lock (of an import, say) that no child ever gets back,
        # so the thread that tells begins in a worker.
        wsgi = load()
        threading.Thread(target=_tell_when_ready, args=(host, port, token, ready), daemon=True).start()
        return wsgi

    server.serve(target_loader=load_and_tell, wrap_loader=False)


def serve_waitress(load: Callable[[], WsgiApp], host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve with waitress, for systems that granian has no wheel for. It holds a whole upload on disk first."""
    from waitress import create_server

    server = create_server(load(), host=host, port=port, threads=THREADS, ident="soundcheck")
    ready()
    try:
        server.run()
    finally:
        server.close()


class LocalServer:
    """A server in a thread of this process, on a free loopback port."""

    def __init__(self, wsgi: WsgiApp, host: str = "127.0.0.1", port: int = 0) -> None:
        from waitress import create_server

        logging.getLogger("waitress").setLevel(logging.CRITICAL)
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            wsgi, map=self._sockets, host=host, port=port, threads=THREADS, ident="soundcheck"
        )
        # a name such as localhost may stand for several addresses
        bound = getattr(self._server, "effective_port", None) or self._server.effective_listen[0][1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="soundcheck-server", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        from waitress import wasyncore

        while not self._is_stopped.is_set():
            wasyncore.loop(timeout=0.2, use_poll=True, map=self._sockets, count=1)

    def close(self) -> None:
        """Stop serving: the loop first, so that it never looks at a socket that was closed under it."""
        from waitress import wasyncore

        self._is_stopped.set()
        if hasattr(self._server, "pull_trigger"):
            self._server.pull_trigger()
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(self._sockets, ignore_all=True)


def settle_memory() -> None:
    """Let the garbage collector forget what start-up made, and look at the rest less often: bodies hold no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _tell_when_ready(host: str, port: int, token: int, ready: Callable[[], None]) -> None:
    end = monotonic_seconds() + 30
    while monotonic_seconds() < end:
        try:
            with socket.create_connection((host, port), timeout=1):
                pass
        except OSError:
            pause(0.005)
            continue
        try:
            os.read(token, 1)
        except BlockingIOError:
            return  # another worker was first
        ready()
        _warm_up(host, port)
        return


def _warm_up(host: str, port: int) -> None:
    """Ask the control API once, so that its first real question need not wait for Flask to be imported."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", "/_control/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        LOG.debug("the warm-up was not answered")
    finally:
        connection.close()
