"""Authlib's OAuth2 client completes the whole flow against a running server."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from werkzeug.serving import make_server

BACK = "http://127.0.0.1:8765/callback"


@pytest.fixture
def server(desk: Any) -> Iterator[str]:
    """The sandbox's base address on a real port."""
    running = make_server("127.0.0.1", 0, desk.app.wsgi, threaded=True)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/~{desk.name}/og_records"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def session(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Open Authlib sessions of a client; they and their connections are closed at the end."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    opened: list[Any] = []

    def open_one(name: str = "client", **options: Any) -> Any:
        client = desk.credential(name)
        one = OAuth2Session(client["client_id"], client["client_secret"], redirect_uri=BACK, **options)
        opened.append(one)
        return one

    yield open_one
    for one in opened:
        one.close()


def _where(url: str) -> str:
    with requests.get(url, allow_redirects=False, timeout=10) as answer:
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_code_with_pkce_then_refresh_then_reuse(server: str, session: Any, method: str) -> None:
    """OG-010, OG-011, OG-012"""
    scope = "earnings:read payouts:read"
    client = session(scope=scope, code_challenge_method="S256", token_endpoint_auth_method=method)
    verifier = generate_token(48)
    url, state = client.create_authorization_url(f"{server}/oauth/authorize", code_verifier=verifier)
    back = _where(url)

    token_url = f"{server}/oauth/token"

    first = dict(client.fetch_token(token_url, authorization_response=back, code_verifier=verifier, state=state))
    earned = client.get(f"{server}/api/v1/earnings?limit=1")
    second = dict(client.refresh_token(token_url, refresh_token=first["refresh_token"]))
    paid = client.get(f"{server}/api/v1/payouts")

    assert state in back
    assert first["scope"] == second["scope"] == scope
    assert (earned.status_code, paid.status_code) == (200, 200)
    assert second["refresh_token"] != first["refresh_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.refresh_token(token_url, refresh_token=first["refresh_token"])
    ended = {"Authorization": f"Bearer {second['access_token']}"}
    with requests.get(f"{server}/api/v1/earnings", headers=ended, timeout=10) as answer:
        assert answer.status_code == 401


def test_a_wrong_verifier_buys_nothing(server: str, session: Any) -> None:
    """OG-010"""
    client = session(code_challenge_method="S256")
    verifier = generate_token(48)
    url, _ = client.create_authorization_url(f"{server}/oauth/authorize", code_verifier=verifier)
    back = _where(url)

    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(f"{server}/oauth/token", authorization_response=back, code_verifier=generate_token(48))

    assert client.fetch_token(f"{server}/oauth/token", authorization_response=back, code_verifier=verifier)


def test_a_person_allows_and_authlib_goes_on(server: str, session: Any) -> None:
    """OG-010"""
    client = session("consent-client", scope="earnings:read")
    url, _ = client.create_authorization_url(f"{server}/oauth/authorize")
    with requests.get(url, timeout=10) as page:
        action = unescape(re.search(r'action="([^"]+)"', page.text)[1])  # type: ignore[index]
        fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)">', page.text)}

    form = {**fields, "decision": "approve"}
    with requests.post(action, data=form, allow_redirects=False, timeout=10) as answer:
        back = answer.headers["Location"]
    client.fetch_token(f"{server}/oauth/token", authorization_response=back)

    assert client.get(f"{server}/api/v1/earnings").status_code == 200
    assert client.get(f"{server}/api/v1/payouts").status_code == 403


def test_a_person_refuses_and_the_client_is_told(server: str, session: Any) -> None:
    """OG-010"""
    client = session("consent-client")
    url, state = client.create_authorization_url(f"{server}/oauth/authorize")
    form = dict(parse_qsl(urlsplit(url).query))

    with requests.post(
        f"{server}/oauth/authorize", data={**form, "decision": "deny"}, allow_redirects=False, timeout=10
    ) as answer:
        told = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    assert (told["error"], told["state"]) == ("access_denied", state)
