"""Every setting, read once from the environment; README.md lists each variable with its default."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# Where this installation keeps everything that is not code: database, files, index, model, keys.
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
FILES_DIR = DATA_DIR / "files"
MODELS_DIR = DATA_DIR / "models"
INDEX_DIR = DATA_DIR / "index"
PAGES_DIR = DATA_DIR / "pages"

DEBUG = env.flag("DEBUG", False)
SECRET_KEY_FILE = DATA_DIR / "secret_key"
SECRET_KEY = env.text("SECRET_KEY", "") or (SECRET_KEY_FILE.read_text().strip() if SECRET_KEY_FILE.exists() else "")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1)
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# Exact origins that may open sockets and post forms.
ORIGINS = env.listed("ORIGINS", f"http://localhost:{PORT},http://127.0.0.1:{PORT}")
CSRF_TRUSTED_ORIGINS = ORIGINS
HTTPS = env.flag("HTTPS", False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "library",
    "retrieval",
    "ingest",
    "chat",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "library.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'shiori.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": dict(dj_database_url.parse(DATABASE_URL))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Larger pages, of which rows leave less empty, are for databases that are made from now on.
    # WAL lets readers go on beside one writer; immediate transactions wait for the lock instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        " PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": True, "options": "-c statement_timeout=30000"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_SOCKET = DATA_DIR / "redis" / "redis.sock"
REDIS_URL = env.text("REDIS_URL", f"unix://{REDIS_SOCKET}?db=0")
EMBEDDED_REDIS = not env.text("REDIS_URL", "")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py's default time-out of 5 s would close every idle socket.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "health_check_interval": 25}]},
    }
}

# A Qdrant server or cluster; empty: Qdrant Edge, in processes of its own.
QDRANT_URL = env.text("QDRANT_URL", "")
QDRANT_API_KEY = env.text("QDRANT_API_KEY", "")

# Empty: the MiniLM that a package carries. Else a fastembed name, a folder with an ONNX model, or the model's
# name at EMBEDDING_BASE_URL.
EMBEDDING_MODEL = env.text("EMBEDDING_MODEL", "")
EMBEDDING_BASE_URL = env.text("EMBEDDING_BASE_URL", "")
EMBEDDING_API_KEY = env.text("EMBEDDING_API_KEY", "")

# Empty: the order of search stays. Else a fastembed cross-encoder, a folder with an ONNX one, or the model's name at
# RERANK_BASE_URL (an endpoint with /rerank, as Jina, Cohere and vLLM have it).
RERANK_MODEL = env.text("RERANK_MODEL", "")
RERANK_BASE_URL = env.text("RERANK_BASE_URL", "")
RERANK_API_KEY = env.text("RERANK_API_KEY", "")

# Any OpenAI-compatible endpoint; empty: answers are extracts and table cells.
LLM_BASE_URL = env.text("LLM_BASE_URL", "")
LLM_API_KEY = env.text("LLM_API_KEY", "")
LLM_MODEL = env.text("LLM_MODEL", "")
LLM_CONTEXT_TOKENS = env.number("LLM_CONTEXT_TOKENS", 8000, least=1000)
LLM_MAX_ANSWER_TOKENS = env.number("LLM_MAX_ANSWER_TOKENS", 1200, least=16)
LLM_READ_TIMEOUT_S = env.number("LLM_READ_TIMEOUT_S", 30, least=1)
WITHOUT_DOCUMENTS = env.flag("WITHOUT_DOCUMENTS", default=True)
LLM_JUDGES = env.flag("LLM_JUDGES", default=False)
# It sees pictures; it is shown them where it is in-house, as an outside model never is.
LLM_SEEING = env.flag("LLM_SEEING", default=False)
# Models that are set up at /admin/ name their keys as `env:LLM_KEY_…`, or as `file:NAME` in this folder.
LLM_KEYS = env.starting("LLM_KEY_")
LLM_KEYS_DIR = Path(env.text("LLM_KEYS_DIR", str(DATA_DIR / "keys")))

# Limits for what one user may ask.
QUESTION_MAX_CHARS = env.number("QUESTION_MAX_CHARS", 4000, least=100)
QUESTIONS_PER_MINUTE = env.number("QUESTIONS_PER_MINUTE", 20, least=1)

# Whisper by name or folder, or an OpenAI-compatible endpoint for transcriptions; empty: recordings wait.
SPEECH_MODEL = env.text("SPEECH_MODEL", "")
SPEECH_BASE_URL = env.text("SPEECH_BASE_URL", "")
SPEECH_API_KEY = env.text("SPEECH_API_KEY", "")
# What the process with the speech model sees of the environment: where models are, and which device it may use.
SPEECH_ENVIRONMENT = env.present([
    "HOME", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_ENDPOINT", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH",
    "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE",
])  # fmt: skip

# Limits for one uploaded file, and for the child process that parses it.
UPLOAD_MAX_MB = env.number("UPLOAD_MAX_MB", 100, least=1)
UPLOAD_MAX_PAGES = env.number("UPLOAD_MAX_PAGES", 2000, least=1)
PARSE_MEMORY_MB = env.number("PARSE_MEMORY_MB", 1500, least=300)
PARSE_CPU_S = env.number("PARSE_CPU_S", 60, least=1)
PARSE_WALL_S = env.number("PARSE_WALL_S", 90, least=1)
WORKER_PROCESSES = env.number("WORKER_PROCESSES", 1, least=1)

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_TEMP_DIR = None
MEDIA_ROOT = FILES_DIR
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

AUTH_USER_MODEL = "library.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12, least=1) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = env.text("LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Tokyo")
USE_TZ = True
USE_I18N = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)-7s %(name)s %(message)s", "datefmt": "%H:%M:%S"}},
    # Libraries that log to the root itself (onnxruntime) chatter.
    "filters": {
        # What tells of a person, as far as its form shows it: numbers, mail and postal addresses.
        "personal": {"()": "chat.guards.logging.MaskPersonalData"},
        "named": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: record.name != "root" or record.levelno > logging.WARNING,
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["named", "personal"] if env.flag("LOG_MASKING", True) else ["named"],
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    # httpx names every request at INFO; qdrant and openai use it.
    "loggers": {"httpx": {"level": "WARNING"}, "pdfminer": {"level": "ERROR"}},
}
