"""Django's settings: a laptop by default, a server when ``WHENNOT_URL`` says where it is.

On a laptop there is no database of Django's: the home is the only store, and sessions are signed
cookies, so that a damaged home still gets a page that says what to do.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from whennot.home.place import home_folder
from whennot.web.secret import secret_key

BASE = Path(__file__).parent
HOME = home_folder(os.environ)
SECRET_KEY = secret_key(HOME)

URL = os.environ.get("WHENNOT_URL", "")
"""Where a server is reached, such as ``https://practice.example``; empty on a laptop."""
SERVED = bool(URL)
DEBUG = False
DESIGN_PAGE = os.environ.get("WHENNOT_DESIGN", "") == "1"

ALLOWED_HOSTS = [urlsplit(URL).hostname or ""] if SERVED else ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [URL] if SERVED else []

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "whennot.web"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # Refuses foreign names, so it comes before whatever answers, static files too.
    "django.middleware.common.CommonMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whennot.web.signin.SignedIn",
    "whennot.web.refusals.Refusals",
]
ROOT_URLCONF = "whennot.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "whennot.web.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "whennot.web.context.everywhere",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DATABASES: dict[str, dict[str, str]] = {}

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
HOME_ID = sha256(str(HOME).encode()).hexdigest()[:8]
"""Cookies know no ports: two homes served side by side must not sign each other out."""
SESSION_COOKIE_NAME = f"whennot_{HOME_ID}"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"whennot_csrf_{HOME_ID}"
CSRF_FAILURE_VIEW = "whennot.web.views.refused.csrf"

# Pages are read, not uploaded to: a move holds a few texts of a page each.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SERVED:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
# Who works on how pages look sees each edit at once; elsewhere a file is measured once, and one
# that changes under a running server would be cut off.
WHITENOISE_AUTOREFRESH = DESIGN_PAGE
WHITENOISE_MAX_AGE = 0 if DESIGN_PAGE else 3600

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_CHARSET = "utf-8"

# What a browser did wrong is answered on the page; the terminal shows our own mistakes only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
