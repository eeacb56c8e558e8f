"""The measures write by statements that name every column, and look as agents do: both follow the code."""

from pathlib import Path

import pytest
from crowd import grow
from django.db import connection
from people import an_establishment
from portfolio_files import write_portfolio
from raw_import import copy_and_upsert
from readers import agents_subjects

from contracts.models import Contract, Pledge, Sale

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the measures at full size are PostgreSQL's"),
    pytest.mark.usefixtures("committed"),
]


def test_the_floor_of_the_import(tmp_path: Path) -> None:
    establishment = an_establishment()
    rows = write_portfolio(tmp_path, 100)
    assert copy_and_upsert(establishment, tmp_path) == rows
    assert (Contract.objects.count(), Pledge.objects.count(), Sale.objects.count()) == (100, 140, 2)


def test_the_crowd() -> None:
    for slug in ("nantes", "paris", "nice"):
        an_establishment(slug)
    grow(0, 400)
    assert Contract.objects.count() == 400
    for subject in agents_subjects():
        assert subject.run(), f"{subject.name}: nothing found"
        assert subject.plainly is not None
        assert subject.plainly(), f"{subject.name}: Django's own list finds nothing"
