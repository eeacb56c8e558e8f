"""What a process asks of the database before it serves. Settings are judged earlier, by `pretgage.safety`."""

from typing import Any

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


def require_safe_banks() -> None:
    """Errors: ImproperlyConfigured, one line an unsafe account. To mend it, `load_establishment` still runs."""
    faults = run_checks(tags=["banks"], include_deployment_checks=True)
    connections.close_all()  # no request ends here, that would give it back
    if faults:
        raise ImproperlyConfigured("\n".join(fault.msg for fault in faults))


def refuse_to_work(**_: Any) -> None:
    """For the worker: its signals swallow exceptions, and let an exit pass."""
    try:
        require_safe_banks()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
