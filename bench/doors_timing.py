"""The public forms and the agents' door, timed side by side for known and unknown names.

Medians, and how well time tells them apart. In process, with the hasher of production, on a database of its own:
DATABASE_URL's server, or an SQLite file. Messages leave by the worker in production, so that delivery is no part of an
answer: here nothing wakes it.
"""

import logging
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
if os.environ.get("DEBUG") == "0":
    sys.exit("bench/doors écrit dans une base d’essai : pas en production.")

import django  # noqa: E402 - the settings come first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from people import AGENT_PASSWORD, a_client, a_contract, an_establishment  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from accounts.actions.staff import create_staff  # noqa: E402
from accounts.models import Client, Limit, User  # noqa: E402
from establishments.models import Establishment  # noqa: E402
from messaging import outbox  # noqa: E402

OLDER_HASH = "pbkdf2_sha256$1000000$c2FsdHNhbHQ$" + "A" * 43 + "="
UNKNOWN = "9999999999"
SAMPLES = 60


@dataclass
class Case:
    """One kind of name at one form."""

    form: str
    kind: str
    send: Callable[[], object]
    milliseconds: list[float] = field(default_factory=list)
    queries: int = 0


def main() -> None:
    samples = max(2, int(sys.argv[1])) if len(sys.argv) > 1 else SAMPLES
    setup_test_environment()
    logging.disable()
    setattr(outbox, "wake", stay_asleep)  # noqa: B010 - mypy does not let a function be assigned
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        cases = make_cases()
        measure(cases, samples)
        show(cases, samples)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def stay_asleep(message_id: int, *, at_once: bool) -> None:
    pass


def make_cases() -> list[Case]:
    establishment = an_establishment()
    clients = {"connu": a_client(establishment), "sans e-mail": a_client(establishment, email="")}
    for kind, password in {
        "fermé": "",
        "sans mot de passe": "!none",
        "empreinte d’un autre système": OLDER_HASH,
    }.items():
        clients[kind] = a_client(establishment)
        user = clients[kind].user
        user.is_active, user.password = kind != "fermé", password or user.password
        user.save()
    for client in clients.values():
        a_contract(client, number=f"V-{client.client_number}")
    cases = []
    for form, send in {"connexion": log_in, "mot de passe": ask_link, "identifiant oublié": recover}.items():
        cases.append(Case(form, "inconnu", partial(send, None)))
        cases += [Case(form, kind, partial(send, client)) for kind, client in clients.items()]
    cases += [Case("gestion", kind, partial(log_in_agent, email)) for kind, email in agents(establishment).items()]
    return cases


def agents(establishment: Establishment) -> dict[str, str]:
    """The e-mail that is typed for each kind of agent."""
    emails = {"inconnu": "personne@example.fr", "connu": "connu@example.fr", "parti": "parti@example.fr"}
    for email in (emails["connu"], emails["parti"]):
        create_staff(email=email, establishments=[establishment], password=AGENT_PASSWORD, by="system")
    User.objects.filter(username=emails["parti"]).update(is_active=False)
    return emails


def log_in_agent(email: str) -> object:
    facts = {"username": email, "password": "un-mot-de-passe-faux", "otp_token": "000000"}
    return Browser().post("/gestion/login/", facts)


def log_in(client: Client | None) -> object:
    identifier = str(client.user.identifier) if client else UNKNOWN
    return Browser().post("/nantes/connexion/", {"identifier": identifier, "password": "un-mot-de-passe-faux"})


def ask_link(client: Client | None) -> object:
    return Browser().post("/nantes/mot-de-passe/", {"identifier": str(client.user.identifier) if client else UNKNOWN})


def recover(client: Client | None) -> object:
    facts = {"birth_date_day": "31", "birth_date_month": "5", "birth_date_year": "1950"}
    number = client.client_number if client else "C-?"
    return Browser().post(
        "/nantes/identifiant-oublie/", {**facts, "client_number": number, "contract_number": f"V-{number}"}
    )


def measure(cases: list[Case], samples: int) -> None:
    """Interleaved in random order, so that a busy moment of the machine falls on all of them."""
    for case in cases:
        with CaptureQueriesContext(connection) as queries:
            case.send()
        case.queries = len(queries)
    turns = [case for case in cases for _ in range(samples)]
    random.shuffle(turns)
    for case in turns:
        Limit.objects.all().delete()
        start = time.perf_counter()
        case.send()
        case.milliseconds.append((time.perf_counter() - start) * 1000)


def overlap(one: list[float], other: list[float]) -> float:
    """The chance that a sample of `one` is longer than one of `other` (Mann-Whitney's U / n·m): 0.5 tells nothing."""
    longer = sum((a > b) + (a == b) / 2 for a in one for b in other)
    return longer / (len(one) * len(other))


def show(cases: list[Case], samples: int) -> None:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    table = Table(title=f"{samples} mesures par ligne, {engine}")
    for heading in ("formulaire", "nom", "requêtes", "médiane (ms)", "écart (ms)", "distingué (0,5 = non)"):
        table.add_column(heading)
    unknown = {case.form: case for case in cases if case.kind == "inconnu"}
    for case in cases:
        spread = statistics.quantiles(case.milliseconds, n=4)
        row = [case.form, case.kind, str(case.queries), f"{statistics.median(case.milliseconds):.1f}"]
        told = overlap(case.milliseconds, unknown[case.form].milliseconds)
        table.add_row(*row, f"{spread[2] - spread[0]:.1f}", f"{told:.2f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
