"""Addresses that programs call, not people: the bank's, Twilio's, a calendar's."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import Resolver404, resolve

Door = TypeVar("Door", bound=Callable[..., Any])


def machine_door(view: Door) -> Door:
    """The outermost mark of a view that a program calls: over plain http it is refused, and not led to https."""
    setattr(view, "is_machine_door", True)  # noqa: B010 - a mark, as Django's csrf_exempt
    return view


def is_machine_door(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "is_machine_door", False)
    except Resolver404:
        return False
