"""A fictional portfolio as a back office would export it: same establishment and day, same bytes."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final

from demo.back_office import write_rows
from demo.cast import cast_member
from demo.cast_loans import NUMBER_PREFIX, cast_loans
from demo.deposits import Deposit, draw_deposits, draw_small_deposit
from demo.lives import Life, Lives
from demo.loans import Loan
from demo.people import draw_clients
from demo.photographs import draw_photo
from demo.rulebook import Rulebook, read_rulebook

CLIENTS: Final = 60
CONTRACTS: Final = 200
COLLECTOR_CONTRACTS: Final = 30
FIRST_BULK_NUMBER: Final = 1000

# What the contracts have besides their lives, in percent of them.
SMALL, SOLIDARITY, WITH_FEES, BEARER, WITH_FIGURE = 5, 2, 8, 5, 70
FEES: Final = (Decimal("3.00"), Decimal("6.50"), Decimal("11.16"))
LOAN_SHARES: Final = (50, 55, 60, 65)  # of the appraisal, in percent

LifeDraw = Callable[[Random, Lives], Life]

# All but the contracts in order, which fill the portfolio up: how many, and how their days are drawn.
EVENTFUL_LIVES: Final[Sequence[tuple[int, LifeDraw]]] = (
    (14, lambda draw, lives: lives.partly_paid(draw.randint(40, 90), paid_ago=draw.randint(3, 60))),
    (20, lambda draw, lives: lives.prolonged(draw.randint(35, 150), times=1)),
    (18, lambda draw, lives: lives.new(draw.randint(4, 28))),
    (9, lambda draw, lives: lives.new(-draw.randint(4, 140))),
    (3, lambda draw, lives: lives.new(-draw.randint(155, 200))),
    (3, lambda draw, lives: lives.new(-draw.randint(215, 320))),
    (4, lambda draw, lives: lives.at_cap(draw.randint(4, 27))),
    (3, lambda draw, lives: lives.blocked(draw.randint(-40, 120))),
    (4, lambda draw, lives: lives.listed(draw.randint(5, 50))),
    (3, lambda draw, lives: lives.sold(draw.randint(20, 500), has_surplus=True)),
    (
        3,
        lambda draw, lives: lives.sold(draw.randint(120, 600), has_surplus=True, surplus_paid_ago=draw.randint(5, 100)),
    ),
    (2, lambda draw, lives: lives.sold(draw.randint(740, 900), has_surplus=True)),
    (2, lambda draw, lives: lives.sold(draw.randint(30, 400), has_surplus=False)),
    (24, lambda draw, lives: lives.redeemed(draw.randint(5, 700), before_due=draw.randint(0, 150))),
    (6, lambda draw, lives: lives.renewed(draw.randint(5, 400))),
    (8, lambda draw, lives: lives.closed(draw.randint(30, 700))),
)


def write_portfolio(establishment: str, folder: Path, today: date) -> None:
    """clients.csv, contrats.csv, gages.csv, ventes.csv and photos/ in `folder`, which exists.

    Errors: ValueError when the demonstration has no such establishment.
    """
    rulebook = read_rulebook(establishment)
    draw = Random(f"portefeuille {establishment}")  # noqa: S311 - the same portfolio every time, nothing to guess
    clients = [cast_member(establishment).row(), *draw_clients(draw, establishment, rulebook.agencies, CLIENTS - 1)]
    loans = _draw_loans(draw, rulebook, Lives(today, rulebook.prolongation), [row.numero_client for row in clients])
    write_rows(folder / "clients.csv", clients)
    write_rows(folder / "contrats.csv", [loan.contract_row(today) for loan in loans])
    write_rows(folder / "gages.csv", [row for loan in loans for row in loan.pledge_rows()])
    write_photos(folder / "photos", loans)
    write_rows(folder / "ventes.csv", [row for loan in loans for row in loan.sale_rows()])


def write_photos(folder: Path, loans: Sequence[Loan]) -> None:
    folder.mkdir()
    for loan in loans:
        for rank, deposit in enumerate(loan.deposits, start=1):
            if deposit.drawing:
                draw_photo(deposit.drawing, folder / loan.photo_of(rank))


def _draw_loans(draw: Random, rulebook: Rulebook, lives: Lives, client_numbers: Sequence[str]) -> list[Loan]:
    """The cast's, then the others', numbered by the day of their pledge."""
    cast = cast_loans(rulebook, lives)
    histories = _draw_lives(draw, lives, CONTRACTS - len(cast))
    owners = _draw_owners(draw, client_numbers[1:], len(histories))
    prefix = NUMBER_PREFIX[rulebook.slug]
    bulk = [
        _draw_loan(draw, rulebook, f"{prefix}{number}", owner, life)
        for number, (owner, life) in enumerate(zip(owners, histories, strict=True), start=FIRST_BULK_NUMBER)
    ]
    return cast + bulk


def _draw_lives(draw: Random, lives: Lives, count: int) -> list[Life]:
    eventful = [draw_life(draw, lives) for how_many, draw_life in EVENTFUL_LIVES for _ in range(how_many)]
    in_order = [lives.new(draw.randint(35, 170)) for _ in range(count - len(eventful))]
    return sorted(eventful + in_order, key=lambda life: life.pledged_on)


def _draw_owners(draw: Random, client_numbers: Sequence[str], count: int) -> list[str]:
    """The first client has COLLECTOR_CONTRACTS, each of the others one or more."""
    collector, *others = client_numbers
    owners = [collector] * COLLECTOR_CONTRACTS + others
    owners += draw.choices(others, k=count - len(owners))
    draw.shuffle(owners)
    return owners


def _draw_loan(draw: Random, rulebook: Rulebook, number: str, owner: str, life: Life) -> Loan:
    deposits = draw_small_deposit(draw) if _chance(draw, SMALL) else draw_deposits(draw)
    return Loan(
        number=number,
        client_number=owner,
        agency=draw.choice(rulebook.agencies),
        principal=_draw_principal(draw, deposits),
        deposits=deposits,
        life=life,
        tariff=rulebook.tariff_on(life.pledged_on),
        months=rulebook.prolongation.months,
        fees=draw.choice(FEES) if _chance(draw, WITH_FEES) else None,
        own_rate=Decimal(0) if _chance(draw, SOLIDARITY) else None,
        is_bearer=_chance(draw, BEARER),
        has_figure=_chance(draw, WITH_FIGURE),
    )


def _draw_principal(draw: Random, deposits: Sequence[Deposit]) -> Decimal:
    """A share of the appraisal, in tens of euros."""
    appraisal = sum(deposit.appraisal for deposit in deposits)
    return Decimal(int(appraisal * draw.choice(LOAN_SHARES) / 1000) * 10)


def _chance(draw: Random, percent: int) -> bool:
    return draw.randrange(100) < percent
