"""A mock server and its sandboxes as a test sees them: over HTTP and the control API alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class ControlRefused(AssertionError):
    """The control API refused; the text holds its problem document."""


@dataclass(frozen=True, slots=True)
class MockServer:
    """A running mock server at `url`."""

    url: str
    token: str = ""

    def sandbox(self, name: str, **options: Any) -> Sandbox:
        """Start a sandbox over; options are the members of the control API's body (world, seed, now, ...)."""
        box = Sandbox(self, name)
        self.ask("PUT", f"/_control/sandboxes/{name}", options)
        return box

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request to the control API; `ControlRefused` for anything but success."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=330) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                problem = error.read().decode("utf-8", "replace")
            raise ControlRefused(f"{method} {path}: {error.code} {problem}") from None
        return json.loads(text) if text else None


class Sandbox:
    """One sandbox of a server; every method speaks to the control API under `/~name/`."""

    def __init__(self, server: MockServer, name: str) -> None:
        self.server = server
        self.name = name

    def url(self, provider: str) -> str:
        """Return a provider's base URL in this sandbox."""
        return f"{self.server.url}/~{self.name}/{provider}"

    def credentials(self, provider: str, name: str = "full") -> dict[str, Any]:
        """Return one of the provider's credentials by its name."""
        known = self.control("GET", f"credentials/{provider}")
        for entry in known:
            if entry["name"] == name:
                return dict(entry)
        raise LookupError(f"{provider} has no credential {name!r}; there are: {', '.join(e['name'] for e in known)}")

    def headers(self, provider: str, name: str = "full") -> dict[str, str]:
        """Return the header that carries a credential."""
        entry = self.credentials(provider, name)
        return {entry["header"]: entry["value"]}

    def advance(self, by: str | None = None, to: str | None = None) -> list[dict[str, Any]]:
        """Move the clock (`by` a duration such as PT72H, or `to` an instant); returns what happened, in order."""
        body = {"by": by} if by is not None else {"to": to}
        return list(self.control("POST", "clock/advance", body)["effects"])

    def fire(self, provider: str, resource: str, id: str, event: str, **data: Any) -> dict[str, Any]:
        """Let an event happen to a resource."""
        body = {"provider": provider, "resource": resource, "id": id, "event": event, "data": data}
        return dict(self.control("POST", "transitions", body))

    def requests(self, **query: str) -> list[dict[str, Any]]:
        """Return the journal, newest first."""
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return list(self.control("GET", f"requests?{asked}")["requests"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Return the outgoing webhooks."""
        return list(self.control("GET", "deliveries"))

    def deliver(self) -> list[dict[str, Any]]:
        """Carry the webhooks that are due now; returns what happened."""
        return list(self.control("POST", "deliveries/run")["effects"])

    def inbox(self, provider: str) -> list[dict[str, Any]]:
        """Return the mails and messages that a provider would have sent, newest first."""
        return list(self.control("GET", f"inbox/{provider}"))

    def violations(self) -> list[dict[str, Any]]:
        """Return where the mock broke its own spec in this sandbox."""
        return list(self.control("GET", "violations"))

    def drop(self) -> None:
        """Forget the sandbox."""
        self.server.ask("DELETE", f"/_control/sandboxes/{self.name}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Send any other request to this sandbox's control API."""
        return self.server.ask(method, f"/~{self.name}/_control/{path}", body)

    def describe(self) -> str:
        """Return clock, seed, journal and changed records for a failure report."""
        clock = self.control("GET", "clock")
        boxes = {entry["name"]: entry for entry in self.server.ask("GET", "/_control/sandboxes")}
        lines = [f"sandbox {self.name}: clock {clock['now']} ({clock['mode']}), seed {boxes[self.name].get('seed')}"]
        for head in reversed(self.requests()):
            whole = self.control("GET", f"requests/{head['id']}")
            changed = ", ".join(f"{c['verb']} {c['collection']}/{c['id']}" for c in whole.get("changes", []))
            lines.append(
                f"{head['at']} {head['method']} {head['provider']}{head['path']} -> {head['status']}"
                + (f"  [{changed}]" if changed else "")
            )
        return "\n".join(lines)


@contextmanager
def serve_in_process(**flags: Any) -> Iterator[MockServer]:
    """Serve in a thread of this process while the block runs; flags are settings such as providers or seed."""
    from mockserver.app import build
    from mockserver.settings import read_settings
    from mockserver.web.serving import LocalServer

    app = build(read_settings(flags))
    app.start()
    server = LocalServer(app.wsgi)
    try:
        yield MockServer(server.url, app.settings.control_token)
    finally:
        server.close()
        app.close()
