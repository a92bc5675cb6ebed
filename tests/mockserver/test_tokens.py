"""RS256 tokens: signed with the server's key, alive on the sandbox's clock, good for one sandbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from mockserver.auth.tokens import TokenRefused, check, issue, public_keys, revoke

HOUR = timedelta(hours=1)


def refused(toy: Any, text: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        check(toy.world, text)
    return caught.value.reason


def coded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def own_key() -> RSAKey:
    return RSAKey.import_key(files("fixtures").joinpath("keys", "sandbox-rs256.pem").read_text())


def test_a_token_carries_its_claims(toy: Any) -> None:
    issued = issue(toy.world, {"sub": "user-1", "scope": "read"}, HOUR)

    claims = check(toy.world, issued.text)

    assert claims == issued.claims
    assert (claims["iss"], claims["sandbox"], claims["sub"]) == ("soundcheck/toy", toy.name, "user-1")
    assert claims["iat"] == int(toy.now.timestamp())
    assert claims["exp"] - claims["iat"] == 3600
    assert issued.expires_at == toy.now + HOUR


def test_anybody_can_verify_it_with_the_public_keys(toy: Any) -> None:
    issued = issue(toy.world, {"sub": "user-1"}, HOUR)
    keys = public_keys()

    verified = jwt.decode(issued.text, KeySet.import_key_set(keys), algorithms=["RS256"])  # type: ignore[arg-type]

    assert verified.claims["sub"] == "user-1"
    assert verified.header["kid"] == keys["keys"][0]["kid"]
    assert "d" not in keys["keys"][0]


def test_a_token_ends_on_the_sandboxs_clock(toy: Any) -> None:
    text = issue(toy.world, {}, HOUR).text
    start = toy.now

    toy.advance(start + HOUR - timedelta(microseconds=1))
    assert check(toy.world, text)
    toy.advance(start + HOUR)
    assert refused(toy, text) == "expired"


def test_a_revoked_token_opens_nothing(toy: Any) -> None:
    issued, other = issue(toy.world, {}, HOUR), issue(toy.world, {}, HOUR)

    revoke(toy.world, issued.claims)

    assert refused(toy, issued.text) == "revoked"
    assert check(toy.world, other.text)


def test_a_token_of_another_sandbox_or_provider_opens_nothing(toy: Any, toy_house: Any, make_box: Any) -> None:
    other = make_box(toy_house, "toy")
    elsewhere = issue(toy.world, {"iss": "soundcheck/gard"}, HOUR).text

    assert refused(other, issue(toy.world, {}, HOUR).text) == "wrong-sandbox"
    assert refused(toy, elsewhere) == "wrong-sandbox"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_letter_breaks_the_token(toy: Any, part: int) -> None:
    parts = issue(toy.world, {"sub": "user-1"}, HOUR).text.split(".")
    middle = len(parts[part]) // 2
    letter = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + letter + parts[part][middle + 1 :]

    assert refused(toy, ".".join(parts)) in ("signature", "malformed")


def test_other_claims_under_an_old_signature_are_refused(toy: Any) -> None:
    head, body, signature = issue(toy.world, {"sub": "user-1"}, HOUR).text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))

    assert refused(toy, f"{head}.{coded({**claims, 'sub': 'admin'})}.{signature}") == "signature"


def test_no_algorithm_is_no_signature(toy: Any) -> None:
    claims = issue(toy.world, {}, HOUR).claims

    for name in ("none", "None", "NONE", ""):
        head = coded({"alg": name, "typ": "JWT"})
        assert refused(toy, f"{head}.{coded(claims)}.") in ("signature", "malformed")


def test_the_public_key_is_no_shared_secret(toy: Any) -> None:
    """The confusion of algorithms: HS256 with the bytes of the public key."""
    claims = issue(toy.world, {}, HOUR).claims
    signed = f"{coded({'alg': 'HS256', 'typ': 'JWT'})}.{coded(claims)}"
    for public in (own_key().as_pem(private=False), own_key().as_der(private=False)):
        code = hmac.new(public, signed.encode(), hashlib.sha256).digest()

        assert refused(toy, f"{signed}.{coded(code)}") in ("signature", "malformed")


def test_another_key_is_not_ours(toy: Any) -> None:
    claims = issue(toy.world, {}, HOUR).claims

    assert refused(toy, jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))) == "signature"


def test_a_key_that_the_token_brings_along_is_not_asked(toy: Any) -> None:
    claims = issue(toy.world, {}, HOUR).claims
    mine = RSAKey.generate_key(2048)
    head = {"alg": "RS256", "jwk": mine.as_dict(private=False)}

    assert refused(toy, jwt.encode(head, claims, mine)) in ("signature", "malformed")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "a.b",
        "a.b.c.d.e",
        "\ud800.\ud800.\ud800",
        "....",
        "=.=.=",
        "x" * 100_000 + "..",
    ],
    ids=lambda text: ascii(text)[:12],
)
def test_what_is_no_token_is_malformed(toy: Any, text: str) -> None:
    assert refused(toy, text) in ("malformed", "signature")


@pytest.mark.parametrize(
    "change",
    [{"exp": None}, {"exp": "soon"}, {"exp": []}, {"jti": None}, {"jti": 3}, {"exp": True}],
    ids=str,
)
def test_a_well_signed_token_without_an_end_or_an_id_is_malformed(toy: Any, change: dict[str, Any]) -> None:
    """The key lies in the repository: anybody may sign anything with it, and the house must not stumble."""
    claims = {**issue(toy.world, {}, HOUR).claims, **change}

    text = jwt.encode({"alg": "RS256"}, {name: value for name, value in claims.items() if value is not None}, own_key())

    assert refused(toy, text) in ("malformed", "expired")


def test_an_end_beyond_all_years_is_an_end(toy: Any) -> None:
    claims = {**issue(toy.world, {}, HOUR).claims, "exp": 10**30}

    assert check(toy.world, jwt.encode({"alg": "RS256"}, claims, own_key()))["exp"] == 10**30


def test_tokens_are_the_same_bytes_for_the_same_seed(toy: Any, toy_house: Any, make_box: Any) -> None:
    first = issue(toy.world, {"sub": "a"}, HOUR).text
    toy.start_over()

    assert issue(toy.world, {"sub": "a"}, HOUR).text == first
    toy.start_over(seed=8)
    assert issue(toy.world, {"sub": "a"}, HOUR).text != first


def test_what_a_caller_does_to_its_claims_is_its_own(toy: Any) -> None:
    text = issue(toy.world, {"sub": "a"}, HOUR).text

    check(toy.world, text)["sub"] = "changed"

    assert check(toy.world, text)["sub"] == "a"
