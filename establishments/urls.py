from django.urls import path

from establishments import views

app_name = "establishments"
urlpatterns = [
    path("", views.choose, name="list"),
    path("<slug:slug>/", views.home, name="home"),
    path("<slug:slug>/logo.svg", views.logo, name="logo"),
]
