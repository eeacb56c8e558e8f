from django.urls import path

import contracts.numbers  # noqa: F401 - registers <contract:…>
from contracts.views import calendar, detail, documents, lists, overview, photos, requests, simulate

app_name = "contracts"
urlpatterns = [
    path("espace/", overview.overview, name="overview"),
    path("contrats/", lists.show_list, name="list"),
    path("contrats/echeances.ics", calendar.download, name="calendar"),
    path("calendrier/", calendar.link, name="calendar_link"),
    path("calendrier/titre/", calendar.retitle, name="retitle_calendar"),
    path("calendrier/supprimer/", calendar.revoke, name="revoke_calendar"),
    path("calendrier/<str:token>.ics", calendar.feed, name="feed"),
    path("contrats/<contract:number>/", detail.detail, name="detail"),
    path("contrats/<contract:number>/demander/<str:kind>/", requests.ask, name="ask"),
    path("contrats/<contract:number>/simuler/", simulate.simulate, name="simulate"),
    path("demandes/", requests.show_list, name="requests"),
    path("demandes/<int:pk>/", requests.show, name="request"),
    path("demandes/<int:pk>/annuler/", requests.withdraw, name="withdraw_request"),
    path("contrats/<contract:number>/prolonger/", detail.prolong, name="prolong"),
    path("contrats/<contract:number>/fiche.pdf", documents.sheet, name="sheet"),
    path("contrats/<contract:number>/avis.pdf", documents.notice, name="notice"),
    path("contrats/<contract:number>/objets/<int:rank>.jpg", photos.photo, name="photo"),
    path("contrats/<contract:number>/objets/<int:rank>-petite.jpg", photos.small_photo, name="small_photo"),
]
