"""Lets time pass by itself: one thread lets happen what is due in sandboxes whose clock runs."""

from __future__ import annotations

import logging
import threading

from mockserver.clock import monotonic_seconds
from mockserver.sandbox import Sandboxes
from mockserver.timeline import Timeline

LOG = logging.getLogger("mockserver")
_LONGEST_SLEEP = 3600.0  # a machine that was suspended looks again at least this often
_LONGEST_STOP = 15.0  # an attempt that is under way may take this long to end


class Clockwork:
    """Sleeps until the next due instant of any sandbox, or until it is woken because something new may be due."""

    def __init__(self, sandboxes: Sandboxes, timeline: Timeline) -> None:
        self._sandboxes = sandboxes
        self._timeline = timeline
        self._due: dict[str, float] = {}  # sandbox -> second of the monotonic clock
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    def start(self) -> None:
        """Begin, with whatever was left to do before a restart. Call it in the process that serves."""
        names = self._sandboxes.names()
        with self._news:
            if self._thread is not None or self._is_stopped:
                return
            self._due = dict.fromkeys(names, 0.0)
            self._thread = threading.Thread(target=self._run, name="soundcheck-clockwork", daemon=True)
            self._thread.start()

    def wake(self, sandbox: str) -> None:
        """Look at a sandbox at once."""
        with self._news:
            if self._thread is not None and not self._is_stopped:
                self._due[sandbox] = 0.0
                self._news.notify()

    def forget(self, sandbox: str) -> None:
        """Look no more at a sandbox that was dropped."""
        with self._news:
            self._due.pop(sandbox, None)

    def stop(self) -> None:
        """End, after the attempt that is under way."""
        with self._news:
            self._is_stopped = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join(_LONGEST_STOP)

    def _run(self) -> None:
        while (sandbox := self._wait()) is not None:
            try:
                seconds = self._timeline.carry(sandbox)
            except Exception:
                if self._is_stopped:
                    return
                LOG.exception("what is due in sandbox %s could not happen", sandbox)
                continue  # looked at again when something new happens there, and not before: no busy loop
            if seconds is not None:
                self._plan(sandbox, monotonic_seconds() + seconds)

    def _plan(self, sandbox: str, second: float) -> None:
        with self._news:
            self._due[sandbox] = min(second, self._due.get(sandbox, second))

    def _wait(self) -> str | None:
        """Return the sandbox whose time has come, or None at the end."""
        with self._news:
            while not self._is_stopped:
                sandbox = min(self._due, key=self._due.__getitem__, default=None)
                if sandbox is None:
                    self._news.wait(_LONGEST_SLEEP)
                    continue
                left = self._due[sandbox] - monotonic_seconds()
                if left <= 0:
                    del self._due[sandbox]
                    return sandbox
                self._news.wait(min(left, _LONGEST_SLEEP))
        return None
