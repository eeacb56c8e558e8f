"""What happened on a client's account, in words that the client would use. Standard library only.

A kind of the journal that is not in `WORDS` is not shown: `NOT_SHOWN` names those that are left out on purpose.
"""

from typing import Final

WORDS: Final = {
    "address_changed": "Votre adresse postale a été changée.",
    "all_sessions_closed": "Toutes vos sessions ont été fermées.",
    "backup_code_used": "Un de vos codes de secours a servi.",
    "backup_codes_made": "Une feuille de codes de secours a été faite. La précédente ne sert plus.",
    "calendar_link_made": "Une adresse privée de calendrier a été faite.",
    "calendar_link_renewed": "L’adresse privée de votre calendrier a été changée.",
    "calendar_link_revoked": "L’adresse privée de votre calendrier a été supprimée.",
    "client_invited": "Votre message de bienvenue vous a été envoyé.",
    "client_unlocked": "Votre accès a été rouvert.",
    "code_refused": "Un mauvais code de connexion a été tapé.",
    "device_closed": "Trop de mauvais codes ont été tapés\N{NO-BREAK SPACE}: un de vos moyens de connexion est fermé.",
    "document_accepted": "Un de vos documents a été accepté.",
    "document_erased_infected": "Un de vos documents a été effacé\N{NO-BREAK SPACE}: il semblait contenir un programme "
    "dangereux.",
    "document_infected": "Un fichier a été refusé\N{NO-BREAK SPACE}: il semblait contenir un programme dangereux.",
    "document_refused": "Un de vos documents a été refusé.",
    "document_sent": "Vous avez envoyé un document.",
    "email_change_asked": "Un changement d’adresse e-mail a été demandé.",
    "email_change_cancelled": "Le changement d’adresse e-mail a été annulé.",
    "email_changed": "Votre adresse e-mail a été changée.",
    "factor_added": "Une façon de confirmer votre connexion a été ajoutée.",
    "factor_preferred": "Votre façon habituelle de confirmer la connexion a été changée.",
    "factor_refused": "Une confirmation de connexion a été refusée.",
    "factor_removed": "Une façon de confirmer votre connexion a été retirée.",
    "identifier_changed": "Votre identifiant a été changé.",
    "identifier_sent": "Votre identifiant vous a été envoyé par e-mail.",
    "identity_proved": "Vous avez confirmé que c’était bien vous.",
    "login": "Votre espace a été ouvert, avec le mot de passe et sa confirmation.",
    "login_from_new_browser": "C’était un navigateur que nous ne connaissions pas encore.",
    "login_cancelled": "Une connexion a été abandonnée après le mot de passe.",
    "login_refused": "Une connexion a été refusée\N{NO-BREAK SPACE}: le mot de passe n’était pas le bon.",
    "login_without_factor": "Une connexion n’a pas pu se faire\N{NO-BREAK SPACE}: rien ne permet de la confirmer.",
    "login_without_mobile": "Une connexion n’a pas pu se faire\N{NO-BREAK SPACE}: votre dossier n’a pas de mobile.",
    "logout": "Vous vous êtes déconnecté.",
    "password_changed": "Votre mot de passe a été changé.",
    "password_link_sent": "Un lien pour choisir un mot de passe vous a été envoyé par e-mail.",
    "password_refused": "Votre mot de passe actuel a été demandé, et ce n’était pas le bon.",
    "password_set": "Un nouveau mot de passe a été choisi, avec un lien reçu par e-mail.",
    "phone_change_asked": "Un changement de numéro de téléphone a été demandé.",
    "phone_change_cancelled": "Le changement de numéro de téléphone a été annulé.",
    "phone_changed": "Votre numéro de téléphone a été changé.",
    "phone_rebound": "Votre agence a changé votre numéro de téléphone.",
    "preferences_changed": "Vos préférences de contact ont été changées.",
    "relative_link_made": "Un lien a été fait pour qu’un proche paie.",
    "relative_link_revoked": "Un lien donné à un proche a été annulé.",
    "reminded": "Un rappel au sujet de vos contrats vous a été envoyé.",
    "request_closed": "Une de vos demandes à l’agence est close.",
    "request_opened": "Vous avez fait une demande à l’agence.",
    "session_closed": "Une de vos sessions a été fermée.",
    "sessions_closed": "Vos autres sessions ont été fermées.",
}
# Steps of what is shown, what did not happen, and what is about agents.
NOT_SHOWN: Final = frozenset(
    {
        "calendar_titled",
        "code_sent",
        "code_sent_again",
        "document_opened",
        "everybody_logged_out",
        "identifier_recovery_impossible",
        "message_checked",
        "password_link_impossible",
        "phone_change_code_refused",
        "phone_change_code_sent",
        "phone_change_old_confirmed",
        "request_iban_read",
        "staff_closed",
        "staff_created",
        "staff_factor_closed",
        "staff_factor_reset",
        "staff_identity_proved",
        "staff_identity_refused",
        "staff_login",
        "staff_login_refused",
        "staff_logout",
        "staff_password_changed",
        "staff_password_refused",
        "sms_cap_reached",
    }
)


def author_of(actor: str, account: str) -> str:
    """Who did it, when that says something. `actor` and `account` are names of the journal: « user:42 »."""
    if actor == account:
        return "par vous"
    return "par votre agence" if actor.startswith("user:") else ""
