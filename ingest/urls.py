from django.urls import path

from ingest import views

urlpatterns = [
    path("library/<int:pk>/upload", views.upload, name="upload"),
    path("versions/<int:pk>/status", views.status, name="version-status"),
    path("versions/<int:pk>/pages/<int:number>", views.page_image, name="page-image"),
    path("versions/<int:pk>/file", views.download, name="download"),
    path("versions/<int:pk>/retry", views.retry, name="retry"),
    path("versions/<int:pk>/cancel", views.cancel, name="cancel"),
    path("documents/<int:pk>/labels", views.label, name="label-document"),
    path("documents/<int:pk>/delete", views.delete, name="delete-document"),
]
