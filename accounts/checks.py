"""What `check --deploy` advises a production to have. It boots without: there are other defences, too."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Advice


@register(Tags.security, deploy=True)
def antivirus(**_: Any) -> list[CheckMessage]:
    if settings.CLAMD_URL:
        return []
    sentence = "CLAMD_URL : aucun antivirus ne vérifie les fichiers des clients (docs/operations.md)."
    return [Advice(sentence, id="accounts.W001")]


@register(Tags.security, deploy=True)
def leaked_passwords(**_: Any) -> list[CheckMessage]:
    if settings.LEAKED_PASSWORDS:
        return []
    sentence = (
        "LEAKED_PASSWORDS : seuls les 40 000 mots de passe volés les plus courants sont refusés (docs/operations.md)."
    )
    return [Advice(sentence, id="accounts.W002")]
