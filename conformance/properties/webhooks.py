"""The target's webhooks: caught by a receiver that it can reach, else read through its control API."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from conformance.case import Case
from conformance.failure import Misconfigured
from conformance.judge import NotTested
from conformance.receiver import Received, Receiver

# Where a target elsewhere finds a receiver: `https://public.example 0.0.0.0:9001`, one for each that is open at a time,
# or `pull` for none. Configured as the fact of this name in conformance.toml.
FACT = "webhook-receivers"
PULL = "pull"
_ADVICE = f"name one under facts in conformance.toml: {FACT} = ['https://PUBLIC HOST:PORT']"


class Pulled:
    """Stands in for a receiver that the target cannot reach: shows what the control API says was sent.

    Nobody answers there, so that whatever hangs on an answer is not tested: the document's retries begin at once.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        # The discard port of the target itself: the control API allows it, and nobody is disturbed.
        self.origin = f"http://127.0.0.1:9/{case.ledger.digits(9)}"

    @property
    def url(self) -> str:
        """Return an address to give to the target; any other path of the origin is as good."""
        return f"{self.origin}/hook"

    @property
    def received(self) -> list[Received]:
        """Return what was sent so far, in the order in which it was queued."""
        rows = [row for row in _attempted(self._case, self.origin) if row["attempts"]]
        if any(len(row["attempts"]) > 1 for row in rows):
            raise NotTested(f"needs a receiver that answers: without one the target tries again; {_ADVICE}")
        return [self._received(row) for row in rows]

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """Return what was sent so far: who asks has had it carried, so that there is nothing to wait for."""
        return self.received

    def answer_with(self, *statuses: int) -> None:
        """End the check as not tested."""
        raise _no_answers()

    def _received(self, row: dict[str, Any]) -> Received:
        headers = {str(name).lower(): str(value) for name, value in row["headers"].items()}
        return Received("POST", str(row["url"]).removeprefix(self.origin), headers, str(row["body"]).encode())


Catcher = Receiver | Pulled


@contextmanager
def receiving(case: Case, *statuses: int) -> Iterator[Catcher]:
    """Open what catches the target's webhooks for the time of the block.

    `statuses` are the answers in order, and a real receiver is needed to give them; where none is named, everything
    is taken. A check whose receiver the target did not reach, as its control API tells, is not tested.
    """
    found = _open(case, statuses)
    if isinstance(found, Pulled):
        yield found
        return
    with found:
        try:
            yield found
        except Exception:  # a check that waits for something stumbles in its own way where nothing can come
            _require_reach(case, found)
            raise
        # And where nothing can come, what was not to be sent proves nothing by staying away.
        _require_reach(case, found)


def hex_hmac(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 of some bytes in hexadecimal digits."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _open(case: Case, statuses: tuple[int, ...]) -> Catcher:
    told = case.session.target.settings.facts.get(FACT, [])
    if told == [PULL] or not (told or _is_here(case)):
        if statuses:
            raise _no_answers()
        return Pulled(case)
    answers = statuses or (200,)
    if not told:
        return Receiver(answers)
    for public, listen in map(_address, told):
        try:
            return Receiver(answers, listen, public)
        except OSError:  # another one listens there
            continue
    raise NotTested(f"needs one more receiver than {FACT} has: all {len(told)} addresses are taken")


def _no_answers() -> NotTested:
    return NotTested(f"needs a receiver whose answers the target gets, and it cannot reach this machine; {_ADVICE}")


def _is_here(case: Case) -> bool:
    """Say whether the target runs on this machine, as far as its address tells."""
    host = urlsplit(case.session.target.base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(text: str) -> tuple[str, tuple[str, int]]:
    public, _, listen = text.partition(" ")
    host, _, port = listen.strip().rpartition(":")
    parts = urlsplit(public)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or not port.isdigit():
        raise Misconfigured(f"{FACT}: {text!r} is neither `https://PUBLIC HOST:PORT`, without a path, nor `{PULL}`")
    return public.rstrip("/"), (host, int(port))


def _attempted(case: Case, origin: str) -> list[dict[str, Any]]:
    rows = case.control.get("/deliveries", provider=case.contract.provider)
    return [row for row in rows if str(row["url"]).startswith(f"{origin}/")]


def _require_reach(case: Case, receiver: Receiver) -> None:
    """End the check as not tested where the target tried to deliver and nothing arrived."""
    if receiver.received:
        return
    for row in _attempted(case, receiver.origin):
        lost = [attempt["error"] for attempt in row["attempts"] if attempt["status"] is None]
        if lost:
            raise NotTested(
                f"the target did not reach the receiver at {receiver.origin} ({lost[0]}); {_ADVICE}, or ['{PULL}']"
            )
