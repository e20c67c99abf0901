"""The one settings file. Everything that differs between machines comes from the environment.

EORDER_ENV chooses the ground: `production` (the default; refuses to start unsafe), `demo`, `development` or `test`.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from oscar.defaults import *

from marketplace.audit.environment import *
from marketplace.database.configuration import database
from marketplace.hooks import *
from marketplace.safety import refuse_unsafe

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("EORDER_STATE_DIR", BASE_DIR / "var"))
ENV = os.environ.get("EORDER_ENV", "production")
if ENV not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(f"EORDER_ENV={ENV!r}: pilih production, demo, development atau test.")
PRODUCTION = ENV == "production"


def _required(name: str, fallback: str) -> str:
    """The environment value of `name`; outside production a known, worthless fallback serves."""
    value = os.environ.get(name)
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} belum diisi. Di lingkungan production nilai ini wajib dan rahasia."
        )
    return fallback


DEBUG = ENV == "development"
SECRET_KEY = _required("SECRET_KEY", "not-a-secret-outside-production")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,testserver").split(
    ","
)
SITE_URL = _required("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# ── Rooms ─────────────────────────────────────────────────────────────────────────────────────────
# Oscar's models without its pages; see marketplace/oscar/apps.py for why these and no others.
OSCAR_APPS = [
    "marketplace.oscar.apps.Address",
    "marketplace.oscar.apps.Catalogue",
    "marketplace.oscar.apps.Partner",
    "marketplace.oscar.apps.Basket",
    "marketplace.oscar.apps.Offer",
    "marketplace.oscar.apps.Voucher",
    "marketplace.oscar.apps.Communication",
    "marketplace.oscar.apps.Order",
    "marketplace.oscar.apps.Analytics",
    "marketplace.oscar.apps.Reviews",
    "marketplace.oscar.apps.Customer",
    "treebeard",
]
OUR_APPS = [
    "marketplace.database",
    "marketplace.regulation",
    "marketplace.accounts",
    "marketplace.audit",
    "marketplace.workflow",
    "marketplace.events",
    "marketplace.deadlines",
    "marketplace.administration",
    "marketplace.pages",
    "vendors",
    "search",
    "procurement.documents",
    "procurement.taxation",
    "procurement.planning",
    "procurement.purchasing",
    "procurement.competition",
    "procurement.fulfilment",
    "procurement.settlement",
    "procurement.reconciliation",
    "procurement.treasury",
    "procurement.redflags",
    "procurement.opendata",
    "procurement.statistics",
    "procurement.oversight",
    "procurement.feedback",
    "procurement.practice",
]
# A room without an app configuration holds nothing yet.
OUR_APPS = [app for app in OUR_APPS if (BASE_DIR / app.replace(".", "/") / "apps.py").exists()]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.postgres",
    *OUR_APPS,
    *OSCAR_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
]
SITE_ID = 1

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages are padded at random against BREACH; files are brotli already
    "csp.middleware.CSPMiddleware",
    "marketplace.pages.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.pages.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.accounts.middleware.ActorMiddleware",
    "marketplace.pages.middleware.PlainRequestMiddleware",
    "marketplace.workflow.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
ASGI_APPLICATION = "marketplace.asgi.application"
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
                "marketplace.pages.context.site",
            ],
        },
    },
]

# ── Database ──────────────────────────────────────────────────────────────────────────────────────
# Without DATABASE_URL the project's own private cluster serves; manage.py starts it.
_database_url = os.environ.get("DATABASE_URL")
if PRODUCTION and not _database_url:
    raise ImproperlyConfigured("DATABASE_URL belum diisi. Di lingkungan production basis data harus disebut.")
DATABASES = {
    "default": {
        **database(_database_url),
        "TEST": {"NAME": os.environ.get("EORDER_TEST_DATABASE", "test_eorder")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── People ────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "marketplace.accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENV == "test"
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/meja/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "marketplace.pages.sign_in.ClosedSignup"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[e-Order] "
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # django-axes counts failed attempts, in the database
ACCOUNT_FORMS = {
    "login": "marketplace.pages.sign_in_forms.SignIn",
    "reset_password": "marketplace.pages.sign_in_forms.PasswordLost",
    "reset_password_from_key": "marketplace.pages.sign_in_forms.PasswordFromLink",
    "change_password": "marketplace.pages.sign_in_forms.PasswordChange",
    "set_password": "marketplace.pages.sign_in_forms.PasswordFirst",
    "reauthenticate": "marketplace.pages.sign_in_forms.PasswordAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "marketplace.pages.sign_in_forms.Code",
    "reauthenticate": "marketplace.pages.sign_in_forms.CodeAgain",
    "activate_totp": "marketplace.pages.sign_in_forms.CodeFirst",
}
MFA_ADAPTER = "marketplace.pages.sign_in.EncryptedSecrets"
MFA_TOTP_ISSUER = "e-Order"
MFA_TOTP_TOLERANCE = 1  # a code typed as it changes still counts: thirty seconds either way
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from decrees and registrations, nobody claims one here
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "marketplace.pages.sign_in.name_tried"
AXES_CLIENT_IP_CALLABLE = "marketplace.pages.sign_in.address_of"
# Whose word about the visitor's address counts: that of our own proxy, never what the visitor wrote before it.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("BEHIND_PROXY") else 0
AXES_LOCKOUT_TEMPLATE = "errors/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLED = ENV != "test"
# Comma-separated `id:key` (a key alone has the id 1); the first encrypts, all decrypt. Lost keys are lost data.
FIELD_KEYS = _required("EORDER_FIELD_KEYS", "bm90LWEtc2VjcmV0LW91dHNpZGUtcHJvZHVjdGlvbiE=").split(",")
INDEX_KEY = _required("EORDER_INDEX_KEY", "not-a-secret-outside-production")

# ── Audit log ─────────────────────────────────────────────────────────────────────────────────────
AUDIT_MAC_KEYS = AUDIT_OLD_MAC_KEYS | {
    AUDIT_MAC_KEY_ID: _required("AUDIT_MAC_KEY", "not-a-secret-outside-production")
}
# How far the application's clock may be from the database's when an entry is written. Practice moves its clock.
AUDIT_CLOCK_TOLERANCE = timedelta(hours=1) if PRODUCTION else None
# What the full audit compares with the log: the tables of all rooms (`marketplace.audit.tables.Tables`).
AUDIT_TABLES = "marketplace.workflow.agreement.TABLES"
# By kind of thing: what packs all its evidence, `(id, old checkpoints) -> ZIP`, and the page that hands it out.
AUDIT_EVIDENCE = {"purchase": ("procurement.oversight.evidence.pack.pack_of", "evidence_pack", "order_story")}
AUDIT_SUBJECT_RESOLVERS = {
    "purchase": "procurement.purchasing.queries.aggregate_id_of",
    "competition": "procurement.competition.queries.access.aggregate_id_of",
}

# ── Open data ─────────────────────────────────────────────────────────────────────────────────────
# The publisher's OCID prefix, given by the Open Contracting Partnership on registration. Never changes once published.
OCDS_PREFIX = os.environ.get("OCDS_PREFIX", "ocds-000000")
OPEN_DATA_LICENSE = os.environ.get("OPEN_DATA_LICENSE", "https://creativecommons.org/licenses/by/4.0/")

# ── Work after the act ────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "")
# What finds listings: `postgresql:` the database itself, `https://user:password@host:9200/name` Elasticsearch.
SEARCH_URL = os.environ.get("SEARCH_URL") or "postgresql:"
if not SEARCH_URL.startswith(("postgresql:", "http://", "https://")):
    raise ImproperlyConfigured("SEARCH_URL: isi `postgresql:` atau alamat `https://…` dari Elasticsearch.")
# A class that speaks for the client's own, by its dotted path; only the tests need one.
SEARCH_NODE = os.environ.get("SEARCH_NODE", "")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_FILE_PATH = STATE_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "e-Order <noreply@e-order.invalid>")

# ── Payments ──────────────────────────────────────────────────────────────────────────────────────
STRIPE_API_KEY = os.environ.get("STRIPE_API_KEY", "")
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE", "")  # empty: Stripe's own
STRIPE_PAYMENT_METHOD = os.environ.get("STRIPE_PAYMENT_METHOD", "pm_card_visa")  # the agency's card at Stripe
STRIPE_WEBHOOK_SECRETS = [
    secret for secret in os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split(",") if secret
]
# One bank that speaks SNAP BI. Its keys are sealed in the database: `manage.py set_provider_secret`.
SNAP = {
    name: os.environ.get(f"SNAP_{name.upper()}", "")
    for name in (
        *("base_url", "client_id", "partner_id", "channel_id", "service_id"),
        *("merchant_id", "terminal_id", "source_account", "bank_code", "dialect"),
    )
}

# ── The site ──────────────────────────────────────────────────────────────────────────────────────
# Whose site this is: shown in the header and footer; brand and theme choose colours in the style sheet.
SITE = {
    "region": os.environ.get("SITE_REGION", ""),
    "brand": os.environ.get("SITE_BRAND", ""),
    "theme": os.environ.get("SITE_THEME", ""),
    "contact_email": os.environ.get("SITE_CONTACT_EMAIL", ""),
    "contact_phone": os.environ.get("SITE_CONTACT_PHONE", ""),
}
# Who sets electronic signatures on papers (procurement/documents/signing); empty: papers are not signed with PAdES.
LOCAL_SIGNER = "procurement.documents.signing.local.LocalSigner"
SIGNER = os.environ.get("SIGNER", "" if PRODUCTION else LOCAL_SIGNER)
SIGNER_ALLOW_LOCAL = os.environ.get("SIGNER_ALLOW_LOCAL") == "1"
SIGNER_TSA_URL = os.environ.get("SIGNER_TSA_URL", "")

# ── Language, time, files ─────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("EORDER_STATIC_DIR", STATE_DIR / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Papers are for their parties: outside MEDIA_ROOT, so that no web server hands them out by accident.
    "papers": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "papers", "base_url": None},
    },
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "evidence", "base_url": None},
    },
    # Spreadsheets and picture archives of vendors, until their rows are listings.
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "uploads", "base_url": None},
    },
    # Scans of identity cards, permits and accounts: kept encrypted with the field keys.
    "vendor_documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "vendor_documents", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION or ENV == "demo"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
# Demo and production serve collected, compressed, fingerprinted files; elsewhere they come straight from the rooms.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENV in {"development", "test"}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ── Safety ────────────────────────────────────────────────────────────────────────────────────────
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ── The program's own log ─────────────────────────────────────────────────────────────────────────────
# To standard error, where service managers collect it. Django alone would tell nobody of an error in production.
if ENV != "test":
    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": "marketplace.logs.WithoutRows",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
    }

# ── Oscar ─────────────────────────────────────────────────────────────────────────────────────────
OSCAR_SHOP_NAME = "e-Order"
OSCAR_DEFAULT_CURRENCY = "IDR"
OSCAR_DYNAMIC_CLASS_LOADER = "marketplace.oscar.class_loader.load_classes"
OSCAR_ALLOW_ANON_CHECKOUT = False
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL
OSCAR_SLUG_ALLOW_UNICODE = False
# Oscar's status is a mirror of our aggregates; no pipeline of its own.
OSCAR_INITIAL_ORDER_STATUS = "PLACED"
OSCAR_INITIAL_LINE_STATUS = "PLACED"
OSCAR_ORDER_STATUS_PIPELINE = {"PLACED": ()}
OSCAR_LINE_STATUS_PIPELINE = {"PLACED": ()}

if PRODUCTION:
    refuse_unsafe(globals())
