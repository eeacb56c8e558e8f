from django.urls import path

from accounts.views import email, login, passwords, phone, profile, recovery

app_name = "accounts"
urlpatterns = [
    path("connexion/", login.log_in, name="login"),
    path("connexion/code/", login.enter_code, name="code"),
    path("connexion/code/renvoyer/", login.resend, name="resend_code"),
    path("connexion/annuler/", login.cancel, name="cancel_login"),
    path("deconnexion/", login.log_out, name="logout"),
    path("mot-de-passe/", passwords.request_password, name="request_password"),
    path("mot-de-passe/<str:uid>/<str:token>/", passwords.set_password, name="set_password"),
    path("identifiant-oublie/", recovery.recover_identifier, name="recover_identifier"),
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
