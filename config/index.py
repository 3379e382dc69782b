"""`python -m config.index`: the process that serves the embedded index and keeps it up to date.

Where a Qdrant server does, it does nothing.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import django
from django.conf import settings


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    if settings.QDRANT_URL:
        signal.pause()
    django.setup()
    from retrieval.owner import Owner

    Owner().run()


def _end(number: int, frame: FrameType | None) -> None:
    """Wherever it is: what is half done is done again by the next one."""
    sys.exit(0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
