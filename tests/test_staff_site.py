"""One admin site, read from the URLconf: nothing of it opens without the second factor, and there is no other."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.sites import all_sites
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django_otp.admin import OTPAdminSite

from accounts.models import User
from pretgage.admin import StaffSite

OPEN = {"login", "login_passkey"}


def entries(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from entries(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry


ENTRIES = list(entries(get_resolver()))


def sites_of(view: Any) -> set[AdminSite]:
    """The admin sites that a view belongs to: Django marks its own, and wraps those of a model's pages."""
    found: set[AdminSite] = set()
    while view is not None:
        found |= {site for site in (getattr(view, "admin_site", None),) if site is not None}
        owner = getattr(view, "__self__", None)
        found |= {owner} if isinstance(owner, AdminSite) else set()
        owner_site = getattr(owner, "admin_site", None)
        found |= {owner_site} if isinstance(owner_site, AdminSite) else set()
        view = getattr(view, "__wrapped__", None)
    return found


def test_djangos_default_site_is_ours_and_the_only_one() -> None:
    assert type(admin.site._wrapped) is StaffSite  # type: ignore[attr-defined] # a lazy object
    assert list(all_sites) == [admin.site]
    assert isinstance(admin.site, OTPAdminSite)


def test_no_view_of_another_site_stands_in_the_urlconf() -> None:
    found = {site for _, entry in ENTRIES for site in sites_of(entry.callback)}
    assert {type(site) for site in found} == {StaffSite}


def test_every_view_under_gestion_is_of_the_site_and_asks_for_permission() -> None:
    under = [(path, entry) for path, entry in ENTRIES if path.startswith("gestion/")]
    assert len(under) > 80
    for path, entry in under:
        is_open = not getattr(entry.callback, "login_required", True)
        assert is_open == (entry.name in OPEN), path


def test_permission_is_the_second_factor(agent: User) -> None:
    request = RequestFactory().get("/gestion/")
    agent.otp_device = None
    agent.is_verified = lambda: False  # type: ignore[attr-defined]
    request.user = agent
    assert not admin.site.has_permission(request)
    agent.is_verified = lambda: True  # type: ignore[attr-defined]
    assert admin.site.has_permission(request)
