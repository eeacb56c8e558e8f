from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [path("sms/statut/", views.sms_status, name="sms_status")]
