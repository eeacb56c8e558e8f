from django.urls import path, register_converter

from contracts import views
from contracts.numbers import ContractNumberConverter

register_converter(ContractNumberConverter, "contract")

app_name = "contracts"
urlpatterns = [
    path("espace/", views.overview, name="overview"),
    path("contrats/", views.show_list, name="list"),
    path("contrats/<contract:number>/", views.detail, name="detail"),
    path("contrats/<contract:number>/prolonger/", views.prolong, name="prolong"),
]
