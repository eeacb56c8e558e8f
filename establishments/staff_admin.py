"""What every page of /gestion/ is built on: agents look at their own establishments' data, and change nothing there."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from establishments.models import Establishment
from establishments.sealed_search import SealedSearch
from establishments.staff_search import CappedPaginator, rows_with

if TYPE_CHECKING:  # Django's classes take their model at type-checking time only
    _TabularInline = admin.TabularInline[Model, Model]
else:
    _TabularInline = admin.TabularInline


def is_agent(request: HttpRequest) -> bool:
    """An active agent with both factors. No permission rows: what an agent sees is a matter of establishments."""
    user: Any = request.user  # this room does not know accounts.User
    return bool(user.is_active and user.is_staff and user.is_verified())


def establishments_of(request: HttpRequest) -> QuerySet[Establishment]:
    agent: Any = request.user
    mine: QuerySet[Establishment] = agent.staff_establishments.all()
    return mine


class EstablishmentFilter(admin.SimpleListFilter):
    """The agent's own establishments; Django's filter would name them all."""

    title = "établissement"
    parameter_name = "etablissement"

    def lookups(self, request: HttpRequest, model_admin: "StaffAdmin") -> list[tuple[str, str]]:  # type: ignore[override] # used there only
        self.path = model_admin.establishment_path
        return [(tenant.slug, tenant.name) for tenant in establishments_of(request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(**{f"{self.path}__slug": self.value()}) if self.value() else queryset


class LookOnly:
    """View for agents; no add, no change, no delete for anybody."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_agent(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StaffAdmin(LookOnly, SealedSearch):
    """`establishment_path` leads from the model to its establishment, in ORM words; what has none is seen by nobody."""

    establishment_path = "establishment"
    actions = None
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        mine = establishments_of(request)
        return super().get_queryset(request).filter(**{f"{self.establishment_path}__in": mine})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        """Each word must be found, in whichever of `search_fields`."""
        for word in search_term.split() if self.search_fields else ():
            queryset = queryset.filter(pk__in=rows_with(self.get_queryset(request), list(self.search_fields), word))
        return queryset, False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_agent(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page's filters offer: Django takes `?password__startswith=` too, which guesses by letters."""
        offered = [_filtered_by(entry) for entry in self.list_filter]
        return any(lookup == name or lookup.startswith(f"{name}__") for name in offered)


def _filtered_by(entry: Any) -> str:
    """A field, a field with the class that filters it, or a class with a parameter of its own."""
    if isinstance(entry, str):
        return entry
    name: str = entry[0] if isinstance(entry, tuple) else entry.parameter_name
    return name


class StaffInline(LookOnly, _TabularInline):
    """Rows of an object that is already scoped."""

    extra = 0
