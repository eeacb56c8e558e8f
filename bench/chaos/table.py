"""What a run prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from chaos.accounts import Totals
from payments.ledger_check import Difference

console: Final = Console(width=100)


@dataclass(frozen=True, slots=True)
class Weather:
    """`played`: how often each plan came; `broken`: answers that never came."""

    played: dict[str, int]
    portal_kills: int
    worker_kills: int
    broken: int
    server_errors: int
    seconds: float


def show(sums: Totals, weather: Weather, found: Sequence[Difference]) -> None:
    plans = Table("paiements", "", title="Ce qui est arrivé")
    plans.columns[0].justify = "right"
    for words, count in weather.played.items():
        plans.add_row(str(count), words)
    table = Table("", "", title="Les comptes")
    table.columns[1].justify = "right"
    for words, value in (*_accounts(sums), *_weather(weather)):
        table.add_row(words, value)
    console.print(plans, table)
    for difference in found:
        console.print(f"{difference.what} : {difference.why}", style="bold red")
    console.print(f"{len(found)} écarts." if found else "Aucun écart.")


def _accounts(sums: Totals) -> list[tuple[str, str]]:
    return [
        ("pris par la banque", f"{sums.taken} €"),
        ("crédité", f"{sums.credited} €"),
        ("paiements pris par la banque", str(sums.payments)),
        ("reçus, numérotés sans trou", str(sums.receipts)),
        ("avoirs, numérotés sans trou", str(sums.credit_notes)),
        ("tentatives de paiement", str(sums.attempts)),
        ("contrats payés", str(sums.contracts)),
        ("contrats mis à jour, une fois chacun", str(sums.moved)),
        ("messages de paiement partis", str(sums.mails)),
        ("messages en doute (ouvrier tué pendant l’envoi)", str(sums.in_doubt)),
    ]


def _weather(weather: Weather) -> list[tuple[str, str]]:
    return [
        ("kill -9 du portail ou d’un de ses processus", str(weather.portal_kills)),
        ("kill -9 de l’ouvrier", str(weather.worker_kills)),
        ("réponses jamais venues", str(weather.broken)),
        ("réponses 5xx", str(weather.server_errors)),
        ("durée", f"{weather.seconds:.0f} s"),
    ]
