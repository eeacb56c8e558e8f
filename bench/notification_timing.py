"""The bank's door, timed beside a view that writes one row: a paid notice, the same again, a refusal, a forged word.

In process and through every middleware, on a database of its own: DATABASE_URL's server, or an SQLite file. Mail, PDF
and export are no part of an answer: the worker sends, a receipt is drawn when asked for. Exit 1 if a paid notice takes
50 ms or more at the median.
"""

import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "payments"), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
os.environ["TEST_BANK_SECRET"] = "1122334455667788"  # noqa: S105 - the test bank's
if os.environ.get("DEBUG") == "0":
    sys.exit("bench/notification écrit dans une base d’essai : pas en production.")

import django  # noqa: E402 - the settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings, setup_test_environment  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from paying import ACCEPTED, REFUSED, a_merchant, bank_says, started  # noqa: E402
from people import a_client, a_contract, an_establishment  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from accounts.models import Client, Limit  # noqa: E402
from messaging import outbox  # noqa: E402
from payments.models import GatewayMessage  # noqa: E402

SAMPLES: Final = 100
FORM: Final = "application/x-www-form-urlencoded"
DOOR, ONE_ROW = "/paiements/notification/nantes/", "/paiements/une-ligne/"
MOST_MILLISECONDS: Final = 50
BARE, PAID = "une ligne écrite, rien d’autre", "payé"


@dataclass
class Case:
    words: str
    send: Callable[[], int]
    status: int = 200
    milliseconds: list[float] = field(default_factory=list)
    computing: list[float] = field(default_factory=list)  # milliseconds of this process, on a busy machine too
    queries: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)


@csrf_exempt
def write_one_row(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        GatewayMessage.objects.create(
            establishment_id=1,
            raw=request.body.decode(),
            channel="notification",
            verdict="",
            received_at=timezone.now(),
        )
    return HttpResponse("OK")


setattr(write_one_row, "login_required", False)  # noqa: B010 - as login_not_required does
urlpatterns = [path(ONE_ROW.lstrip("/"), write_one_row), path("", include("pretgage.urls"))]


def main() -> None:
    samples = max(2, int(sys.argv[1])) if len(sys.argv) > 1 else SAMPLES
    setup_test_environment()
    logging.disable()
    setattr(outbox, "wake", stay_asleep)  # noqa: B010 - mypy does not let a function be assigned
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(ROOT_URLCONF="notification_timing"):
            cases = make_cases(samples)
            measure(cases, samples)
        show(cases, samples)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    sys.exit(next(case.median for case in cases if case.words == PAID) >= MOST_MILLISECONDS)


def stay_asleep(message_id: int, *, at_once: bool) -> None:
    pass


def make_cases(samples: int) -> list[Case]:
    """Each sample that moves a payment has a payment of its own, prepared beforehand."""
    nantes = an_establishment()
    a_merchant(nantes)
    client = a_client(nantes)
    count = samples + 2
    paid, refused = words_of(client, count, ACCEPTED), words_of(client, count, REFUSED)
    again = bank_says(started(client, a_contract(client)), ACCEPTED)
    post(DOOR, again)
    forged = bank_says(started(client, a_contract(client)), ACCEPTED, key="faux")
    return [
        Case(BARE, lambda: post(ONE_ROW, again)),
        Case(PAID, lambda: post(DOOR, paid.pop())),
        Case("payé, dit encore", lambda: post(DOOR, again)),
        Case("refusé", lambda: post(DOOR, refused.pop())),
        Case("signature fausse", lambda: post(DOOR, forged), status=400),
    ]


def words_of(client: Client, count: int, answer: dict[str, str]) -> list[str]:
    return [bank_says(started(client, a_contract(client)), answer) for _ in range(count)]


def post(address: str, body: str) -> int:
    return Browser().post(address, body, content_type=FORM).status_code


def measure(cases: list[Case], samples: int) -> None:
    """Interleaved in random order, so that a busy moment of the machine falls on all of them."""
    for case in cases:
        assert case.send() == case.status  # templates are read and statements prepared
        with CaptureQueriesContext(connection) as queries:
            case.send()
        case.queries = len(queries)
    turns = [case for case in cases for _ in range(samples)]
    random.shuffle(turns)
    for case in turns:
        Limit.objects.all().delete()
        start, computed = time.perf_counter(), time.process_time()
        status = case.send()
        case.milliseconds.append((time.perf_counter() - start) * 1000)
        case.computing.append((time.process_time() - computed) * 1000)
        assert status == case.status


def show(cases: list[Case], samples: int) -> None:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    table = Table(title=f"{samples} mesures par ligne, {engine}")
    for heading in ("la banque dit", "requêtes", "médiane (ms)", "dont calcul", "9 sur 10 sous (ms)", "fois une ligne"):
        table.add_column(heading)
    bare = cases[0].median
    for case in cases:
        most = statistics.quantiles(case.milliseconds, n=10)[-1]
        computing = statistics.median(case.computing)
        figures = (case.median, computing, most, case.median / bare)
        table.add_row(case.words, str(case.queries), *(f"{figure:.1f}" for figure in figures))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
