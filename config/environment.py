"""Reading the environment: typed, with a default each, and a bad value names itself."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    return os.environ.get(name, default).strip()


def number(name: str, default: int, *, least: int = 0) -> int:
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdecimal() or int(raw) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {raw!r}.")
    return int(raw)


def flag(name: str, default: bool) -> bool:
    raw = os.environ.get(name, str(default)).strip().lower()
    if raw in TRUE:
        return True
    if raw in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}.")


def listed(name: str, default: str) -> list[str]:
    """A comma-separated list, spaces around the commas ignored."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def present(names: list[str]) -> dict[str, str]:
    """Those of other programs' variables that are set."""
    return {name: os.environ[name] for name in names if name in os.environ}


def starting(prefix: str) -> dict[str, str]:
    """Every variable whose name begins so."""
    return {name: value for name, value in os.environ.items() if name.startswith(prefix)}
