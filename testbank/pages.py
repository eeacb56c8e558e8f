"""The pages of the bank, in French, from the files of `html/`: no script, no request besides the page itself."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from testbank.payfip.payment import PayFiPPayment
from testbank.payment import Payment, Timing
from testbank.payment_form import FormRefused

HTML = Path(__file__).parent / "html"
NBSP = "\N{NO-BREAK SPACE}"

TIMINGS = {
    Timing.USUAL: "Comme une vraie banque",
    Timing.NOW: "Avant le retour au site",
    Timing.LATE: "5 secondes après le retour",
    Timing.TWICE: "Deux fois, avant le retour",
    Timing.NEVER: "Jamais",
    Timing.FORGED: "Avec une signature fausse",
    Timing.WRONG_AMOUNT: "Avec un autre montant",
}


def format_euros(cents: int) -> str:
    """1234567 is 12 345,67 €, with no-break spaces."""
    euros, rest = divmod(cents, 100)
    return f"{euros:,}".replace(",", NBSP) + f",{rest:02}{NBSP}€"


PAYFIP_TIMINGS = TIMINGS | {
    Timing.FORGED: "Avec une référence inconnue",
    Timing.WRONG_AMOUNT: "Puis elle dit un autre montant",
}


def card_page(payment: Payment) -> str:
    order = payment.order
    values = {
        "action": "/vads-payment/outcome/",
        "site_id": order.site_id,
        "reference": order.order_id or order.trans_id,
        "session": payment.trans_uuid,
        "minutes": "10",
    }
    return _card(order.amount, values, TIMINGS)


def payfip_page(payment: PayFiPPayment) -> str:
    values = {
        "action": "/tpa/outcome/",
        "site_id": payment.request.numcli,
        "reference": payment.request.refdet,
        "session": payment.idop,
        "minutes": "15",
    }
    return _card(payment.amount, values, PAYFIP_TIMINGS)


def _card(amount: int, values: dict[str, str], timings: Mapping[Timing, str]) -> str:
    options = "\n".join(f'<option value="{timing}">{label}</option>' for timing, label in timings.items())
    content = _template("card.html").substitute(
        {name: escape(value) for name, value in values.items()},
        amount=escape(format_euros(amount)),
        decimal_amount=f"{amount // 100}.{amount % 100:02}",
        timings=options,
    )
    return _page("Paiement par carte", content)


def abandoned_page(shop_url: str) -> str:
    return _notice(
        "Paiement abandonné",
        "Vous avez quitté la page de paiement. Rien n’est débité.",
        "La banque ne prévient pas le site.",
        shop_url=shop_url,
    )


def finished_page() -> str:
    return _notice("Paiement terminé", "Le site n’a pas donné d’adresse de retour. Vous pouvez fermer cette page.")


def expired_page(shop_url: str, *, minutes: int = 10) -> str:
    return _notice(
        "Page expirée",
        f"Cette page de paiement était ouverte depuis plus de {minutes}{NBSP}minutes. Rien n’est débité.",
        "Pour payer, recommencez depuis le site.",
        shop_url=shop_url,
    )


def refused_form_page(refusal: FormRefused) -> str:
    heading = f"Erreur {refusal.code}".strip()
    return _notice(
        heading,
        "La banque ne peut pas traiter cette demande. Rien n’est débité.",
        str(refusal),
        "Revenez au site et recommencez.",
    )


def refused_call_page() -> str:
    return _notice("Appel illisible", "Cette adresse attend un appel SOAP du service PaiementSecuriseService.")


def unknown_payment_page() -> str:
    return _notice("Paiement inconnu", "La banque ne connaît pas ce paiement. Revenez au site et recommencez.")


def not_found_page() -> str:
    return _notice("Page introuvable", "Cette adresse n’existe pas sur la banque de test.")


def home_page() -> str:
    return _notice(
        "Banque de test",
        "Cette banque sert à la démonstration et aux essais. Pour payer, partez du site.",
        "Les paiements reçus sont à l’adresse /payments.json.",
    )


def _notice(heading: str, *paragraphs: str, shop_url: str = "") -> str:
    content = _template("notice.html").substitute(
        heading=escape(heading),
        paragraphs="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        link=f'<a class="main" href="{escape(shop_url)}">Revenir au site</a>' if shop_url else "",
    )
    return _page(heading, content)


def _page(title: str, content: str) -> str:
    return _template("layout.html").substitute(title=escape(title), content=content, style=_text("style.css"))


@cache
def _template(name: str) -> Template:
    return Template(_text(name))


@cache
def _text(name: str) -> str:
    return (HTML / name).read_text(encoding="utf-8")
