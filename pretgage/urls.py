"""Every page. French paths, English names; `<slug:slug>` is the establishment."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("gestion/", admin.site.urls),
    path("sante/", include("web.urls")),
    path("messages/", include("messaging.urls")),
    path("", include("payments.bank_urls")),  # with the area's pages of payments
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
urlpatterns += [
    path("", include("establishments.urls")),
    path("<slug:slug>/", include("accounts.urls")),
    path("<slug:slug>/", include("contracts.urls")),
]
