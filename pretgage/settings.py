"""All settings, from the environment. Boots bare for development; refuses an unsafe production by name."""

from pathlib import Path
from typing import Any

import dj_database_url
import dj_email_url
import sentry_sdk
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from environs import FileAwareEnv

from pretgage.safety import require_safe
from web.logs import without_secrets
from web.redis import CHECKED, broker_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = FileAwareEnv(strip_whitespace=True)

# --- What kind of process this is -------------------------------------------------------------------------------------

DEVELOPMENT_KEY = "clé-de-développement-connue-de-tous-jamais-en-production"
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_KEY)
# Replaced, and still good for what they made (web/keys.py): docs/operations.md, « Keys », says until when.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
PRODUCTION = not env.bool("DEBUG", SECRET_KEY == DEVELOPMENT_KEY)
DEMO = env.bool("DEMO", False)
# The demonstration shows the error pages that clients see, not Django's.
DEBUG = not PRODUCTION and not DEMO
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")

# --- Rooms ------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "pretgage.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_recaptcha",
    "web",
    "establishments",
    "journal",
    "messaging",
    "accounts",
    "contracts",
    "payments",
    # A production's image has neither (.dockerignore).
    *(name for name in ("testbank", "demo") if (BASE_DIR / name).is_dir()),
]

# The first four see every answer, also those of the middleware below that let no view see the request.
MIDDLEWARE = [
    "web.middleware.numbered_requests",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.middleware.secure_refusals",
    "web.middleware.machines_by_https",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.readable_requests",
    "web.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.session_owner.SessionOwnerMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "establishments.middleware.EstablishmentMiddleware",
    "accounts.middleware.SessionClockMiddleware",
    "accounts.middleware.TwoFactorsRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "pretgage.urls"
WSGI_APPLICATION = "pretgage.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "web.context.demonstration",
                "establishments.context.branding",
            ],
        },
    }
]

# --- Database, cache, tasks -------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{VAR_DIR / 'pretgage.sqlite3'}"
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    # The default, deferred transactions give « database is locked » on a read followed by a write.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", str(VAR_DIR / "test.sqlite3"))}
else:
    # Beside what the URL says, such as sslmode. A statement's plan is kept by the connection that has asked for it five
    # times: planning was two thirds of PostgreSQL's part of a page.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        pool={"min_size": 1, "max_size": 8, "timeout": 5}, server_side_binding=True, prepare_threshold=5
    )
# Pictures of objects: files, in a folder that no web server shows (docs/decisions/0009).
PHOTOS_DIR = env.str("PHOTOS_DIR", "") or str(VAR_DIR / "photos")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # The login page asks it for a flag: a cache that hangs must not hold the page.
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "serializer": "web.redis.JsonSerializer"},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

CELERY_BROKER_URL = broker_url(REDIS_URL) if REDIS_URL else "memory://localhost/"
CELERY_BROKER_USE_SSL = CHECKED if REDIS_URL.startswith("rediss://") else None
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
# Without max_retries a page would ask a dead broker again and again, for six seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE = {
    "send_pending_messages": {"task": "messaging.tasks.send_pending", "schedule": 60.0},
    "scan_papers": {"task": "accounts.tasks.scan_papers", "schedule": 60.0},
    "reconcile_payments": {"task": "payments.tasks.reconcile_payments", "schedule": 300.0},
    "send_reminders": {"task": "contracts.tasks.remind", "schedule": crontab(hour=9, minute=0)},
    "purge": {"task": "contracts.tasks.purge", "schedule": crontab(hour=4, minute=10)},
}

# --- Accounts ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EstablishmentBackend"]
LOGIN_URL = "establishments:list"
LOGIN_REDIRECT_URL = "admin:index"  # agents; clients go to their area
PASSWORD_HASHERS = ["accounts.hashers.Argon2"]  # alone: another one takes another time, which tells who is a client
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.password_rules.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.password_rules.LeakedValidator"},
    {"NAME": "accounts.password_rules.ContextWordsValidator"},
    {"NAME": "accounts.password_rules.GuessabilityValidator"},
]
# The file of « Have I Been Pwned », ordered by hash; empty is none.
LEAKED_PASSWORDS = env.str("LEAKED_PASSWORDS", "")
SMS_CODE_VALIDITY = env.int("SMS_CODE_VALIDITY", 300)
# The antivirus that reads what clients send; empty is none.
CLAMD_URL = env.str("CLAMD_URL", "")
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
OTP_TOTP_ISSUER = "pretgage.fr"
OTP_TOTP_THROTTLE_FACTOR = 0  # django-otp would refuse the right code that follows a wrong one; accounts.limits counts

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 9 * 3600  # more than any of accounts.session_limits, which end a session and say why
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

MESSAGE_STORAGE = "web.notices.NoticeStorage"

# Who may ask for a login or a link: people. Production chooses.
CAPTCHA = env.str("CAPTCHA", "" if PRODUCTION else "off")
RECAPTCHA_PUBLIC_KEY = env.str("RECAPTCHA_PUBLIC_KEY", "")
RECAPTCHA_PRIVATE_KEY = env.str("RECAPTCHA_PRIVATE_KEY", "")
RECAPTCHA_VERSION = env.str("RECAPTCHA_VERSION", "v2")
RECAPTCHA_VERIFY_URL = env.str("RECAPTCHA_VERIFY_URL", "https://www.google.com/recaptcha/api/siteverify")

# --- Messages ---------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "ne-pas-repondre@pretgage.fr")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
if EMAIL_URL:
    _email = dj_email_url.parse(EMAIL_URL)
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]

SMS_BACKEND = env.str("SMS_BACKEND", "inbox")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", "")
TWILIO_FROM = env.str("TWILIO_FROM", "")
TWILIO_MESSAGING_SERVICE_SID = env.str("TWILIO_MESSAGING_SERVICE_SID", "")
TWILIO_REGION = env.str("TWILIO_REGION", "") or None
TWILIO_EDGE = env.str("TWILIO_EDGE", "") or None
TWILIO_API_URL = env.str("TWILIO_API_URL", "")

# --- The web ----------------------------------------------------------------------------------------------------------

TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer makes browsers send « Origin: null », which the CSRF check refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = SITE_URL.startswith("https://")
    SECURE_REDIRECT_EXEMPT = [r"^sante/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["web.uploads.BoundedUploadHandler"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Logs and error reports -------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOG_FORMAT", "json" if PRODUCTION else "console")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "web.logs.JsonFormatter"},
    },
    "filters": {"without_links": {"()": "web.logs.WithoutLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["without_links"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # At DEBUG eopayment prints the shop's keys, zeep the payer's e-mail; at INFO twilio prints numbers.
        "eopayment": {"level": "INFO"},
        "zeep": {"level": "INFO"},
        "twilio": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
    },
}

SENTRY_DSN = env.str("SENTRY_DSN", "")
if SENTRY_DSN:
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_secrets,
    )


require_safe(globals())
