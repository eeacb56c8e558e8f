"""« Et si… » : what taking the object back costs on a day, and what repaying a part would change. Changes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import AreaRequest
from contracts.calendar_units import add_months
from contracts.capital import largest_part
from contracts.models import Contract
from contracts.own import contracts_of
from contracts.redemption import PartialRepayment, Redemption, partial_repayment, redemption_quote
from contracts.standing import OWING
from contracts.tariff_rules import tariff_from_json
from contracts.wording import lines_of
from web.french import euros

FURTHEST = timedelta(days=400)


class SimulationForm(forms.Form):
    day = forms.DateField(
        label="Quel jour ?",
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choisissez un jour.", "invalid": "Écrivez le jour comme 31/05/2026."},
    )
    capital = forms.DecimalField(
        label="Rembourser une partie du prêt, en euros",
        required=False,
        max_digits=9,
        decimal_places=2,
        localize=True,
        help_text="Facultatif. Par exemple 200.",
        error_messages={"invalid": "Écrivez une somme comme 200 ou 200,50."},
    )

    def __init__(self, *args: Any, today: date, contract: Contract, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today, self.contract = today, contract

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + FURTHEST:
            raise ValidationError("Choisissez un jour à partir d’aujourd’hui, dans l’année qui vient.", "range")
        return day

    def clean_capital(self) -> Decimal | None:
        capital: Decimal | None = self.cleaned_data["capital"]
        if capital is None:
            return None
        if not 0 < capital < self.contract.principal:
            limit = euros(self.contract.principal)
            raise ValidationError(f"Écrivez une somme au-dessus de zéro, et moins que {limit}.", "range")
        if capital > largest_part(self.contract):
            kept = euros(largest_part(self.contract))
            raise ValidationError(f"Au-dessus de {kept}, le taux du contrat changerait. Appelez l’agence.", "rate")
        return capital


@require_safe
def simulate(request: AreaRequest, slug: str, number: str) -> HttpResponse:
    """Of a contract that still owes something; another one has nothing to simulate."""
    contract = get_object_or_404(contracts_of(request).filter(status__in=OWING), number=number)
    today = timezone.localdate()
    asked = {"day": today.isoformat(), **request.GET.dict()}
    form = SimulationForm(asked, today=today, contract=contract)
    is_valid = form.is_valid()
    redemption = redemption_of(contract, form.cleaned_data["day"] if is_valid else today)
    context = {
        "contract": contract,
        "form": form,
        "redemption": redemption,
        "lines": lines_of(redemption.quote),
        "partial": _partial(contract, redemption.quote.on, form.cleaned_data["capital"]) if is_valid else None,
        "is_listed": contract.status == Contract.Status.ON_SALE_LIST,
        "agency": contract.agency,
    }
    return render(request, "contracts/simulate.html", context, status=200 if is_valid else 422)


def redemption_of(contract: Contract, on: date) -> Redemption:
    return redemption_quote(tariff_from_json(contract.tariff.rules), contract.terms(), on)


def _partial(contract: Contract, on: date, capital: Decimal | None) -> PartialRepayment | None:
    if capital is None:
        return None
    until = add_months(on, contract.establishment.prolongation_months)
    rules = tariff_from_json(contract.tariff.rules)
    return partial_repayment(rules, contract.terms(), on, capital=capital, until=until)
