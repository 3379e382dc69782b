from django.urls import path

from library import entrance, views

urlpatterns = [
    path("favicon.ico", entrance.tab_icon),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-in/<str:token>", entrance.sign_in_link, name="sign-in-link"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("language", entrance.language, name="language"),
    path("library/", views.library, name="library"),
    path("library/<int:pk>/", views.collection, name="collection"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/<int:pk>/row", views.row, name="document-row"),
]
