"""Who a browser's session belongs to now, asked of the database and not of what a socket was opened with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from library.models import User


def user_of(session_key: str | None) -> User | None:
    """The user, or None once they have signed out, were locked out, or changed their password."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def language(user: User, scope: dict[str, Any]) -> str:
    """The user's own, else the browser's, else the installation's."""
    if user.language:
        return user.language
    header = dict(scope.get("headers", ())).get(b"accept-language", b"").decode("latin-1")
    wanted = [scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, "")]
    wanted += [code for code, _quality in parse_accept_lang_header(header)]
    for code in filter(None, wanted):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
