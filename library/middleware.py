"""The language that a signed-in user has chosen goes before the browser's."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from library.models import User


class UserLanguageMiddleware(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        if isinstance(request.user, User) and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
