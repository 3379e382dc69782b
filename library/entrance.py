"""The views before the sign-in, and the way out."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import redis
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from library import audit, signin
from library.models import User


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):  # a piece of a page was asked for after the session had ended
        return HttpResponseClientRedirect(_back_to_the_page(request))
    if request.method != "POST":
        return _form(request)
    name, password = request.POST.get("name", "").replace("\0", "").strip(), request.POST.get("password", "")
    try:
        user = signin.by_password(request, name, password)
    except signin.Throttled:
        return _form(request, _("Too many attempts. Please wait 15 minutes, or ask an administrator for a link."), 429)
    except redis.RedisError:
        return _form(request, _("Signing in is not possible at the moment. Please try again in a minute."), 503)
    if user is None:
        return _form(request, _("The name or the password is not right."), 400)
    return redirect(_onward(request))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link asks first: mail programs open links too, and would use it up."""
    if request.method == "POST":
        user = signin.by_link(request, token)
        return redirect(settings.LOGIN_REDIRECT_URL) if user else _used_up(request)
    user = signin.link_user(token)
    return render(request, "library/sign_in_link.html", {"person": user}) if user else _used_up(request)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        audit.record(request.user, "signed out")
    logout(request)
    return redirect("sign-in")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language for this browser, and for the user wherever they sign in next."""
    response = redirect(_onward(request))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=settings.HTTPS, httponly=True)
        if isinstance(request.user, User):
            request.user.language = code
            request.user.save(update_fields=["language"])
    return response


@login_not_required
@require_safe
def tab_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it of themselves on pages that are no HTML; the pages name their own."""
    return HttpResponse(status=204)


def _back_to_the_page(request: HttpRequest) -> str:
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or settings.LOGIN_REDIRECT_URL
    return f"{request.path}?{urlencode({'next': page})}"


def _form(request: HttpRequest, trouble: str = "", status: int = 200) -> HttpResponse:
    next_page = request.POST.get("next") or request.GET.get("next", "")
    here = reverse("sign-in")
    context = {"trouble": trouble, "name": request.POST.get("name", ""), "next": next_page, "here": here}
    return render(request, "library/sign_in.html", context, status=status)


def _used_up(request: HttpRequest) -> HttpResponse:
    """The same for a link that was used, one that is too old and one that never was."""
    words = _("This link does not work any more. Links work once, for 24 hours. Ask an administrator for a new one.")
    return _form(request, words, 404)


def _onward(request: HttpRequest) -> str:
    """Where the form asks to go on, within this site alone."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else settings.LOGIN_REDIRECT_URL
