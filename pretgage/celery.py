"""The worker's application; its schedule stands in the settings."""

import os

from celery import Celery
from celery.signals import worker_init

from pretgage.boot import refuse_to_work

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")

app = Celery("pretgage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
worker_init.connect(refuse_to_work)
