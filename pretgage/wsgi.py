"""WSGI entry: `pretgage.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
application = get_wsgi_application()
