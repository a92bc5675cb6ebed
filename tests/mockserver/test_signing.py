"""Signatures: known values, and what each scheme refuses."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from mockserver.webhooks import signing
from mockserver.webhooks.signing import ACCEPTED, Refusal, Verdict

NOW = datetime(2026, 4, 26, 12, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = '{"title": "Ìfẹ́ Mi", "n": 1}'.encode()

KNOWN_HMAC = hmac.new(b"secret", BODY, hashlib.sha256).hexdigest()


def _v1(secret: str, stamp: int | str, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def test_a_verdict_is_true_only_when_nothing_is_refused() -> None:
    assert ACCEPTED
    assert not any(Verdict(refusal) for refusal in Refusal)
    with pytest.raises(FrozenInstanceError):
        ACCEPTED.refusal = Refusal.WRONG  # type: ignore[misc]


def test_the_hmac_is_the_one_of_rfc_4231() -> None:
    signed = signing.sha256_prefixed("Jefe", b"what do ya want for nothing?")

    assert signed == "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_prefixed_signature_covers_the_exact_bytes() -> None:
    header = signing.sha256_prefixed("secret", BODY)

    assert header == f"sha256={KNOWN_HMAC}"
    assert signing.verify_sha256_prefixed("secret", BODY, header)
    assert signing.verify_sha256_prefixed("secret", BODY + b" ", header).refusal is Refusal.WRONG
    assert signing.verify_sha256_prefixed("other", BODY, header).refusal is Refusal.WRONG


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        (None, Refusal.MISSING),
        ("", Refusal.MISSING),
        (KNOWN_HMAC, Refusal.MALFORMED),
        (f"sha1={KNOWN_HMAC}", Refusal.MALFORMED),
        ("sha256=", Refusal.WRONG),
        (f"sha256={KNOWN_HMAC.upper()}", Refusal.WRONG),
        (f"sha256={KNOWN_HMAC[:-1]}", Refusal.WRONG),
        ("sha256=é\udcff", Refusal.WRONG),
    ],
)
def test_other_prefixed_signatures_are_refused(header: str | None, refusal: Refusal) -> None:
    assert signing.verify_sha256_prefixed("secret", BODY, header).refusal is refusal


def test_a_timestamped_signature_covers_time_and_body() -> None:
    header = signing.timestamped("whsec_1", BODY, NOW + timedelta(microseconds=999_999))

    assert header == f"t={STAMP},v1={_v1('whsec_1', STAMP)}"
    assert signing.verify_timestamped("whsec_1", BODY, header, NOW)
    assert signing.verify_timestamped("whsec_1", BODY + b"\n", header, NOW).refusal is Refusal.WRONG
    later = header.replace(str(STAMP), str(STAMP + 1), 1)
    assert signing.verify_timestamped("whsec_1", BODY, later, NOW).refusal is Refusal.WRONG


def test_while_a_secret_is_rotated_both_secrets_accept_the_signature() -> None:
    header = signing.timestamped("new", BODY, NOW, "old")

    assert header.count("v1=") == 2
    assert signing.verify_timestamped("new", BODY, header, NOW)
    assert signing.verify_timestamped("old", BODY, header, NOW)
    assert signing.verify_timestamped("third", BODY, header, NOW).refusal is Refusal.WRONG


@pytest.mark.parametrize(
    ("age", "refusal"),
    [(0, None), (300, None), (301, Refusal.STALE), (10**8, Refusal.STALE), (-1, None), (-3600, None)],
)
def test_only_the_past_is_stale_and_only_beyond_the_tolerance(age: int, refusal: Refusal | None) -> None:
    header = signing.timestamped("whsec_1", BODY, NOW - timedelta(seconds=age))

    assert signing.verify_timestamped("whsec_1", BODY, header, NOW).refusal is refusal


def test_the_tolerance_can_be_chosen() -> None:
    header = signing.timestamped("whsec_1", BODY, NOW - timedelta(seconds=20))

    assert signing.verify_timestamped("whsec_1", BODY, header, NOW, timedelta(seconds=20))
    verdict = signing.verify_timestamped("whsec_1", BODY, header, NOW, timedelta(seconds=19))
    assert verdict.refusal is Refusal.STALE


def test_a_wrong_signature_is_wrong_even_when_it_is_old() -> None:
    header = signing.timestamped("other", BODY, NOW - timedelta(days=1))

    assert signing.verify_timestamped("whsec_1", BODY, header, NOW).refusal is Refusal.WRONG


RIGHT = _v1("whsec_1", STAMP)


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        (f"v1={RIGHT},t={STAMP}", None),
        (f"t={STAMP},v1=00,v1={RIGHT},v1=11", None),
        (f"t={STAMP},v0=00,v1={RIGHT}", None),
        (f"t={STAMP},v1={RIGHT},junk", None),
        (None, Refusal.MISSING),
        ("", Refusal.MISSING),
        (f"t={STAMP},v0={RIGHT}", Refusal.MALFORMED),
        (f"t={STAMP}", Refusal.MALFORMED),
        (f"v1={RIGHT}", Refusal.MALFORMED),
        (f"t={STAMP}, v1={RIGHT}", Refusal.MALFORMED),
        (f"t=,v1={RIGHT}", Refusal.MALFORMED),
        (f"t=-1,v1={RIGHT}", Refusal.MALFORMED),
        (f"t=١٢٣,v1={RIGHT}", Refusal.MALFORMED),
        (f"t={'9' * 400},v1={RIGHT}", Refusal.MALFORMED),
        (f"t={STAMP}\n,v1={RIGHT}", Refusal.MALFORMED),
        ("t,v1", Refusal.MALFORMED),
        (f"t=1,t={STAMP},v1={RIGHT}", Refusal.WRONG),
        (f"t={STAMP},v1=", Refusal.WRONG),
        (f"t={STAMP},v1=é", Refusal.WRONG),
    ],
)
def test_timestamped_headers_are_read_by_stripes_rules(header: str | None, refusal: Refusal | None) -> None:
    assert signing.verify_timestamped("whsec_1", BODY, header, NOW).refusal is refusal


def test_a_time_without_a_zone_is_a_mistake_of_the_caller() -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(ValueError, match="without a time zone"):
        signing.timestamped("whsec_1", BODY, naive)
    with pytest.raises(ValueError, match="without a time zone"):
        signing.verify_timestamped("whsec_1", BODY, signing.timestamped("whsec_1", BODY, NOW), naive)


def test_mailgun_signs_timestamp_and_token() -> None:
    token = "a1" * 25

    signature = signing.mailgun("key", str(STAMP), token)

    assert signature == hmac.new(b"key", f"{STAMP}{token}".encode(), hashlib.sha256).hexdigest()
    assert signing.verify_mailgun("key", str(STAMP), token, signature)
    assert signing.verify_mailgun("other", str(STAMP), token, signature).refusal is Refusal.WRONG
    assert signing.verify_mailgun("key", str(STAMP), token[:-1] + "2", signature).refusal is Refusal.WRONG


def test_mailguns_age_counts_only_when_the_time_is_given() -> None:
    signature = signing.mailgun("key", str(STAMP), "token")

    later = NOW + timedelta(seconds=301)

    assert signing.verify_mailgun("key", str(STAMP), "token", signature)
    assert signing.verify_mailgun("key", str(STAMP), "token", signature, later).refusal is Refusal.STALE
    assert signing.verify_mailgun("key", str(STAMP), "token", signature, later, timedelta(minutes=15))
    wrong = signing.verify_mailgun("key", str(STAMP), "token", "00", later)
    assert wrong.refusal is Refusal.WRONG


@pytest.mark.parametrize(
    ("timestamp", "token", "signature", "refusal"),
    [
        ("", "token", "00", Refusal.MISSING),
        ("1", "", "00", Refusal.MISSING),
        ("1", "token", "", Refusal.MISSING),
        ("soon", "token", "00", Refusal.MALFORMED),
        ("1", "\udcff", "00", Refusal.MALFORMED),
        ("1", "token", "\udcff", Refusal.WRONG),
    ],
)
def test_other_mailgun_signatures_are_refused(timestamp: str, token: str, signature: str, refusal: Refusal) -> None:
    assert signing.verify_mailgun("key", timestamp, token, signature).refusal is refusal


@pytest.fixture(scope="module")
def rsa_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    )


def test_an_rsa_signature_is_checked_with_the_public_key(rsa_pair: tuple[str, str]) -> None:
    private, public = rsa_pair

    header = signing.rsa_sha256(private, BODY)

    assert header == signing.rsa_sha256(private, BODY)
    assert signing.verify_rsa_sha256(public, BODY, header)
    assert signing.verify_rsa_sha256(public, BODY + b" ", header).refusal is Refusal.WRONG
    assert signing.verify_rsa_sha256(public, BODY, header[:-8] + "AAAAAA==").refusal is Refusal.WRONG


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        (None, Refusal.MISSING),
        ("", Refusal.MISSING),
        ("not base64!", Refusal.MALFORMED),
        ("AA!AA", Refusal.MALFORMED),
        ("é===", Refusal.MALFORMED),
        ("\udcff", Refusal.MALFORMED),
        ("AAAA", Refusal.WRONG),
    ],
)
def test_other_rsa_signatures_are_refused(rsa_pair: tuple[str, str], header: str | None, refusal: Refusal) -> None:
    assert signing.verify_rsa_sha256(rsa_pair[1], BODY, header).refusal is refusal


def test_a_key_of_another_kind_is_a_mistake_of_the_caller() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    with pytest.raises(ValueError, match="only an RSA key"):
        signing.rsa_sha256(private, BODY)
    with pytest.raises(ValueError, match="only an RSA key"):
        signing.verify_rsa_sha256(public, BODY, "AAAA")


@pytest.mark.parametrize(
    ("given_secret", "refusal"),
    [
        ("s3cret", None),
        (None, Refusal.MISSING),
        ("", Refusal.MISSING),
        ("s3cre", Refusal.WRONG),
        ("é", Refusal.WRONG),
    ],
)
def test_a_shared_secret_has_to_be_equal(given_secret: str | None, refusal: Refusal | None) -> None:
    assert signing.verify_shared_secret("s3cret", given_secret).refusal is refusal


@given(st.text(), st.binary(), st.text())
def test_no_other_header_is_ever_accepted_nor_breaks_the_check(secret: str, body: bytes, header: str) -> None:
    assert not signing.verify_sha256_prefixed(secret, body, header)
    assert not signing.verify_timestamped(secret, body, header, NOW)
    assert not signing.verify_timestamped(secret, body, f"t={STAMP},v1={header}", NOW)
    assert not signing.verify_mailgun(secret, "1", "token", header)


@given(st.text(), st.binary(), st.integers(0, 2**32))
def test_what_is_signed_is_accepted(secret: str, body: bytes, stamp: int) -> None:
    at = datetime.fromtimestamp(stamp, UTC)

    assert signing.verify_sha256_prefixed(secret, body, signing.sha256_prefixed(secret, body))
    assert signing.verify_timestamped(secret, body, signing.timestamped(secret, body, at), at)
