"""Django settings; everything that differs between deployments is an environment variable."""

from datetime import timedelta

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from caserecords.env import BASE_DIR, data_folder, env, is_public, secret_key

DATA = data_folder()
SECRET_KEY = secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BEHIND_TLS = is_public(ALLOWED_HOSTS)
PUBLIC_URL = env.str("PUBLIC_URL", default="")  # base URL of the site in DICOMweb responses
OHIF_URL = env.str("OHIF_URL", default="")  # base URL of an OHIF viewer that may read /dicomweb/
IMAGING_QUOTA_MB = env.int("IMAGING_QUOTA_MB", default=0)  # per team; 0 means no limit
PATIENT_IDENTIFIERS = env.bool("PATIENT_IDENTIFIERS", default=False)
STORAGE_URL = env.str("STORAGE_URL", default=f"file://{DATA / 'files'}")

INSTALLED_APPS = [
    "caserecords.apps.CaserecordsConfig",
    "imaging.apps.ImagingConfig",
    "patients.apps.PatientsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "caserecords.middleware.no_store.keep_out_of_caches",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "caserecords.middleware.sign_out.end_old_sessions",
    "caserecords.middleware.kept_forms.KeepForms",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "caserecords.urls"
WSGI_APPLICATION = "caserecords.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # see templates/django/forms
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
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA / 'caserecords.sqlite3'}")}
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)  # connecting takes longer than most queries
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds that a writer waits for the lock
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    DATABASES["default"]["TEST"] = {
        "NAME": str(DATA / "test.sqlite3")
    }  # use a file in tests, as in production
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "caserecords:home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# Only REMOTE_ADDR, so that nobody can evade the lockout by forging X-Forwarded-For.
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds after signing in, even if the session is in use
SESSION_IDLE_AGE = 15 * 60  # seconds without a request; an autosave counts as one
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # scripts read it, because signing in again changes it
CSRF_FAILURE_VIEW = "caserecords.middleware.kept_forms.csrf_failure"
SESSION_COOKIE_NAME = "__Host-session" if BEHIND_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if BEHIND_TLS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
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
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")  # decides which day is today
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only this project's files, not those of installed apps.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "caserecords.static_files.HashedFiles"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # forms and API bodies, excluding uploaded files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # enough for the largest entry grid
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "patients.access.tokens.BearerAuthentication",  # first, so that anonymous requests get 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "patients.access.tokens.TokenAllows",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["patients.record.json_parsing.DocumentParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "patients.api.problems.OneRenderer",
    "DEFAULT_PAGINATION_CLASS": "patients.lists.keyset.KeysetPagination",
    "EXCEPTION_HANDLER": "patients.api.problems.problem_response",
    "PAGE_SIZE": 50,
}
KNOX_TOKEN_MODEL = "patients.ApiToken"
MIGRATION_MODULES = {"knox": None}  # no table for knox's own token model, which is not used
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": timedelta(days=90)}
SPECTACULAR_SETTINGS = {
    "TITLE": "Caserecords",
    "DESCRIPTION": "Neuromuscular case records: cases as JSON documents, images, history.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": ["patients.record.schema.add_components"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
