"""What an agent looks for, in the address of a list: sealed, so that no history, log or Referer holds a name.

The search form posts. Its answer leads to the list with the words sealed in `q`, for this agent alone; filters, pages
and the way back from a row carry that on. Words that somebody types into the address are answered, and sealed in the
links of the page.
"""

import base64
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict

from web.keys import Key

if TYPE_CHECKING:  # Django's classes take their model at type-checking time only
    _ModelAdmin = admin.ModelAdmin[Model]
else:
    _ModelAdmin = admin.ModelAdmin

KEY: Final = Key("establishments.sealed_search")
MARK: Final = "~"  # begins what is sealed; addresses keep it as it is
MOST: Final = 200  # characters: what is sealed stays in an address
TOO_LONG: Final = f"Cette recherche est trop longue. Tapez {MOST} caractères au plus."
NOT_VALID: Final = "Cette recherche n’est plus valable. Tapez-la de nouveau."


def seal(words: str, *, agent_pk: int) -> str:
    return MARK + _ciphers().encrypt(f"{agent_pk}:{words}".encode()).decode()


def unseal(sealed: str, *, agent_pk: int) -> str | None:
    """None: not sealed here, or for another agent."""
    try:
        owner, _, words = _ciphers().decrypt(sealed.removeprefix(MARK).encode()).decode().partition(":")
    except InvalidToken:
        return None
    return words if owner == str(agent_pk) else None


class SealedSearchForm(ChangeListSearchForm):
    def __init__(self, agent_pk: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._agent_pk = agent_pk

    def clean_q(self) -> str:
        sealed: str = self.cleaned_data[SEARCH_VAR]
        words = unseal(sealed, agent_pk=self._agent_pk) if sealed else ""
        if words is None:
            raise ValidationError(NOT_VALID, "seal")
        return words


class SealedChangeList(ChangeList):
    """`query` is what was typed, `params` and every link hold it sealed."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.search_form_class = partial(SealedSearchForm, _pk(request))  # type: ignore[assignment] # Django calls it
        super().__init__(request, *args, **kwargs)


class SealedSearch(_ModelAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SealedChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and SEARCH_VAR in request.POST:
            query = _sealed(request, request.POST).urlencode(safe=MARK)
            return HttpResponse(status=303, headers={"Location": f"{request.path}?{query}" if query else request.path})
        if not request.GET.get(SEARCH_VAR, MARK).startswith(MARK):
            request.GET = _sealed(request, request.GET)  # type: ignore[assignment] # what Django reads from now on
        return super().changelist_view(request, extra_context)


def _sealed(request: HttpRequest, given: QueryDict) -> QueryDict:
    """The same facts with the words sealed; without words that no list could look for, which is said."""
    query = given.copy()
    query.pop("csrfmiddlewaretoken", None)
    (*_, words) = query.pop(SEARCH_VAR)
    try:
        words = forms.CharField(required=False, max_length=MOST, error_messages={"max_length": TOO_LONG}).clean(words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return query
    if words:
        query[SEARCH_VAR] = seal(words, agent_pk=_pk(request))
    return query


def _pk(request: HttpRequest) -> int:
    return cast(int, request.user.pk)


def _ciphers() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in KEY.every()])
