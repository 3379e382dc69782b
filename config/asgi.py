"""The web process: pages over HTTP, answers and progress over sockets."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402

from chat.consumers import ChatConsumer  # noqa: E402
from config.body_limit import BodyLimit  # noqa: E402
from config.lifespan import Lifespan  # noqa: E402
from ingest.consumers import ProgressConsumer  # noqa: E402

sockets = URLRouter([path("ws/chat/", ChatConsumer.as_asgi()), path("ws/progress/", ProgressConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": BodyLimit(django_application),
        "websocket": OriginValidator(AuthMiddlewareStack(sockets), settings.ORIGINS),
        "lifespan": Lifespan(),
    }
)
