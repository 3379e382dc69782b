"""Liveness and readiness: what a load balancer and an operator ask."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from retrieval import owner

PATIENCE_S = 2


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; each part by name: "ok" or what is wrong."""
    parts = {name: check() for name, check in CHECKS.items()}
    fine = all(answer == "ok" for answer in parts.values())
    response = JsonResponse({"ready": fine, **parts}, status=200 if fine else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django logs each 503 as an error; a probe asks often
    return response


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"not reachable ({type(error).__name__})"
    return "ok"


def broker() -> str:
    try:
        with _redis() as client:
            client.ping()
    except redis.RedisError as error:
        return f"not reachable ({type(error).__name__})"
    return "ok"


def worker() -> str:
    try:
        with _redis() as client:
            alive = next(client.scan_iter("shiori:worker:*", count=1000), None)
    except redis.RedisError:
        return "unknown, Redis is not reachable"
    return "ok" if alive else "none has reported within 10 s"


def index() -> str:
    return owner.health()


CHECKS: dict[str, Callable[[], str]] = {"database": database, "redis": broker, "index": index, "worker": worker}


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
