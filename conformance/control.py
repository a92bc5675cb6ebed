"""The target's control API, where it has one: sandboxes, clock, credentials, transitions, deliveries."""

from __future__ import annotations

from typing import Any

import requests

from conformance.failure import TransportError


class Control:
    """A thin client of `/_control`. Everything it does happens in one sandbox, once `sandbox` is set."""

    def __init__(self, url: str, token: str = "", verify: bool | str = True) -> None:
        self.url = url.rstrip("/")
        self.sandbox: str | None = None
        self._verify = verify
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def in_sandbox(self, name: str) -> Control:
        """Return the same control API looking at another sandbox."""
        other = Control(self.url, verify=self._verify)
        other._session.headers.update(self._session.headers)
        other.sandbox = name
        return other

    def get(self, path: str, **query: Any) -> Any:
        """Read a place of the control API; the parsed JSON answer."""
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Carry out an action; the parsed JSON answer."""
        return self.ask("POST", path, body)

    def ask(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None, patience: float = 30
    ) -> Any:
        """Send any request; `ControlRefusal` for an answer of 400 and above, `TransportError` for none."""
        headers = {"X-Sandbox": self.sandbox} if self.sandbox else {}
        try:
            # An action without a body is still JSON: the control API refuses other writes.
            sent = ({} if body is None else body) if method not in ("GET", "DELETE") else None
            response = self._session.request(
                method,
                self.url + path,
                params=query,
                json=sent,
                headers=headers,
                timeout=patience,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise TransportError(f"control API {method} {path} was not answered: {type(error).__name__}") from None
        if response.status_code >= 400:
            raise ControlRefusal(method, path, response.status_code, response.text)
        return response.json() if response.content else None

    def is_there(self) -> bool:
        """Say whether a control API answers at this address."""
        try:
            return isinstance(self.ask("GET", "/info", patience=5), dict)
        except (ControlRefusal, TransportError, ValueError):
            return False

    def open_sandbox(self, name: str, **options: Any) -> None:
        """Create a sandbox or start it over."""
        self.ask("PUT", f"/sandboxes/{name}", options)

    def close_sandbox(self, name: str) -> None:
        """Remove a sandbox."""
        self.ask("DELETE", f"/sandboxes/{name}")

    def credentials(self, provider: str) -> list[dict[str, Any]]:
        """Return the ready-made credentials of a provider."""
        found = self.get(f"/credentials/{provider}")
        return found if isinstance(found, list) else []

    def advance(self, by: str) -> Any:
        """Move the sandbox clock by an ISO 8601 duration; the effects in order."""
        return self.post("/clock/advance", {"by": by})

    def fire(self, provider: str, resource: str, id: str, event: str, data: Any = None) -> Any:
        """Fire an event of a machine, as a reviewer or worker would."""
        body = {"provider": provider, "resource": resource, "id": id, "event": event}
        return self.post("/transitions", body if data is None else {**body, "data": data})


class ControlRefusal(Exception):
    """The control API refused; its status and text."""

    def __init__(self, method: str, path: str, status: int, text: str) -> None:
        super().__init__(f"control API {method} {path} answers {status}: {text[:300]}")
        self.status = status
