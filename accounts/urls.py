from django.urls import path

from accounts.views import add_factor, code, email, factors, login, passwords, phone, profile, recovery, step_up

app_name = "accounts"
urlpatterns = [
    path("connexion/", login.log_in, name="login"),
    path("connexion/code/", code.enter_code, name="code"),
    path("connexion/code/renvoyer/", code.resend, name="resend_code"),
    path("connexion/moyen/", code.choose_factor, name="choose_factor"),
    path("connexion/annuler/", login.cancel, name="cancel_login"),
    path("deconnexion/", login.log_out, name="logout"),
    path("securite/confirmer/", step_up.confirm_identity, name="confirm_identity"),
    path("mot-de-passe/", passwords.request_password, name="request_password"),
    path("mot-de-passe/<str:uid>/<str:token>/", passwords.set_password, name="set_password"),
    path("identifiant-oublie/", recovery.recover_identifier, name="recover_identifier"),
    path("securite/moyens/", factors.list_factors, name="factors"),
    path("securite/moyens/application/", add_factor.add_app, name="add_app"),
    path("securite/moyens/cle/", add_factor.add_passkey, name="add_passkey"),
    path("securite/moyens/codes/", add_factor.backup_codes, name="backup_codes"),
    path("securite/moyens/preferer/", factors.prefer, name="prefer_factor"),
    path("securite/moyens/plus-tard/", factors.dismiss_offer, name="dismiss_factor_offer"),
    path("securite/moyens/<str:factor>/supprimer/", factors.remove, name="remove_factor"),
    path("profil/", profile.profile, name="profile"),
    path("profil/adresse/", profile.change_address, name="change_address"),
    path("profil/contact/", profile.change_preferences, name="change_preferences"),
    path("profil/e-mail/", email.change_email, name="change_email"),
    path("profil/e-mail/annuler/", email.cancel_email_change, name="cancel_email_change"),
    path("profil/e-mail/<str:token>/", email.confirm_email, name="confirm_email"),
    path("profil/telephone/", phone.change_phone, name="change_phone"),
    path("profil/telephone/renvoyer/", phone.resend_phone_code, name="resend_phone_code"),
    path("profil/telephone/annuler/", phone.cancel_phone_change, name="cancel_phone_change"),
]
