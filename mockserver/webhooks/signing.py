"""Signatures of webhooks over the exact bytes sent: how to make them, how to judge them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

TOLERANCE = timedelta(seconds=300)


class Refusal(StrEnum):
    """Why a signature is not accepted."""

    MISSING = "missing"  # there is none
    MALFORMED = "malformed"  # it does not have the form of its scheme
    WRONG = "wrong"  # other bytes, another secret or another key
    STALE = "stale"  # right, but too old: perhaps a replay


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; true when the signature is accepted."""

    refusal: Refusal | None = None

    def __bool__(self) -> bool:
        return self.refusal is None


ACCEPTED = Verdict()


# sha256=<hex>: HMAC-SHA256 of the body. Gard's X-Gard-Signature.


def sha256_prefixed(secret: str, body: bytes) -> str:
    """The header's value for a body."""
    return "sha256=" + _hmac_hex(secret, body)


def verify_sha256_prefixed(secret: str, body: bytes, header: str | None) -> Verdict:
    """Judge a header's value. The scheme knows no time, so a replay passes."""
    if not header:
        return Verdict(Refusal.MISSING)
    if not header.startswith("sha256="):
        return Verdict(Refusal.MALFORMED)
    return _same_or_wrong(sha256_prefixed(secret, body), header)


# t=<unix seconds>,v1=<hex>: HMAC-SHA256 of "<t>.<body>". Stripe's scheme, and ToneGrid's and og_records' too.


def timestamped(secret: str, body: bytes, at: datetime, previous_secret: str | None = None) -> str:
    """The header's value; while a secret is being rotated, a second v1 is made with the previous one."""
    stamp = int(_aware(at).timestamp())
    secrets = [secret] if previous_secret is None else [secret, previous_secret]
    signatures = [f"v1={_hmac_hex(each, b'%d.%b' % (stamp, body))}" for each in secrets]
    return ",".join([f"t={stamp}", *signatures])


def verify_timestamped(
    secret: str, body: bytes, header: str | None, now: datetime, tolerance: timedelta = TOLERANCE
) -> Verdict:
    """Judge a header's value by Stripe's rules.

    Any v1 may be the right one, other versions count for nothing, the signature is judged before its age, and
    only the past is too old: a sender whose clock is ahead is accepted.
    """
    if not header:
        return Verdict(Refusal.MISSING)
    items = [tuple(item.split("=", 1)) for item in header.split(",")]
    stamps = [item[1] for item in items if item[0] == "t" and len(item) == 2]
    signatures = [item[1] for item in items if item[0] == "v1" and len(item) == 2]
    if not stamps or not re.fullmatch("[0-9]{1,15}", stamps[0]) or not signatures:
        return Verdict(Refusal.MALFORMED)
    expected = _hmac_hex(secret, stamps[0].encode() + b"." + body)
    matches = [_is_same(expected, signature) for signature in signatures]  # all of them: equal time for all
    if True not in matches:
        return Verdict(Refusal.WRONG)
    return _fresh_or_stale(int(stamps[0]), now, tolerance)


# Mailgun signs a timestamp and a token, not the body: {"signature": {"timestamp", "token", "signature"}}.


def mailgun(signing_key: str, timestamp: str, token: str) -> str:
    """The hex signature of a timestamp (unix seconds as text) and a token (50 characters, used once)."""
    return _hmac_hex(signing_key, timestamp.encode() + token.encode())


def verify_mailgun(
    signing_key: str,
    timestamp: str,
    token: str,
    signature: str,
    now: datetime | None = None,
    tolerance: timedelta = TOLERANCE,
) -> Verdict:
    """Judge the three values. Age matters only when now is given; remembering tokens is the caller's part."""
    if not timestamp or not token or not signature:
        return Verdict(Refusal.MISSING)
    if not re.fullmatch("[0-9]{1,15}", timestamp) or not token.isascii():
        return Verdict(Refusal.MALFORMED)
    verdict = _same_or_wrong(mailgun(signing_key, timestamp, token), signature)
    if verdict and now is not None:
        return _fresh_or_stale(int(timestamp), now, tolerance)
    return verdict


# RSA PKCS#1 v1.5 with SHA-256 over the body, in base64. Wise's X-Signature-SHA256.


def rsa_sha256(private_key_pem: str, body: bytes) -> str:
    """The header's value for a body."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return base64.b64encode(_private_key(private_key_pem).sign(body, PKCS1v15(), SHA256())).decode()


def verify_rsa_sha256(public_key_pem: str, body: bytes, header: str | None) -> Verdict:
    """Judge a header's value. The scheme knows no time; the caller tells replays by their delivery id."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    if not header:
        return Verdict(Refusal.MISSING)
    try:
        signature = base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError):
        return Verdict(Refusal.MALFORMED)
    try:
        _public_key(public_key_pem).verify(signature, body, PKCS1v15(), SHA256())
    except InvalidSignature:
        return Verdict(Refusal.WRONG)
    return ACCEPTED


# A secret that both sides know, sent as it is. Whapi documents no signature; a custom header can carry this.


def verify_shared_secret(secret: str, given: str | None) -> Verdict:
    """Judge a header's value that has to be the secret itself."""
    if not given:
        return Verdict(Refusal.MISSING)
    return _same_or_wrong(secret, given)


def _hmac_hex(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _is_same(expected: str, given: str) -> bool:
    """Compare in constant time. As bytes, since headers may hold what ASCII and even UTF-8 do not."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))


def _same_or_wrong(expected: str, given: str) -> Verdict:
    return ACCEPTED if _is_same(expected, given) else Verdict(Refusal.WRONG)


def _fresh_or_stale(stamp: int, now: datetime, tolerance: timedelta) -> Verdict:
    is_stale = stamp < _aware(now).timestamp() - tolerance.total_seconds()
    return Verdict(Refusal.STALE) if is_stale else ACCEPTED


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone has no unix time of its own")
    return instant


@lru_cache(maxsize=64)
def _private_key(pem: str) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("only an RSA key can sign with RSA")
    return key


@lru_cache(maxsize=64)
def _public_key(pem: str) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("only an RSA key can check a signature of RSA")
    return key
