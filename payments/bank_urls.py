"""The bank's doors, that belong to no area, and the area's pages: one namespace has one root."""

from django.urls import include, path

from payments.views import bank

app_name = "payments"
urlpatterns = [
    path("paiements/notification/<slug:establishment_slug>/", bank.notification, name="notification"),
    path("paiements/retour/<uuid:pk>/", bank.come_back, name="return"),
    path("<slug:slug>/", include("payments.urls")),
]
