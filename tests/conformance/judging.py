"""The shapes of the fixtures that open sessions and run items."""

from __future__ import annotations

from collections.abc import Callable

from conformance.config import Settings
from conformance.outcome import Finding
from conformance.session import Session

Opened = Callable[[Settings], Session]
Judged = Callable[..., list[Finding]]
