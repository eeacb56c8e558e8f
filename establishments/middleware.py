"""The establishment comes from the path, once."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from establishments.models import RESERVED_SLUGS, Establishment


class UnverifiedVisitor(AnonymousUser):
    """Who logged in elsewhere is a stranger here: no second factor either. The log alone is told who it is."""

    otp_device = None

    def __init__(self, elsewhere: int | None) -> None:
        self.elsewhere = elsewhere

    def is_verified(self) -> bool:
        return False


class EstablishmentMiddleware:
    """Sets `request.establishment` (None outside an establishment's pages)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        establishment = _establishment_of(request)
        setattr(request, "establishment", establishment)  # noqa: B010 - views read it through EstablishmentRequest
        if establishment is not None:
            visitor = SimpleLazyObject(partial(_user_here, establishment, request.user))
            setattr(request, "user", visitor)  # noqa: B010 - lazy, as Django's own
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        """An address of the area under an unknown establishment does not exist."""
        if "slug" in kwargs and getattr(request, "establishment", None) is None:
            raise Http404


def _establishment_of(request: HttpRequest) -> Establishment | None:
    """A client's own comes with the session: no query."""
    slug = request.path_info.lstrip("/").partition("/")[0]
    if not slug or slug in RESERVED_SLUGS or len(slug) > 40 or not slug.isascii() or not slug.isprintable():
        return None
    own = getattr(request.user, "establishment", None)
    if isinstance(own, Establishment) and own.slug == slug:
        return own
    return Establishment.objects.filter(slug=slug).first()


def _user_here(establishment: Establishment, user: AbstractBaseUser | AnonymousUser) -> object:
    return user if getattr(user, "establishment_id", None) == establishment.pk else UnverifiedVisitor(user.pk)
