"""A fact is written with its cause, or not at all."""

import pytest
from django.db import transaction
from django.utils import timezone
from people import a_contract, an_establishment

from accounts.models import Client
from establishments.models import Establishment
from journal.actions import name_of, record
from journal.models import Event


def test_a_fact_says_who_did_what_to_what_and_when(helene: Client) -> None:
    before = timezone.now()
    event = record("code_refused", by="visitor", subject=helene.user, left=3)
    event.refresh_from_db()
    assert (event.kind, event.actor, event.subject) == ("code_refused", "visitor", f"user:{helene.user_id}")
    assert event.data == {"left": 3}
    assert event.establishment == helene.establishment
    assert before <= event.at <= timezone.now()
    assert str(event) == f"code_refused user:{helene.user_id}"


def test_the_establishment_is_that_of_the_subject(helene: Client) -> None:
    contract = a_contract(helene)
    for subject in (helene.establishment, helene, contract):
        assert record("seen", by="system", subject=subject).establishment_id == helene.establishment_id


def test_what_belongs_to_no_establishment_has_none(agent: Client) -> None:
    assert record("seen", by="system", subject=agent).establishment_id is None


def test_things_are_named_by_kind_and_key(nantes: Establishment) -> None:
    assert name_of(nantes) == f"establishment:{nantes.pk}"


@pytest.mark.usefixtures("committed")
def test_outside_a_transaction_a_fact_is_refused() -> None:
    nantes = an_establishment()
    with pytest.raises(RuntimeError, match="in the transaction of its cause"):
        record("seen", by="system", subject=nantes)
    assert not Event.objects.exists()


@pytest.mark.usefixtures("committed")
def test_a_fact_goes_with_its_cause() -> None:
    nantes = an_establishment()
    with transaction.atomic():
        record("renamed", by="system", subject=nantes)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
