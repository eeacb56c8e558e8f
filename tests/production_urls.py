"""Every page, and one that has a fault."""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from pretgage.urls import urlpatterns as ours

SECRET: Final = "ce-que-personne-ne-doit-lire"


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    password = SECRET
    raise ValueError(f"{password} {len(request.path)}")


urlpatterns = [path("panne/", fail), *ours]
