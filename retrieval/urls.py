from django.urls import path

from retrieval import views

urlpatterns = [path("index", views.index, name="internal-index")]
