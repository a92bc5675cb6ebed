"""What a check holds in its hand: calls to the target, facts about it, and the promise to clean up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from conformance.answer import Answer
from conformance.client import Query
from conformance.control import Control
from conformance.exchange import Exchange
from conformance.failure import TransportError
from conformance.judge import Broken, NotTested

if TYPE_CHECKING:
    from conformance.contract import Contract
    from conformance.ledger import Ledger
    from conformance.session import Session


class Case:
    """One run of one check. Everything it sends is recorded in `exchanges`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._from = len(session.client.recorded)

    @property
    def contract(self) -> Contract:
        """Return the promise that is judged against."""
        return self.session.contract

    @property
    def ledger(self) -> Ledger:
        """Return the list of created things, which also invents names and digits."""
        return self.session.ledger

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what was sent and received so far in this check."""
        return self.session.client.recorded[self._from :]

    @property
    def control(self) -> Control:
        """Return the control API; the check is not tested where there is none."""
        if self.session.target.control is None:
            raise NotTested(f"needs the control API: {self.session.target.why_no_control}")
        return self.session.target.control

    @property
    def is_read_only(self) -> bool:
        """Say whether this run sends no writes."""
        return self.session.target.settings.read_only

    def account(self, principal: str) -> dict[str, Any]:
        """Return the control API's entry of a principal (kind, scopes, account, ...)."""
        if principal not in self.session.target.accounts:
            raise NotTested(f"the control API tells nothing of a principal {principal!r}")
        return self.session.target.accounts[principal]

    def require(self, *needs: str) -> None:
        """End the check as not tested where the target lacks one of these capabilities."""
        for need in needs:
            capability = self.session.capabilities.get(need)
            if capability is not None and capability.state != "offered":
                raise NotTested(capability.detail)

    def fact(self, name: str, at_least: int = 1) -> list[str]:
        """Return a fact that configuration or discovery knows, such as the ids of labels."""
        known = self.session.fact(self, name)
        if len(known) < at_least:
            raise NotTested(f"needs {at_least} {name}, knows {len(known)}; list them under facts in conformance.toml")
        return known

    def call(
        self,
        operation: str,
        *,
        path: Mapping[str, Any] | None = None,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        principal: str | None = "full",
    ) -> Answer:
        """Send an operation of the document, `json` in its own media type; a header of None is left out."""
        answer = self.session.client.call(
            operation, path=path, query=query, json=json, body=body, headers=headers, principal=principal
        )
        if answer.status == 501 and 501 not in self.contract.operations[operation].promises:
            raise NotTested(f"the target does not offer {operation} (501)")
        return answer

    def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        principal: str | None = "full",
    ) -> Answer:
        """Send any request; an address that starts with a slash stands below the base URL."""
        whole = self.session.client.wire.base_url + url if url.startswith("/") else url
        return self.session.client.send(method, whole, body, headers, principal, self._operation(method, whole))

    def follow(self, link: Any, principal: str | None = "full", *, anywhere: bool = False) -> Answer:
        """Fetch a link exactly as the server printed it; one to another host is a fault, unless `anywhere`."""
        if not isinstance(link, str) or urlsplit(link).scheme not in ("http", "https"):
            raise NotTested(f"there is no link to follow: {link!r}")
        host, called = urlsplit(link).netloc, urlsplit(self.session.client.wire.base_url).netloc
        if host == called:
            return self.send("GET", link, principal=principal)
        if not anywhere:
            raise Broken("a link leads to another host", expected=called, received=link, answer=self._last())
        try:
            return self.send("GET", link, principal=None)
        except TransportError as error:
            raise NotTested(f"a link leads to another host, which was not reached: {error}") from None

    def _last(self) -> Answer | None:
        return Answer(self.exchanges[-1]) if self.exchanges else None

    def _operation(self, method: str, url: str) -> str | None:
        base = urlsplit(self.session.client.wire.base_url)
        parts = urlsplit(url)
        if parts.netloc != base.netloc or not parts.path.startswith(base.path):
            return None
        match = self.contract.routes.match(unquote(parts.path[len(base.path) :]))
        operation = match.methods.get(method) if match else None
        return operation.id if operation else None

    def given(self, answer: Answer, *statuses: int) -> Answer:
        """Take an answer as a precondition: where it is another one, this check could not be put to the target."""
        if answer.status not in statuses:
            expected = " or ".join(str(status) for status in statuses)
            raise NotTested(f"could not be set up: {answer.label} answers {answer.status} instead of {expected}")
        return answer

    @contextmanager
    def own_sandbox(self, **options: Any) -> Iterator[Case]:
        """Give a fresh sandbox, for checks that move the clock or need an exact world; needs the control API.

        Options are those of `PUT /_control/sandboxes/{name}`, the world is `demo` and progression manual otherwise.
        """
        control = self.control
        name = f"{self.session.target.sandbox}-{self.ledger.serial()}"
        inside = self.session.twin(control, name, options)
        try:
            yield inside.new_case()
        finally:
            self.session.client.recorded.extend(inside.client.recorded)
            self.session.hide(inside.redactor)
            inside.client.close()
            control.close_sandbox(name)
