"""For load balancers and ops: is the process alive, can it serve."""

import logging
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 with the name of what fails: database, cache, migrations."""
    checks = {"database": _database, "cache": _cache, "migrations": _migrations}
    results = {name: _passes(name, check) for name, check in checks.items()}
    is_ready = all(results.values())
    words = {name: "ok" if passes else "failed" for name, passes in results.items()}
    return JsonResponse({"status": "ok" if is_ready else "failed", **words}, status=200 if is_ready else 503)


def _passes(name: str, check: Callable[[], bool]) -> bool:
    """The reason, such as a certificate that is not the right one, is for the log alone."""
    try:
        return check()
    except Exception:  # whatever a driver raises, the answer is « not ready »
        logger.warning("not ready: %s", name, exc_info=True)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cache() -> bool:
    cache.set("sante", "ok", 10)
    return bool(cache.get("sante") == "ok")


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
