"""A message that we sent, as its recipient would name it. Standard library only."""

from typing import Final

ANOTHER: Final = "un message de votre espace client"
WORDS: Final = {
    "account_changed": "un avis de changement sur votre compte",
    "contract_prolonged": "un avis de prolongation de contrat",
    "email_change_asked": "un avis de changement d’adresse e-mail",
    "email_confirmation": "un lien pour confirmer votre adresse e-mail",
    "identifier": "un rappel de votre identifiant",
    "invitation": "un message de bienvenue, avec un lien pour choisir votre mot de passe",
    "login_code": "un code de connexion",
    "password_changed": "un avis de changement de mot de passe",
    "password_link": "un lien pour choisir votre mot de passe",
    "payment_not_applied": "un message sur un paiement à vérifier",
    "payment_received": "la confirmation d’un paiement",
    "phone_change_code": "un code pour changer de numéro de téléphone",
}


def words_of(kind: str) -> str:
    return WORDS.get(kind, ANOTHER)


def masked(recipient: str) -> str:
    """« *****006 », « c*****@example.org »: enough to recognise, too little to learn."""
    name, at, domain = recipient.partition("@")
    return f"{name[:1]}*****@{domain}" if at else f"*****{recipient[-3:]}"
