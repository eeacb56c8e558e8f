from django.urls import path, register_converter

from contracts.numbers import ContractNumberConverter
from contracts.views import detail, lists, overview

register_converter(ContractNumberConverter, "contract")

app_name = "contracts"
urlpatterns = [
    path("espace/", overview.overview, name="overview"),
    path("contrats/", lists.show_list, name="list"),
    path("contrats/<contract:number>/", detail.detail, name="detail"),
    path("contrats/<contract:number>/prolonger/", detail.prolong, name="prolong"),
]
