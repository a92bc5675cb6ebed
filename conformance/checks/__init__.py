"""The written checks, one package per provider; each holds a SUITE."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from conformance.check import Suite
from conformance.failure import Misconfigured
from specs import PROVIDERS


def find_suite(provider: str) -> Suite:
    """Return a provider's suite; `Misconfigured` where nobody has written it yet."""
    if provider not in offered():
        raise Misconfigured(f"there are no checks for {provider!r}; there are for: {', '.join(offered())}")
    suite: Suite = import_module(f"conformance.checks.{provider}").SUITE
    return suite


def offered() -> list[str]:
    """Return the providers that have checks."""
    return [name for name in PROVIDERS if find_spec(f"conformance.checks.{name}") is not None]
