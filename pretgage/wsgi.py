"""WSGI entry: `pretgage.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from pretgage.boot import require_safe_banks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
application = get_wsgi_application()
require_safe_banks()
