"""The one settings file; what differs between places comes from the environment (`project/environment.py`)."""

from __future__ import annotations

import mimetypes
from typing import Any, Final

from csp.constants import NONE, SELF

from muniment.project import environment
from muniment.project.database import data_folders, database_settings, prepared
from muniment.project.secret import secret_key

# What the program's own parts read

MUNIMENT_HOME: Final = environment.home()
MUNIMENT_ASK_AGAIN_SECONDS: Final = environment.decimals("MUNIMENT_ASK_AGAIN_SECONDS")
MUNIMENT_IDLE_MINUTES: Final = environment.whole("MUNIMENT_IDLE_MINUTES")
MUNIMENT_INDEX: Final = MUNIMENT_HOME / "index"
MUNIMENT_DISK_FLOOR: Final = environment.whole("MUNIMENT_DISK_FLOOR_MB") * 1_000_000
MUNIMENT_DISK_FOLDERS: Final = data_folders()
MUNIMENT_INDEX_HITS: Final = environment.whole("MUNIMENT_INDEX_HITS")
MUNIMENT_SEARCH_SECONDS: Final = environment.decimal("MUNIMENT_SEARCH_SECONDS")
MUNIMENT_WATCH_TOKEN: Final = environment.text("MUNIMENT_WATCH_TOKEN")

# Django

DEBUG = False
SECRET_KEY = secret_key(MUNIMENT_HOME)
ALLOWED_HOSTS = environment.listed("MUNIMENT_HOSTS")
ROOT_URLCONF = "muniment.project.urls"
WSGI_APPLICATION = "muniment.project.wsgi.application"
DATABASES = {"default": prepared(database_settings())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "muniment.project",
    "muniment.web",  # before allauth, whose templates it replaces
    "muniment.store",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "muniment.project.middleware.private",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # deny by default; open pages say so
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "muniment.web.errors.Absences",
    "muniment.web.doors.Doors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "muniment.web.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "muniment_cache"},
}

# Login

AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "muniment.project.login.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_FORMS = {"login": "muniment.web.forms.LoginForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False

# CJIS Security Policy 5.9.5, IA-5(1): at least eight characters, a list of banned ones, no rules of composition.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "title")},
    },
]
# Only approved algorithms (SC-13): PBKDF2 with HMAC-SHA-256.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

# Cookies, headers

HTTPS: Final = environment.switch("MUNIMENT_HTTPS") or bool(environment.text("MUNIMENT_TLS_CERTIFICATE"))
_PREFIX: Final = "__Host-" if HTTPS else ""

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = 3600  # AC-12, SC-10: at most an hour without a request
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "muniment.web.errors.forged"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^watch/"]  # asked from this machine, beside the proxy that speaks https
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {  # with Django 6 this becomes SECURE_CSP
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Static files: `muniment serve` collects them at its start, so that no step could be forgotten; see static_files.py.

STATIC_URL = "/static/"
STATIC_ROOT = MUNIMENT_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "muniment.project.static_files.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = True  # the plain names too, where nothing was collected
WHITENOISE_MAX_AGE = 3600
mimetypes.add_type("font/woff2", ".woff2")

# Forms stay small; messages come by the lines. The one file that a page takes, to be tried, never touches a disk.

FILE_UPLOAD_HANDLERS = ["muniment.web.uploads.InMemory"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

_LEVEL: Final = environment.text("MUNIMENT_LOG_LEVEL").upper()
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "muniment.project.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": _LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": _LEVEL},
        # These log statements and values at DEBUG.
        "django.db.backends": {"level": "INFO"},
        "django.template": {"level": "INFO"},
        "psycopg": {"level": "WARNING"},
    },
}
