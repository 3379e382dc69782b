"""`python -m config.web`: one uvicorn process."""

from __future__ import annotations

import os

import uvicorn
from django.conf import settings

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    uvicorn.run(
        "config.asgi:application",
        host=settings.HOST,
        port=settings.PORT,
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_max_queue=32,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=25,
        log_config=None,
        access_log=False,
        server_header=False,
    )
