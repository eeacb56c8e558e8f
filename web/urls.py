from django.urls import path

from web import health

app_name = "health"
urlpatterns = [
    path("", health.live, name="live"),
    path("pret/", health.ready, name="ready"),
]
