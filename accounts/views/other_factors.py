from django.http import HttpResponse

from accounts.models import User
from accounts.pending import Pending
from establishments.requests import EstablishmentRequest


def enter_other_factor(request: EstablishmentRequest, attempt: Pending, user: User) -> HttpResponse:
    raise NotImplementedError
