"""Turns a provider's stumbling over data that only a tester can have sent into a refusal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.core.failure import Failure

LOG = logging.getLogger("mockserver")


@contextmanager
def tolerating(what: str) -> Iterator[None]:
    """Refuse (`invalid`) what no schema describes and a provider's code cannot use; the log keeps the details.

    Records, payloads and event data come from the tester unvalidated, in shapes that only the provider knows.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        LOG.warning("%s could not be used", what, exc_info=True)
        raise Failure("invalid", f"{what} cannot be used: {type(error).__name__}: {error}") from None
