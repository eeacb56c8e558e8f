"""WSGI entry: `pretgage.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from pretgage.boot import require_safe_banks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretgage.settings")
application = get_wsgi_application()
gc.freeze()  # what was imported lives as long as the process: collections need not look at it again
require_safe_banks()
