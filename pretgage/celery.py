"""The worker's application; its schedule stands in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")

app = Celery("pretgage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
