from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Fictional establishments and clients, loaded by the same commands as real ones."""

    name = "demo"
    verbose_name = "démonstration"
