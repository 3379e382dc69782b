"""Liveness and readiness: what a load balancer and an operator ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
