from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.generic import TemplateView

from bare import views

nothing = TemplateView.as_view(template_name="frame.html")

urlpatterns = [
    path("contrats/", views.naive, name="naive"),
    path("contrats-vite/", views.tuned, name="tuned"),
    path("contrats/<str:number>/", nothing, name="contract"),
    path("connexion/", LoginView.as_view(template_name="login.html"), name="login"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("profil/", nothing, name="profile"),
    path("mot-de-passe/", nothing, name="password"),
]
