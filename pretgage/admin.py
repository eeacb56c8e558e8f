"""The one admin site: agents with a second factor."""

from django_otp.admin import OTPAdminSite


class StaffSite(OTPAdminSite):
    site_title = "Gestion · pretgage.fr"
    site_header = "Gestion des espaces clients"
    index_title = "Établissements, clients, contrats, paiements"
    enable_nav_sidebar = False
