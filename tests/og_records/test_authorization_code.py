"""The authorization code flow: consent, codes, PKCE, refresh tokens that rotate and families that end."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

BACK = "https://app.example.com/callback"
VERIFIER = "v" * 20 + "-._~" + "0" * 30
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {"response_type": "code", "client_id": "og-sandbox-client", "redirect_uri": BACK, "state": "a b&c"}


def _authorize(desk: Any, **changes: Any) -> Any:
    asked = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return desk.get(f"/oauth/authorize?{urlencode(asked)}", key=None)


def _told(answer: Any) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def _token(desk: Any, client: str = "client", **form: Any) -> Any:
    record = desk.credential(client)
    known = {"client_id": record["client_id"], "client_secret": record["client_secret"]}
    sent = {name: value for name, value in {**known, **form}.items() if value is not None}
    return desk.post("/oauth/token", key=None, data=sent)


def _exchange(desk: Any, code: str, **changes: Any) -> Any:
    return _token(desk, **{"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **changes})


def _refresh(desk: Any, token: str, **changes: Any) -> Any:
    return _token(desk, **{"grant_type": "refresh_token", "refresh_token": token, **changes})


def _tokens(desk: Any, **asked: Any) -> dict[str, Any]:
    answer = _exchange(desk, _told(_authorize(desk, **asked))["code"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def _works(desk: Any, access_token: str, path: str = "/api/v1/earnings") -> int:
    return int(desk.get(path, key=None, headers={"Authorization": f"Bearer {access_token}"}).status_code)


def _error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]


def test_a_code_buys_tokens_that_open_the_api(desk: Any) -> None:
    """OG-010"""
    answer = _authorize(desk)
    tokens = _exchange(desk, _told(answer)["code"])

    assert _told(answer)["state"] == "a b&c"
    assert answer.headers["Location"].startswith(BACK + "?")
    assert tokens.headers["Cache-Control"] == "no-store"
    assert set(tokens.json) == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (tokens.json["token_type"], tokens.json["expires_in"]) == ("Bearer", 3600)
    assert len(tokens.json["scope"].split()) == 10
    assert _works(desk, tokens.json["access_token"]) == 200


def test_a_token_has_the_scopes_that_were_asked_for(desk: Any) -> None:
    """OG-014"""
    tokens = _tokens(desk, scope="splits:read earnings:read")

    assert tokens["scope"] == "earnings:read splits:read"
    assert (_works(desk, tokens["access_token"]), _works(desk, tokens["access_token"], "/api/v1/payouts")) == (200, 403)


def test_an_access_token_ends_after_an_hour_of_the_sandbox(desk: Any) -> None:
    token = _tokens(desk)["access_token"]
    desk.advance(minutes=59, seconds=59)
    before = _works(desk, token)

    desk.advance(seconds=1)

    assert (before, _works(desk, token)) == (200, 401)


@pytest.mark.parametrize("way", ["form", "basic"])
def test_a_client_shows_its_secret_in_the_form_or_by_basic(desk: Any, way: str) -> None:
    """OG-010"""
    code = _told(_authorize(desk))["code"]
    secret = desk.credential("client")["client_secret"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    headers = {}
    if way == "basic":
        headers["Authorization"] = "Basic " + base64.b64encode(f"og-sandbox-client:{secret}".encode()).decode()
    else:
        form |= {"client_id": "og-sandbox-client", "client_secret": secret}

    assert desk.post("/oauth/token", key=None, data=form, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "shown", [{"client_secret": "wrong"}, {"client_secret": None}, {"client_id": "nobody"}, {"client_id": None}]
)
def test_a_client_without_its_secret_is_refused(desk: Any, shown: dict[str, Any]) -> None:
    """OG-011"""
    answer = _exchange(desk, _told(_authorize(desk))["code"], **shown)

    assert _error(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


# codes


def test_a_code_works_once_and_its_second_use_ends_what_it_brought(desk: Any) -> None:
    """OG-011"""
    code = _told(_authorize(desk))["code"]
    tokens = _exchange(desk, code).json

    again = _exchange(desk, code)

    assert _error(again) == (400, "invalid_grant")
    assert _works(desk, tokens["access_token"]) == 401
    assert _error(_refresh(desk, tokens["refresh_token"])) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:8765/callback"},
        {"redirect_uri": None},
        {"client": "consent-client"},
        {"code": "og_ac_made_up"},
        {"code_verifier": VERIFIER},
    ],
)
def test_a_code_works_only_with_its_client_and_address(desk: Any, changes: dict[str, Any]) -> None:
    """OG-011"""
    code = _told(_authorize(desk))["code"]

    refused = _exchange(desk, **{"code": code, **changes})

    assert _error(refused) == (400, "invalid_grant")
    assert _exchange(desk, code).status_code == 200


def test_a_code_ends_after_ten_minutes(desk: Any) -> None:
    """OG-011"""
    code = _told(_authorize(desk))["code"]

    desk.advance(minutes=10)

    assert _error(_exchange(desk, code)) == (400, "invalid_grant")


@pytest.mark.parametrize("verifier", [None, "w" * 43, "short", VERIFIER + " "])
def test_a_challenge_needs_its_verifier(desk: Any, verifier: str | None) -> None:
    """OG-010"""
    code = _told(_authorize(desk, code_challenge=CHALLENGE, code_challenge_method="S256"))["code"]

    refused = _exchange(desk, code, code_verifier=verifier)
    right = _exchange(desk, code, code_verifier=VERIFIER)

    assert _error(refused) == (400, "invalid_grant")
    assert right.status_code == 200


# refusals by redirect and without


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_wrong_request_comes_back_by_redirect(desk: Any, changes: dict[str, str], error: str) -> None:
    told = _told(_authorize(desk, **changes))

    assert (told["error"], told["state"]) == (error, "a b&c")
    assert "code" not in told


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "nobody"}, "unknown_client"),
        ({"client_id": "webhook-stripe"}, "unknown_client"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_redirect_uri"),
        ({"redirect_uri": BACK + "/"}, "invalid_redirect_uri"),
        ({"client_id": None}, "validation_failed"),
        ({"redirect_uri": None}, "validation_failed"),
        ({"response_type": None}, "validation_failed"),
    ],
)
def test_without_client_and_address_nobody_is_redirected(desk: Any, changes: dict[str, Any], code: str) -> None:
    answer = _authorize(desk, **changes)

    assert (answer.status_code, answer.json["error"]["code"]) == (400, code)
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": "client_credentials"}, (400, "unsupported_grant_type")),
        ({"grant_type": "authorization_code"}, (400, "invalid_request")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request")),
        ({"grant_type": None}, (400, "invalid_request")),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, (400, "invalid_grant")),
    ],
)
def test_a_wrong_token_request_is_told_in_the_form_of_rfc_6749(desk: Any, form: Any, expected: Any) -> None:
    assert _error(_token(desk, **form)) == expected


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"", "application/x-www-form-urlencoded", 400),
        (b"grant_type=%FF", "application/x-www-form-urlencoded", 400),
        (b"grant_type=" + b"x" * 65_536, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_token_form_that_cannot_be_read_is_refused(desk: Any, data: bytes, content_type: str, status: int) -> None:
    answer = desk.post("/oauth/token", key=None, data=data, content_type=content_type)

    assert _error(answer) == (status, "invalid_request")


def test_a_sandbox_client_gets_no_production_tokens(desk: Any) -> None:
    """OG-049"""
    record = desk.credential("client")
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": record["client_id"]}

    answer = desk.post(
        "/oauth/token",
        key=None,
        data={**form, "client_secret": record["client_secret"]},
        headers={"Host": "api.og-records.com"},
    )

    assert _error(answer) == (400, "unauthorized_client")


# refreshing


def test_each_refresh_gives_a_new_token_and_the_old_one_ends_the_family(desk: Any) -> None:
    """OG-012"""
    first = _tokens(desk)
    second = _refresh(desk, first["refresh_token"]).json
    third = _refresh(desk, second["refresh_token"]).json
    alive = [_works(desk, one["access_token"]) for one in (first, second, third)]

    reused = _refresh(desk, first["refresh_token"])

    assert alive == [200, 200, 200]
    assert len({one["refresh_token"] for one in (first, second, third)}) == 3
    assert _error(reused) == (400, "invalid_grant")
    assert [_works(desk, one["access_token"]) for one in (first, second, third)] == [401, 401, 401]
    assert _error(_refresh(desk, third["refresh_token"])) == (400, "invalid_grant")


def test_one_family_ends_alone(desk: Any) -> None:
    """OG-012"""
    one, other = _tokens(desk), _tokens(desk)
    _refresh(desk, one["refresh_token"])
    _refresh(desk, one["refresh_token"])

    assert (_works(desk, one["access_token"]), _works(desk, other["access_token"])) == (401, 200)
    assert _refresh(desk, other["refresh_token"]).status_code == 200


def test_a_refresh_token_does_not_age(desk: Any) -> None:
    """OG-012"""
    tokens = _tokens(desk)

    desk.advance(days=400)

    assert _works(desk, _refresh(desk, tokens["refresh_token"]).json["access_token"]) == 200


def test_a_refresh_token_of_another_client_is_unknown(desk: Any) -> None:
    """OG-012"""
    tokens = _tokens(desk)

    stolen = _refresh(desk, tokens["refresh_token"], client="consent-client")

    assert _error(stolen) == (400, "invalid_grant")
    assert _refresh(desk, tokens["refresh_token"]).status_code == 200


def test_a_refresh_may_narrow_the_scopes_and_not_widen_them(desk: Any) -> None:
    tokens = _tokens(desk, scope="earnings:read payouts:read")

    wide = _refresh(desk, tokens["refresh_token"], scope="earnings:read releases:read")
    narrow = _refresh(desk, tokens["refresh_token"], scope="payouts:read").json

    assert _error(wide) == (400, "invalid_scope")
    assert narrow["scope"] == "payouts:read"
    assert _refresh(desk, narrow["refresh_token"]).json["scope"] == "earnings:read payouts:read"


def test_the_tokens_of_a_client_count_together(desk: Any) -> None:
    """OG-030"""
    one, other = _tokens(desk), _tokens(desk)
    left = []

    for tokens in (one, other):
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        left.append(desk.get("/api/v1/earnings", key=None, headers=headers).headers["X-RateLimit-Remaining"])

    assert left == ["59", "58"]


# consent


class _Form(HTMLParser):
    """Reads a page's form as a browser does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action, self.method = "", ""
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = found["action"], found["method"]
        elif tag == "input":
            self.fields[found["name"]] = found["value"]
        elif tag == "button":
            self.buttons.append((found["name"], found["value"]))


def _page(desk: Any, **changes: Any) -> Any:
    return _authorize(desk, client_id="og-consent-client", **changes)


def test_a_person_sees_who_asks_for_what(desk: Any) -> None:
    """OG-010"""
    answer = _page(desk, scope="releases:read earnings:read")

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    for text in ("og-consent-client", "Nordwind Musik", "releases:read", "Read earnings."):
        assert text in answer.text
    assert "payouts:write" not in answer.text


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_person_decides_by_a_click(desk: Any, decision: str) -> None:
    """OG-010"""
    form = _Form(_page(desk, scope="earnings:read", code_challenge=CHALLENGE, code_challenge_method="S256").text)
    assert (form.method, urlsplit(form.action).path) == ("post", "/og_records/oauth/authorize")
    assert [value for _, value in form.buttons] == ["approve", "deny"]

    answer = desk.post("/oauth/authorize", key=None, data={**form.fields, "decision": decision})

    told = _told(answer)
    assert told["state"] == "a b&c"
    if decision == "deny":
        assert told["error"] == "access_denied"
    else:
        bought = _exchange(desk, told["code"], client="consent-client", code_verifier=VERIFIER)
        assert bought.json["scope"] == "earnings:read"


def test_nothing_in_the_request_becomes_part_of_the_page(desk: Any) -> None:
    state = '"><script>alert(1)</script>'

    page = _page(desk, state=state)

    assert "<script>" not in page.text
    assert _Form(page.text).fields["state"] == state


def test_asking_by_post_is_asking_by_get(desk: Any) -> None:
    at_once = desk.post("/oauth/authorize", key=None, data=ASKED)
    page = desk.post("/oauth/authorize", key=None, data={**ASKED, "client_id": "og-consent-client"})

    assert "code" in _told(at_once)
    assert page.mimetype == "text/html"


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        ({"decision": "maybe", **ASKED}, None, 400),
        ({"client_id": "x"}, None, 400),
        (b"{}", "application/json", 415),
        (b"state=" + b"x" * 65_536, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_wrong_answer_to_the_page_is_refused(desk: Any, data: Any, content_type: str | None, status: int) -> None:
    answer = desk.post("/oauth/authorize", key=None, data=data, content_type=content_type)

    assert answer.status_code == status


def test_an_address_with_a_query_keeps_it(desk: Any) -> None:
    client = desk.mint(kind="client", account="nordwind", scopes=["earnings:read"])
    address = "https://app.example.com/callback?tenant=7"
    desk.change("credentials", client["id"], redirect_uris=[address])

    told = _told(_authorize(desk, client_id=client["client_id"], redirect_uri=address))

    assert (told["tenant"], told["state"]) == ("7", "a b&c")
    assert told["code"]
