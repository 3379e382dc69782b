from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("admin/", admin.site.urls),
    path("", include("retrieval.urls")),
    path("", include("library.urls")),
    path("", include("ingest.urls")),
    path("", include("chat.urls")),
]
