"""The pages of the area, below an establishment's path; `payments.bank_urls` gives them their namespace."""

from django.urls import path

import contracts.numbers  # noqa: F401 - registers <contract:…>
from payments.views import capital, follow, papers, pay, relative

urlpatterns = [
    path("payer/", pay.choose, name="choose"),
    path("payer/confirmer/", pay.start, name="start"),
    path("contrats/<contract:number>/rembourser/", capital.repay, name="repay"),
    path("payer/lien/", relative.make, name="make_link"),
    path("payer/lien/<int:pk>/annuler/", relative.revoke, name="revoke_link"),
    path("proche/<str:token>/", relative.pay, name="relative"),
    path("proche/retour/<uuid:pk>/", relative.outcome, name="relative_outcome"),
    path("paiements/", follow.show_list, name="list"),
    path("paiements/releve-<int:year>.pdf", papers.statement, name="statement"),
    path("documents/", papers.show_papers, name="papers"),
    path("documents/tout.zip", papers.everything, name="everything"),
    path("paiements/<uuid:pk>/", follow.status, name="status"),
    path("paiements/<uuid:pk>/abandonner/", follow.abandon, name="abandon"),
    path("paiements/<uuid:pk>/recu.pdf", follow.receipt, name="receipt"),
    path("paiements/<uuid:pk>/avoirs/<int:sequence>.pdf", follow.credit_note, name="credit_note"),
]
