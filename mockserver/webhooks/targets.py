"""Decides which addresses outgoing requests may go to: never link-local or metadata, the rest by setting."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

# Cloud metadata services that do not live in a link-local range.
_METADATA = {
    ipaddress.ip_address("100.100.100.200"),
    ipaddress.ip_address("168.63.129.16"),
    ipaddress.ip_address("192.0.0.192"),
    ipaddress.ip_address("fd00:ec2::254"),
    ipaddress.ip_address("fd20:ce::254"),
}
_LOOPBACK = ipaddress.IPv6Address("::1")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TargetRefused(Exception):
    """An address that outgoing requests must not go to; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked target: connect to `address`, speak to `host`."""

    scheme: str
    host: str
    address: str
    port: int
    path: str


def network_of(address: Address) -> str:
    """Return loopback, private, public, or `never` for addresses that nothing may be sent to."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return network_of(inner)
        if int(address) >> 120 == 0 and address != _LOOPBACK:
            return "never"  # 0000::/8: old ways to write an IPv4 address, among them ::127.0.0.1
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return "never"
    if address.is_loopback:
        return "loopback"
    if address.is_global:
        return "public"
    return "never" if address.is_reserved else "private"


def check_url(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path with query of an http(s) URL; `TargetRefused` for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TargetRefused(f"{url[:200]!r} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise TargetRefused(f"{url[:200]!r} is no http or https URL")
    if any(ord(character) < 33 or ord(character) > 126 for character in parts.path + parts.query):
        raise TargetRefused(f"{url[:200]!r} holds characters that a URL must escape")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def resolve(url: str, allowed: tuple[str, ...]) -> Target:
    """Resolve a URL's host once and pin its address, so that what was checked is what is called."""
    scheme, host, port, path = check_url(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetRefused(f"{host} cannot be resolved: {error}") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    for text in addresses:
        network = network_of(ipaddress.ip_address(text))
        if network not in allowed:
            reason = "link-local, metadata or unroutable" if network == "never" else network
            raise TargetRefused(f"{host} is {text} ({reason}); allowed networks: {', '.join(allowed) or 'none'}")
    return Target(scheme, host, addresses[0], port, path)
