"""The kinds of document that are told apart, as they are stored; the screens translate them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

KINDS = (
    _("annual report"),
    _("quarterly report"),
    _("current report"),
    _("earnings release"),
    _("presentation"),
    _("prospectus"),
    _("workbook"),
    _("call"),
)
