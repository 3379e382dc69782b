"""The request of somebody who is signed in: what every view behind the sign-in receives."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from library.models import User


class SignedIn(HttpRequest):
    user: User
    htmx: HtmxDetails
