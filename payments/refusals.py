"""Why a card was refused, in words that help and shame nobody: a bank's code, and what one can do about it.

The codes are the acquirers' (`vads_auth_result`). The rest of them, and what a bank says of fraud, loss or theft, is
for the bank to tell: https://paiement.systempay.fr/doc/fr-FR/form-payment/reference/vads-auth-result.html
"""

from typing import Final
from urllib.parse import parse_qs

ANY: Final = (
    "Votre banque n’a pas dit pourquoi. Essayez avec une autre carte, ou appelez votre banque. "
    "Vous pouvez aussi payer à l’agence."
)
_CEILING: Final = (
    "La somme dépasse ce que votre carte permet aujourd’hui. Essayez avec une autre carte, ou demandez à votre banque "
    "de relever le plafond. Vous pouvez aussi payer à l’agence."
)
_DATE: Final = (
    "La date de fin de validité n’a pas été acceptée. Regardez-la sur votre carte et recopiez-la, ou prenez une autre "
    "carte."
)
_NUMBER: Final = (
    "Le numéro de la carte n’a pas été reconnu. Recopiez-le chiffre par chiffre, ou prenez une autre carte."
)
_ABSENT: Final = (
    "La banque de votre carte n’a pas répondu. Attendez quelques minutes, puis recommencez, ou prenez une autre carte."
)
_PROOF: Final = (
    "Votre banque voulait une confirmation de votre part, et ne l’a pas eue. Recommencez, et gardez votre téléphone à "
    "portée de main : elle vous envoie un code ou ouvre son application."
).replace(" :", "\N{NO-BREAK SPACE}:")
_ONLINE: Final = (
    "Cette carte ne permet pas ce paiement sur Internet. Essayez avec une autre carte, ou appelez votre banque."
)

WORDS: Final = {
    **dict.fromkeys(("51", "61"), _CEILING),
    **dict.fromkeys(("33", "54"), _DATE),
    **dict.fromkeys(("14", "56"), _NUMBER),
    **dict.fromkeys(("68", "90", "91", "96", "97", "98"), _ABSENT),
    **dict.fromkeys(("65", "81", "A1"), _PROOF),
    "57": _ONLINE,
}


def words_for(raw: str) -> str:
    """What to tell of a bank's message of refusal; a code that is not ours to explain gives the general sentence."""
    fields = parse_qs(raw)
    code = fields.get("vads_auth_result", [""])[0]
    if not code and fields.get("vads_threeds_status") == ["N"]:
        return _PROOF
    return WORDS.get(code, ANY)
