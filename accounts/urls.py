from django.urls import path

from accounts.views import change_password, check_message, login, passwords, recovery, security

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
    path("securite/", security.security, name="security"),
    path("securite/activite/", security.keep_alive, name="keep_alive"),
    path("securite/evenements/", security.events, name="events"),
    path("securite/message/", check_message.check_message, name="check_message"),
    path("securite/mot-de-passe/", change_password.change_password, name="change_password"),
    path("securite/sessions/fermer/", security.close_sessions, name="close_sessions"),
    path("securite/sessions/<slug:reference>/fermer/", security.close_session, name="close_session"),
]
