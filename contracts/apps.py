from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from contracts.kept_tariffs import lift_to_migrate, put_after_migrating


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Contrats"

    def ready(self) -> None:
        pre_migrate.connect(lift_to_migrate, sender=self)
        post_migrate.connect(put_after_migrating, sender=self)
