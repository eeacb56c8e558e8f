from django.apps import AppConfig


class TestBankConfig(AppConfig):
    name = "testbank"
    verbose_name = "Banque de test"
