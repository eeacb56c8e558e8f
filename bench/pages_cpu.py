"""The pages of the area beside a bare Django page: processor time a request, in one run, round by round.

Server processes and PostgreSQL's count, the visitors do not. Ratios hold on another machine; times and rates do not.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from machine import ROOT, Server, a_database, production, serving
from rich.console import Console
from rich.table import Table
from visits import Target, first_visit, visit_many

HERE: Final = Path(__file__).resolve().parent
ROUNDS: Final = 5
REQUESTS: Final = 300  # of a page in a round
CLIENTS: Final = 16
ROWS: Final = 20

BARE_LIST, BARE_TUNED, BARE_LOGIN = "/contrats/", "/contrats-vite/", "/connexion/"


@dataclass
class Page:
    """`against`: the name of the page that is its 1.0; `must`: the ratio that it may have."""

    name: str
    server: Server
    target: Target
    against: str
    must: float | None
    queries: int
    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cpu(self) -> list[float]:
        return [web + database for web, database in zip(self.web, self.database, strict=True)]

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


def main() -> None:
    rounds = max(1, int(sys.argv[1])) if len(sys.argv) > 1 else ROUNDS
    requests = max(CLIENTS, int(sys.argv[2])) if len(sys.argv) > 2 else REQUESTS
    with bare_pages() as bare, our_pages() as ours:
        pages = [*bare, *ours]
        for page in pages:
            visit_many(page.target, 4 * CLIENTS)  # connections, templates and plans are made once
        for _ in range(rounds):
            for page in random.sample(pages, len(pages)):
                measure(page, requests)
        login = next(page for page in ours if page.name == "connexion")
        wire = first_visit(login.server.port, login.target.path)
    show(pages, rounds, requests)
    print(f"Première page (connexion) et tout ce qu’elle nomme, gzip : {wire / 1024:.1f} Ko.")  # noqa: T201


def measure(page: Page, requests: int) -> None:
    before, start = page.server.cpu(), time.perf_counter()
    answers = visit_many(page.target, requests)
    took, after = time.perf_counter() - start, page.server.cpu()
    page.web.append((after[0] - before[0]) / requests)
    page.database.append((after[1] - before[1]) / requests)
    page.rates.append(requests / took)
    page.seconds += [answer.seconds for answer in answers]
    page.size = len(answers[0].body)


@contextmanager
def bare_pages() -> Iterator[list[Page]]:
    """The floor, naive and tuned, each with its own connections."""
    with a_database("nu") as url:
        environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bare.settings"}
        fill = [sys.executable, "-m", "bare.fill", str(CLIENTS), BARE_LIST, BARE_TUNED, BARE_LOGIN]
        made = subprocess.run(  # noqa: S603 - our own command
            fill, cwd=HERE, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
        )
        facts = json.loads(made.stdout)
        cookies = tuple(f"sessionid={key}" for key in facts["sessions"])
        application = "django.core.wsgi:get_wsgi_application()"
        tuned_environment = {**environment, "BARE_TUNED": "1"}
        with (
            serving(application, folder=HERE, environment=environment) as naive,
            serving(application, folder=HERE, environment=tuned_environment) as tuned,
        ):
            rows = (b"data-contract=", ROWS)
            targets = {
                "liste nue": (naive, Target(naive.port, BARE_LIST, *rows, cookies)),
                "liste nue, soignée": (tuned, Target(tuned.port, BARE_TUNED, *rows, cookies)),
                "connexion nue": (naive, Target(naive.port, BARE_LOGIN, b"Me connecter", 1)),
            }
            against = {"connexion nue": "connexion nue"}
            yield [
                Page(name, server, target, against.get(name, "liste nue"), None, facts["queries"][target.path])
                for name, (server, target) in targets.items()
            ]


@contextmanager
def our_pages() -> Iterator[list[Page]]:
    """The portal as production runs it."""
    with a_database("pages") as url:
        environment = production(url)
        os.environ.update(environment)
        from portfolio import fill_pages  # noqa: PLC0415 - it sets Django up, for this database

        sessions, number, queries_of = fill_pages(clients=CLIENTS, rows=ROWS)
        cookies = tuple(f"__Host-session={key}" for key in sessions)
        with serving("pretgage.wsgi", folder=ROOT, environment=environment) as server:
            rows, one = (b"data-contract=", ROWS), (cookies[0],)
            targets = {
                "contrats (20)": ("/nantes/contrats/", *rows, cookies, "liste nue", 1.0),
                "contrat": (f"/nantes/contrats/{number}/", b'id="amount-due"', 1, one, "liste nue", 0.8),
                "accueil": ("/nantes/espace/", b"data-contract=", 6, cookies, "liste nue", None),
                "connexion": ("/nantes/connexion/", b"ME CONNECTER", 1, (), "connexion nue", 1.3),
            }
            yield [
                Page(name, server, Target(server.port, path, marker, times, who), against, must, queries_of(path, who))
                for name, (path, marker, times, who, against, must) in targets.items()
            ]


def show(pages: list[Page], rounds: int, requests: int) -> None:
    table = Table(title=f"{rounds} tours de {requests} requêtes, 16 à la fois, 2 processus sync")
    headings = (
        "page",
        "requêtes",
        "Ko",
        "web (ms)",
        "PostgreSQL (ms)",
        "ratio",
        "au plus",
        "p99, ratio",
        "par seconde",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "page" else "right")
    floors = {page.name: page for page in pages}
    for page in pages:
        floor = floors[page.against]
        ratio = statistics.median(cpu / base for cpu, base in zip(page.cpu, floor.cpu, strict=True))
        table.add_row(
            page.name,
            str(page.queries),
            f"{page.size / 1024:.1f}",
            f"{statistics.median(page.web) * 1000:.2f}",
            f"{statistics.median(page.database) * 1000:.2f}",
            f"{ratio:.2f}",
            f"{page.must:.1f}" if page.must else "",
            f"{page.p99 / floor.p99:.2f}",
            f"{min(page.rates):.0f}–{max(page.rates):.0f}",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
