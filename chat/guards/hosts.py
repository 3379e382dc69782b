"""Whether what is sent to an address leaves the house."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".cluster.local")
"""Endings of names that no public name server knows."""


def is_outside(url: str) -> bool:
    """True for every host but this machine, private addresses, and names that only a private network knows."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    if not host:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(INSIDE)
    return not (address.is_private or address.is_loopback or address.is_link_local)
