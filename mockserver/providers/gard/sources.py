"""Addresses that a submission names: which are taken, and the files behind those that are to be fetched."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import ExitStack
from urllib.parse import unquote, urlsplit

from mockserver.providers.gard.files import BY_URL, MediaFile
from mockserver.webhooks.fetcher import FetchFailed, fetch
from mockserver.webhooks.targets import TargetRefused, check_url, network_of

_LOCAL_NAMES = ("localhost", "ip6-localhost", "ip6-loopback")


class SourceRefused(Exception):
    """An address that is not taken, or whose file cannot be had; the text says why."""


def check_source(url: str, allowed: tuple[str, ...]) -> None:
    """Refuse what is no http(s) address of a public host (GARD-097); `allowed` names networks taken beside."""
    scheme_and_network(url, ("public", *allowed))


def check_callback(url: str) -> None:
    """Refuse a callback that is neither https nor plain http to this machine (GARD-208)."""
    scheme, network = scheme_and_network(url, ("public", "private", "loopback"))
    if scheme == "http" and network != "loopback":
        raise SourceRefused("Must be an https address; plain http goes to the local machine only.")


def scheme_and_network(url: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    """Return an address's scheme and the network of its host as far as its spelling tells; a name counts as public."""
    try:
        scheme, host, _, _ = check_url(url)
    except TargetRefused as refusal:
        raise SourceRefused(f"Must be an http(s) address: {refusal}.") from None
    network = _network(host)
    if network not in allowed:
        raise SourceRefused(f"Must be a public http(s) address; {host} is not one.")
    return scheme, network


def _network(host: str) -> str:
    if host.rstrip(".").lower() in _LOCAL_NAMES or host.rstrip(".").lower().endswith(".localhost"):
        return "loopback"
    try:
        return network_of(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:  # the old spellings of an IPv4 address: 127.1, 0x7f000001, 2130706433
        return network_of(ipaddress.IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return "public"


def open_source(field: str, url: str, allowed: tuple[str, ...], stack: ExitStack) -> MediaFile | None:
    """Return the file behind an address, closed with the stack; None where nothing is fetched but made up."""
    check_source(url, allowed)
    if not allowed:
        return None
    try:
        fetched = fetch(url, allowed, BY_URL)
    except FetchFailed as failure:
        raise SourceRefused(f"Cannot be fetched: {failure}.") from None
    stack.callback(fetched.file.close)
    return MediaFile(field, name_of(url), fetched.size, fetched.file)


def name_of(url: str) -> str:
    """Return the file name at the end of an address."""
    return unquote(urlsplit(url).path.rpartition("/")[2])
