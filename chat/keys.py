"""Keys by reference, and the addresses they are sent to: what an administrator may write, and how it is read.

A reference names a variable that begins with LLM_KEY_, or a file in one folder. So nobody who may set up a model can
have another secret of this machine sent to an address of their choosing.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REFERENCE = re.compile(r"env:(LLM_KEY_[A-Z0-9_]{1,80})|file:([A-Za-z0-9][A-Za-z0-9._-]{0,80})")


class KeyMissing(Exception):
    """The reference leads to nothing on this machine."""


def read(reference: str) -> str:
    """The key behind a reference; "" where there is none. Raises `KeyMissing`."""
    if not reference:
        return ""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise KeyMissing
    variable, file = match.groups()
    try:
        key = settings.LLM_KEYS.get(variable, "") if variable else (settings.LLM_KEYS_DIR / file).read_text()
    except (OSError, UnicodeDecodeError):
        raise KeyMissing from None
    if not key.strip() or not key.strip().isascii():
        raise KeyMissing
    return key.strip()


def check_reference(reference: str) -> None:
    """Refuses what is no reference (a key itself, say, which is not repeated then), and one that leads nowhere."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise ValidationError(_("Write env:LLM_KEY_… or file:NAME. The key itself is never stored here."))
    try:
        read(reference)
    except KeyMissing:
        if match[1]:
            message = _("The variable %(name)s is not set where this server runs. Set it, then start the server anew.")
        else:
            message = _("There is no readable file %(name)s with a key in %(folder)s.")
        found = {"name": match[1] or match[2], "folder": str(settings.LLM_KEYS_DIR)}
        raise ValidationError(message % found) from None


def check_address(address: str) -> None:
    """An http(s) address without a name, password, query or fragment in it, and none of the link-local ones."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not host or not plain:
        raise ValidationError(
            _("Write an address such as https://llm.example/v1, without a password or a question mark.")
        )
    if _is_link_local(host):
        raise ValidationError(_("Link-local addresses are not asked: cloud machines give out their own keys there."))


def _is_link_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_link_local or address.is_multicast or address.is_unspecified
