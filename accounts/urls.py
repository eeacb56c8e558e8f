from django.urls import path

from accounts.views import code, documents, login, passwords, recovery, step_up

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
    path("profil/documents/", documents.documents, name="documents"),
    path("profil/documents/<int:pk>/", documents.document, name="document"),
]
