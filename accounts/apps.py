from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Clients"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401, PLC0415 - registers them, once the models are there
