"""Where outgoing requests may go: never to link-local or metadata addresses, whatever they are called."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from mockserver.webhooks.targets import TargetRefused, check_url, network_of, resolve


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::a00:1", "private"),
        ("8.8.8.8", "public"),
        ("2606:4700::1111", "public"),
        ("64:ff9b::808:808", "public"),
        ("169.254.169.254", "never"),
        ("169.254.0.1", "never"),
        ("::ffff:169.254.169.254", "never"),
        ("64:ff9b::a9fe:a9fe", "never"),
        ("2002:a9fe:a9fe::1", "never"),
        ("fe80::1", "never"),
        ("100.100.100.200", "never"),
        ("168.63.129.16", "never"),
        ("192.0.0.192", "never"),
        ("fd00:ec2::254", "never"),
        ("fd20:ce::254", "never"),
        ("0.0.0.0", "never"),
        ("::", "never"),
        ("224.0.0.1", "never"),
        ("ff02::1", "never"),
        ("255.255.255.255", "never"),
        ("240.0.0.1", "never"),
        ("::127.0.0.1", "never"),
        ("::169.254.169.254", "never"),
        ("::ffff:0:127.0.0.1", "never"),
        ("64:ff9b:1::a9fe:a9fe", "never"),
    ],
)
def test_every_address_belongs_to_a_network(address: str, network: str) -> None:
    assert network_of(ip_address(address)) == network


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "169.254.43518",
        "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[fe80::1]",
        "100.100.100.200",
    ],
)  # fmt: skip
def test_metadata_is_refused_however_it_is_spelled(host: str) -> None:
    with pytest.raises(TargetRefused):
        resolve(f"http://{host}/latest/meta-data/", ("loopback", "private", "public"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"]
)
def test_loopback_is_loopback_however_it_is_spelled(host: str) -> None:
    assert resolve(f"http://{host}:9/", ("loopback",)).port == 9
    with pytest.raises(TargetRefused, match=r"loopback.*allowed networks: public"):
        resolve(f"http://{host}:9/", ("public",))


def test_networks_must_be_allowed() -> None:
    with pytest.raises(
        TargetRefused, match=r"10\.0\.0\.1 is 10\.0\.0\.1 \(private\); allowed networks: loopback, public"
    ):
        resolve("http://10.0.0.1/", ("loopback", "public"))
    assert resolve("http://10.0.0.1/", ("private",)).address == "10.0.0.1"
    with pytest.raises(TargetRefused, match="allowed networks: none"):
        resolve("http://127.0.0.1/", ())


def answering(*addresses: str) -> Any:
    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


def test_a_name_is_refused_when_any_of_its_addresses_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("8.8.8.8", "169.254.169.254"))

    with pytest.raises(TargetRefused, match=r"169\.254\.169\.254 \(link-local, metadata or unroutable\)"):
        resolve("http://rebind.example/", ("public",))


def test_the_address_that_was_checked_is_the_one_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to something else a moment later (DNS rebinding) changes nothing."""
    monkeypatch.setattr(socket, "getaddrinfo", answering("8.8.8.8"))
    target = resolve("https://name.example/hook?a=1", ("public",))
    monkeypatch.setattr(socket, "getaddrinfo", answering("169.254.169.254"))

    assert (target.scheme, target.host, target.address, target.port, target.path) == (
        "https", "name.example", "8.8.8.8", 443, "/hook?a=1",
    )  # fmt: skip


def test_a_name_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(TargetRefused, match="cannot be resolved"):
        resolve("http://nowhere.example/", ("public",))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://a.example", ("http", "a.example", 80, "/")),
        ("https://a.example/x?y=%20#frag", ("https", "a.example", 443, "/x?y=%20")),
        ("http://user:word@a.example:8080/", ("http", "a.example", 8080, "/")),
        ("http://[::1]:81/x", ("http", "::1", 81, "/x")),
        ("HTTP://A.EXAMPLE/", ("http", "a.example", 80, "/")),
    ],
)
def test_urls_are_taken_apart(url: str, parts: tuple[str, str, int, str]) -> None:
    assert check_url(url) == parts


@pytest.mark.parametrize(
    "url",
    [
        "", "a.example", "//a.example", "ftp://a.example/", "file:///etc/passwd", "gopher://a/", "http://", "http:///x",
        "http://a.example:99999/", "http://a.example:x/", "http://[::1/", "http://a.example/a b", "http://a.example/é",
        "http://a.example/\x00", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        check_url(url)
