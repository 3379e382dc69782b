from django.urls import path

from chat import check_views, views

urlpatterns = [
    path("", views.assistant, name="assistant"),
    path("c/<uuid:pk>/", views.conversation, name="conversation"),
    path("c/<uuid:pk>/delete", views.delete, name="delete-conversation"),
    path("turns/<uuid:turn>/branch", views.branch, name="branch"),
    path("turns/<uuid:turn>/keep", views.keep, name="keep"),
    path("turns/<uuid:turn>/feedback", views.rate, name="feedback"),
    path("check/", check_views.check, name="check"),
    path("check/file/", check_views.file, name="check-file"),
    path("check/passages/<uuid:pk>/", check_views.place, name="check-place"),
    path("turns/<uuid:turn>/citations/<int:marker>/", views.citation, name="citation"),
    path("turns/<uuid:turn>/why/", views.reasons, name="why"),
]
