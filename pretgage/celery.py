"""The worker's application; its schedule stands in the settings."""

import logging
import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings

from pretgage.boot import refuse_to_work

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")

app = Celery("pretgage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(refuse_to_work)


@setup_logging.connect
def log_as_the_web_does(*, loglevel: int, **_: Any) -> None:
    """Celery would put its own format, without JSON, in the place of ours. `--loglevel` is that of its own words."""
    dictConfig(settings.LOGGING)
    logging.getLogger("celery").setLevel(loglevel)
