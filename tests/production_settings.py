"""The settings of a production, whole, but for what it talks to: a database in memory, and nothing of the network."""

import os
from pathlib import Path

from pretgage.settings import *  # noqa: F403 - a settings module is made of another one

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_BACKEND = "inbox"
CELERY_TASK_ALWAYS_EAGER = True
STATIC_ROOT = Path(os.environ["STATIC_ROOT_OF_TEST"])
ROOT_URLCONF = "production_urls"
