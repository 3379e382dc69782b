"""Signing in: by a link that works once, or by name and password; both on the audit."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from library import audit
from library.models import SignInLink, User

LINK_LASTS = timedelta(hours=24)
TRIES = {"name": 8, "address": 30}
"""How many wrong passwords a name and an address may give within the window."""
WINDOW_S = 900


class Throttled(Exception):
    """Too many wrong passwords for this name or from this address: none is looked at until the window has passed."""


def make_link(user: User) -> str:
    """The path of a new link; its token is not stored and cannot be shown again."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, token_hash=_digest(token), expires=timezone.now() + LINK_LASTS)
    return reverse("sign-in-link", args=[token])


def link_user(token: str) -> User | None:
    """Whom the link would sign in; looking does not use it up."""
    link = SignInLink.objects.filter(token_hash=_digest(token), used=None, expires__gt=timezone.now())
    found = link.filter(user__is_active=True).select_related("user").first()
    return found.user if found else None


def by_link(request: HttpRequest, token: str) -> User | None:
    """Sign in; of two requests with the same link one succeeds."""
    user = link_user(token)
    if user is None:
        return None
    now = timezone.now()
    with transaction.atomic():
        if not SignInLink.objects.filter(token_hash=_digest(token), used=None, expires__gt=now).update(used=now):
            return None
        audit.record(user, "signed in", by="link")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def by_password(request: HttpRequest, name: str, password: str) -> User | None:
    """Sign in, or None for any wrong pair. Raises `Throttled`, and Redis's own error when it cannot count."""
    address = request.META.get("REMOTE_ADDR", "")
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as counters:
        keys = {"name": f"signin:name:{_digest(name.casefold())}", "address": f"signin:address:{_digest(address)}"}
        for kind, key in keys.items():
            if int(counters.get(key) or 0) >= TRIES[kind]:
                raise Throttled
        user = authenticate(request, username=name, password=password)
        if not isinstance(user, User):
            for key in keys.values():
                counters.set(key, 0, ex=WINDOW_S, nx=True)
                counters.incr(key)
            audit.record(None, "sign-in refused", name=name[:150], address=address)
            return None
        counters.delete(keys["name"])
    audit.record(user, "signed in", by="password")
    login(request, user)
    return user


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
