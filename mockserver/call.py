"""One call as an operation sees it: who calls, with what, understood and validated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mockserver.core.message import Caller, Request, Upload
from specs import Operation


@dataclass(slots=True)
class Call:
    """`path`, `query` and `headers` hold typed parameter values by their spec names; `body` the decoded body.

    `found` is the record that the flat's `bind` found by the path, where it has one.
    """

    request: Request
    operation: Operation
    caller: Caller
    now: datetime
    path: dict[str, Any]
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    files: dict[str, list[Upload]] = field(default_factory=dict)
    found: Any = None

    @property
    def account(self) -> str:
        """Return the account that the caller acts for."""
        return self.caller.account

    @property
    def base_url(self) -> str:
        """Return the provider's address as the client called it, without a trailing slash."""
        return self.request.base_url
